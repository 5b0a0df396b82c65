"""Numbers and tables of docs/proof.md."""

import math
from collections.abc import Iterable, Sequence

Lines = Iterable[str]


def number(value: float, digits: int = 3) -> str:
    """A number, or a dash where there is none."""
    return "–" if math.isnan(value) else f"{value:,.{digits}f}"


def percent(value: float) -> str:
    """A share in percent."""
    return "–" if math.isnan(value) else f"{value:.0%}".replace("%", " %")


def at_least(value: float, wanted: float | None, shown: str) -> str:
    """A measured figure beside the least that was wanted; bold where it falls short."""
    if wanted is None:
        return shown
    text = f"**{shown}**" if value < wanted else shown
    return f"{text} (≥ {wanted:g})"


def at_most(value: float, wanted: float | None, shown: str) -> str:
    """A measured figure beside the most that was wanted; bold where it is above."""
    if wanted is None:
        return shown
    text = f"**{shown}**" if value > wanted else shown
    return f"{text} (≤ {wanted:g})"


def between(value: float, wanted: tuple[float, float], shown: str) -> str:
    """A measured figure, bold where it lies outside what was wanted."""
    inside = wanted[0] <= value <= wanted[1] or math.isnan(value)
    return shown if inside else f"**{shown}**"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> Lines:
    """A table whose first columns hold words, all others figures."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "".join("---|" if place < words else "---:|" for place in range(len(head)))
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""
