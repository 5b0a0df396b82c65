"""Numbers as the pages write them: thousands apart, a unit where it stands alone, – for null."""

import math

NONE = "–"
_MILLION = 1e6
_LAST_DIGIT = 1e-9


def whole(value: float | None) -> str:
    """Write a number without decimals; one below ten keeps a decimal."""
    if value is None:
        return NONE
    return f"{value:,.{1 if 0 < abs(value) < 10 and value != round(value) else 0}f}"


def million(value: float | None) -> str:
    """Write USD in millions, with one decimal, or three below 0.1 million."""
    if value is None:
        return NONE
    return f"{value / _MILLION:,.{3 if 0 < abs(value) < 1e5 else 1}f}"


def tonnes(value_kg: float | None) -> str:
    """Write kg in tonnes, with one decimal."""
    return NONE if value_kg is None else f"{value_kg / 1000:,.1f}"


def share(value: float | None) -> str:
    """Write a share in per cent."""
    return NONE if value is None else f"{100 * value:,.0f} %"


def odds(value: float | None) -> str:
    """Write a probability in per cent, rounded down: none reads as the class above its own.

    Certainty at either end is not told.
    """
    if value is None:
        return NONE
    if not 0.01 <= value <= 0.99:
        return "above 99 %" if value > 0.5 else "below 1 %"
    return f"{math.floor(100 * value + _LAST_DIGIT)} %"


def count(number: int, what: str) -> str:
    """Write how many of something there are: no pair, 1 pair, 12 pairs."""
    return f"1 {what}" if number == 1 else f"{f'{number:,}' if number else 'no'} {what}s"


def span(first: int | None, last: int | None) -> str:
    """Write the years from first to last."""
    if first is None:
        return NONE
    return f"{first}" if first == last else f"{first}–{last}"


def words(code: str | None) -> str:
    """Write a code as words: `silent_exporter` is silent exporter."""
    return "" if code is None else code.replace("_", " ")


FILTERS = {f.__name__: f for f in (whole, million, tonnes, share, odds, words)}
