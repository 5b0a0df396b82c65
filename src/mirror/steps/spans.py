"""From what a user types to a request: years, months, reporters."""

import re
from datetime import UTC, datetime

import polars as pl

from mirror.comtrade import Query, windows
from mirror.errors import SettingsError
from mirror.settings import ASSETS
from mirror.steps.fetch import FetchRequest


def request_of(
    frequency: str, years: str | None, since: str | None, reporters: str
) -> FetchRequest:
    """Make a request of `--years` or `--since` and `--reporters`.

    Raises SettingsError unless exactly one span is given, in its form.
    """
    if (years is None) == (since is None):
        raise SettingsError("Say what to fetch: --years 2010-2025 or --since 2024-01.")
    first, last = _years(years) if years is not None else _since(since or "")
    names = _codes(reporters)
    if frequency == "annual":
        return FetchRequest.of_span("A", first[:4], last[:4], names)
    return FetchRequest.of_span("M", first, last, names)


def _codes(reporters: str) -> tuple[str, ...]:
    """Comtrade's codes of the named countries, older ones of the same name among them."""
    areas = pl.read_csv(ASSETS / "data" / "reference" / "areas.csv", infer_schema=False)
    countries = areas.filter(pl.col("kind") == "country")
    codes: list[str] = []
    for name in reporters.upper().replace(" ", "").split(","):
        found = countries.filter((pl.col("iso3") == name) | (pl.col("area_code") == name))
        if name and found.is_empty():
            raise SettingsError(f"--reporters {name} is no country: write codes such as ARE,GHA.")
        codes += found["area_code"].to_list()
    return tuple(dict.fromkeys(codes))


def _years(text: str) -> tuple[str, str]:
    span = re.fullmatch(r"((?:19|20)\d\d)(?:-((?:19|20)\d\d))?", text.strip())
    if not span:
        raise SettingsError(f"--years {text} is of the wrong form: write 2022 or 2010-2025.")
    return f"{span[1]}01", f"{span[2] or span[1]}12"


def _since(text: str) -> tuple[str, str]:
    month = re.fullmatch(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])", text.strip())
    if not month:
        raise SettingsError(f"--since {text} is of the wrong form: write YYYY-MM.")
    return f"{month[1]}{month[2]}", datetime.now(UTC).strftime("%Y%m")


def bilateral_queries(request: FetchRequest) -> list[Query]:
    """The UN's own mirror of the same periods, heading 7108, both flows."""
    codes = tuple(map(int, request.reporters))
    return [
        Query("bilateral", request.frequency, window, codes, products=("7108",), flows=("M", "X"))
        for window in windows(request.frequency, request.periods)
    ]
