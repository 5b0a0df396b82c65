"""Files that hold only some partners of a reporter make it silent towards nobody else.

Built as a user would, from small downloads; the gold is Switzerland's from Germany, 2.3 bn USD.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest

from files import Record, record, write
from mirror.steps.build import build
from mirror.steps.run import new_run

CHE, DEU, GBR, COL, DZA, TUN = 757, 276, 826, 170, 12, 788
WORLD, NOWHERE = 0, 899


def imports(partner: int, value: str, **other: object) -> Record:
    return record(
        reporterCode=CHE, partnerCode=partner, primaryValue=value, cifvalue=value, **other
    )


def exports(reporter: int, partner: int, value: str, **other: object) -> Record:
    said = {"reporterCode": reporter, "partnerCode": partner, "flowCode": "X", "netWgt": None}
    return record(**said, primaryValue=value, fobvalue=value, cifvalue=None, **other)


SWISS = [imports(DEU, "2287418137.392"), imports(COL, "385929375.473")]
Pairs = Callable[..., dict[str, tuple[str, bool]]]


@pytest.fixture
def pairs(tmp_path: Path) -> Pairs:
    """Return state and assessment of every exporter to Switzerland; a list of records is a file."""

    def run(*files: Sequence[Record]) -> dict[str, tuple[str, bool]]:
        for number, records in enumerate(files):
            write(tmp_path / "in", "snake_case", records, f"{number}.csv")
        asked = new_run(tmp_path / "out", (tmp_path / "in",), edition="2026-11")
        build(asked)
        with duckdb.connect(str(asked.building), read_only=True) as connection:
            rows = connection.execute(
                "select exporter_iso3, exporter_state, is_assessed from gap_years "
                "where importer_iso3 = 'CHE'"
            ).fetchall()
        return {exporter: (state, is_assessed) for exporter, state, is_assessed in rows}

    return run


def test_other_goods_towards_one_partner_are_no_silence_towards_another(pairs: Pairs) -> None:
    algeria = [exports(DEU, DZA, "1882.028", cmdCode="284330"), exports(TUN, DZA, "18000")]
    assert pairs(SWISS, algeria)["DEU"] == ("unknown", False)


def test_a_file_of_one_partner_for_all_goods_is_no_silence_towards_another(pairs: Pairs) -> None:
    goods = [exports(DEU, DZA, "5", cmdCode=f"{chapter:04d}") for chapter in range(101, 321)]
    assert pairs(SWISS, goods)["DEU"] == ("unknown", False)


def test_gold_towards_one_partner_is_no_silence_towards_another(pairs: Pairs) -> None:
    assert pairs(SWISS, [exports(DEU, DZA, "18000")])["DEU"] == ("unknown", False)


def test_a_world_total_beside_one_partner_is_no_silence_towards_another(pairs: Pairs) -> None:
    """The totals of everybody and a download of one partner: the rest may have gone anywhere."""
    totals = [exports(DEU, WORLD, "9000000000")]
    assert pairs(SWISS, totals, [exports(DEU, DZA, "18000")])["DEU"] == ("unknown", False)


@pytest.mark.parametrize("rest", [DZA, NOWHERE])
def test_partners_that_add_up_to_the_world_are_all_of_them(pairs: Pairs, rest: int) -> None:
    whole = [exports(DEU, WORLD, "9000"), exports(DEU, GBR, "8500"), exports(DEU, rest, "500")]
    found = pairs(SWISS, whole)
    assert found["DEU"] == ("reported", True)
    assert found["COL"] == ("unknown", False)


def test_other_goods_towards_the_importer_or_the_world_are_silence(pairs: Pairs) -> None:
    """Of whom gold towards Switzerland was asked for, as the row of Tunisia shows."""
    towards = [exports(DEU, CHE, "500", cmdCode="284330"), exports(TUN, CHE, "18000")]
    world = [exports(COL, WORLD, "500", cmdCode="284330"), exports(TUN, WORLD, "18000")]
    found = pairs(SWISS, towards, world)
    assert found["DEU"] == found["COL"] == ("silent", True)


def test_importers_are_no_more_silent_than_exporters(pairs: Pairs) -> None:
    """Colombia exports to Switzerland, of whose imports only those from Germany are at hand."""
    sold = [exports(COL, CHE, "385929375.473")]
    some = [*SWISS[:1], imports(WORLD, "9000000000")]
    assert pairs(some, sold)["COL"] == ("reported", False)
