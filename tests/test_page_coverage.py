"""Who reported, on the pages: every cell says what reporter_coverage says of that year.

The sample holds years and months; of Italy's exports of 2023 it holds the year and not December.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import yaml

from mirror.publish.page.contents import STATES, Contents
from mirror.publish.page.profile import Profiles
from mirror.publish.page.report import _coverage
from mirror.settings import ASSETS
from pages import contents_from, tables_of

ROW = re.compile(
    r'<tr><th scope="row">(\d+)</th><td>([a-z–]+)</td><td>([a-z–]+)</td>'
    r'<td class="n">([\d,–]+)</td>'
)
States = dict[tuple[str, int, str], str]


def annual(edition: Path) -> States:
    """State by reporter, year and flow, as the table has them."""
    table = tables_of(edition)["reporter_coverage"].filter(frequency="A")
    key = ("reporter_iso3", "period", "flow_code", "reporter_state")
    return {row[:3]: row[3] for row in table.select(key).rows()}


def cells(text: str, code: str) -> Iterator[tuple[tuple[str, int, str], str]]:
    """The cells of a profile page that say a state."""
    shown = text.partition('<table class="coverage">')[2].partition("</table>")[0]
    for year, exports, imports, _ in ROW.findall(shown):
        for flow, state in (("X", exports), ("M", imports)):
            if state != "–":
                yield (code, int(year), flow), state


def last_ten(told: States, country: str) -> list[int]:
    """The years that a profile has room for: the country's newest ten."""
    return sorted({year for code, year, _ in told if code == country})[-10:]


def test_every_cell_of_every_profile_is_the_state_of_the_year(edition: Path) -> None:
    told = annual(edition)
    shown = dict(
        cell
        for path in (edition / "profiles").glob("*.html")
        for cell in cells(path.read_text(encoding="utf-8"), path.stem)
    )
    assert {key: state for key, state in shown.items() if told.get(key) != state} == {}
    profiled = {path.stem for path in (edition / "profiles").glob("*.html")}
    assert set(shown) == {
        (country, year, flow)
        for country, year, flow in told
        if country in profiled and year in last_ten(told, country)
    }
    assert len(shown) > 1000


def test_every_cell_of_the_page_is_the_state_of_the_year(edition: Path) -> None:
    letters = {"reported": "R", "unknown": "?"}
    contents = contents_from(edition)
    said, told = _coverage(contents.coverage), annual(edition)
    names = contents.names
    by_name = {(names[code], year, flow): state for (code, year, flow), state in told.items()}
    assert said["years"] == sorted({year for _, year, _ in told})
    found = 0
    for name, states in said["reporters"]:
        for year, (_, both) in zip(said["years"], states, strict=True):
            for flow, letter in zip("XM", both, strict=True):
                state = by_name.get((name, year, flow))
                assert letter == ("·" if state is None else letters[state]), (name, year, flow)
                found += state is not None
    assert found == len(told)


def test_partners_of_a_year_are_not_those_of_its_months(edition: Path) -> None:
    table = tables_of(edition)["reporter_coverage"].filter(frequency="A")
    most: dict[tuple[str, int], int] = defaultdict(int)
    for code, year, partners in table.select("reporter_iso3", "period", "partner_count").rows():
        most[code, year] = max(most[code, year], partners)
    profiles = Profiles(contents_from(edition))
    for code in profiles.codes:
        for year, partners in profiles.of(code).coverage.select("year", "partners").rows():
            assert partners == most[code, year], (code, year)


@pytest.fixture
def monthly(edition: Path) -> Callable[..., Contents]:
    """The pages of a monthly edition in which Mali's months of 2016 have these states."""

    def made(*states: str) -> Contents:
        contents = contents_from(edition)
        row = contents.tables["reporter_coverage"].filter(frequency="M").head(1)
        of_mali = {"reporter_iso3": "MLI", "reporter_name": "Mali", "flow_code": "X"}
        months = [
            row.with_columns(
                **{name: pl.lit(value) for name, value in of_mali.items()},
                period=pl.lit(201601 + number).cast(row.schema["period"]),
                reporter_state=pl.lit(state),
            )
            for number, state in enumerate(states)
        ]
        year = row.with_columns(
            frequency=pl.lit("A"),
            period=pl.lit(2016).cast(row.schema["period"]),
            reporter_state=pl.lit("withdrawn"),
            **{name: pl.lit(value) for name, value in of_mali.items()},
        )
        tables = dict(contents.tables) | {"reporter_coverage": pl.concat([*months, year])}
        summary = dict(contents.summary) | {"frequency": "M"}
        return replace(contents, tables=tables, summary=summary)

    return made


@pytest.mark.parametrize(
    ("months", "state"),
    [
        (("reported", "unknown"), "reported"),
        (("unknown", "reported", "silent"), "reported"),
        (("silent", "unknown"), "silent"),
        (("absent", "silent"), "silent"),
        (("unknown",), "unknown"),
    ],
)
def test_a_year_of_months_has_the_state_of_the_month_that_says_most(
    monthly: Callable[..., Contents], months: tuple[str, ...], state: str
) -> None:
    (row,) = monthly(*months).coverage.to_dicts()
    assert (row["reporter_iso3"], row["year"], row["reporter_state"]) == ("MLI", 2016, state)


def test_the_states_are_those_of_the_dictionary() -> None:
    said = yaml.safe_load((ASSETS / "sql" / "columns.yml").read_text(encoding="utf-8"))
    text = said["columns"]["reporter_state"]["text"]
    assert set(re.findall(r"\w+", text)) - {"or"} == set(STATES)
