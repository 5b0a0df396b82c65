"""Corrections as causes: which of two editions' corrections can move a pair, and which pair."""

from typing import Any

import polars as pl
import pytest

from mirror.changes import Compared, EditionTables
from mirror.changes.corrections import changed, renamed, words

NOTHING: dict[str, Any] = {
    "correction_kind": "exclusion", "exporter_iso3": None, "importer_iso3": None,
    "country_iso3": None, "flow_code": None, "area_code": None, "iso3": None, "first_year": None,
    "last_year": None, "reason": "why", "link": "https://example.org",
}  # fmt: skip
TYPES = dict.fromkeys(NOTHING, pl.String) | dict.fromkeys(
    ("area_code", "first_year", "last_year"), pl.Int32
)
OF_A_PAIR = {"exporter_iso3": "MLI", "importer_iso3": "ARE", "first_year": 2016}
OF_A_SERIES = {"correction_kind": "series_break", "country_iso3": "MLI", "last_year": 2016}


def edition(*rows: dict[str, Any]) -> EditionTables:
    table = pl.DataFrame([NOTHING | row for row in rows], schema=TYPES)
    return EditionTables("e", "0", "A", {"corrections": table})


def test_only_a_correction_that_can_move_a_figure_is_a_cause() -> None:
    before = edition(OF_A_PAIR)
    reply = {"correction_kind": "country_reply", **OF_A_PAIR}
    name = {"correction_kind": "area", "area_code": 466}
    same = OF_A_PAIR | {"reason": "said better", "link": "https://example.org/b"}
    assert changed(Compared(before, edition(same, reply, name))).is_empty()
    assert words(changed(Compared(before, edition(same, reply, name)))) == ""
    other = changed(Compared(before, edition(OF_A_PAIR | {"first_year": 2017})))
    assert other["is_added"].to_list() == [False, True]
    assert words(other) == (
        "exclusion of MLI → ARE, 2016– removed: why; exclusion of MLI → ARE, 2017– added: why"
    )
    older = EditionTables("e", "0", "A", {})
    assert words(changed(Compared(older, before))) == "exclusion of MLI → ARE, 2016– added: why"


@pytest.mark.parametrize(
    ("correction", "cause", "pair", "period", "is_cause"),
    [
        (OF_A_PAIR, "set_aside", ("MLI", "ARE"), 2016, True),
        (OF_A_PAIR, "set_aside", ("MLI", "ARE"), 202012, True),
        (OF_A_PAIR, "set_aside", ("MLI", "ARE"), 201512, False),
        (OF_A_PAIR, "set_aside", ("MLI", "CHE"), 2016, False),
        (OF_A_PAIR, "revised", ("MLI", "ARE"), 2016, False),
        (OF_A_PAIR | {"importer_iso3": "*"}, "set_aside", ("MLI", "CHE"), 2016, True),
        (OF_A_SERIES, "set_aside", ("MLI", "CHE"), 2016, True),
        (OF_A_SERIES, "set_aside", ("CHE", "MLI"), 2016, True),
        (OF_A_SERIES | {"flow_code": "X"}, "set_aside", ("CHE", "MLI"), 2016, False),
        (OF_A_SERIES | {"flow_code": "M"}, "set_aside", ("CHE", "MLI"), 2016, True),
        (OF_A_SERIES, "set_aside", ("MLI", "CHE"), 2017, False),
        ({"correction_kind": "area", "area_code": 1, "iso3": "MLI"}, "newly_reported",
         ("CHE", "MLI"), 2016, True),
        ({"correction_kind": "area", "area_code": 1, "iso3": "MLI"}, "set_aside",
         ("CHE", "MLI"), 2016, False),
    ],
)  # fmt: skip
def test_a_correction_is_the_cause_where_it_is_about_the_pair_and_the_year(
    correction: dict[str, Any], cause: str, pair: tuple[str, str], period: int, is_cause: bool
) -> None:
    causes = pl.DataFrame({
        "exporter_iso3": [pair[0]], "importer_iso3": [pair[1]], "period": [period],
        "cause": [cause],
    })  # fmt: skip
    found = renamed(causes, changed(Compared(edition(), edition(correction))))
    assert found["cause"].item() == ("correction" if is_cause else cause)
    assert (found["what"].item() is not None) == is_cause
