"""Rows that stand beside the records that count change nothing: the same flows as the base.

Other codes, classifications, goods and breakdowns, the same rows twice, fewer columns.
"""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from files import Record
from mirror.steps.build import build
from mirror.steps.run import new_run
from mirror.warehouse import open_built
from records.cases import BASE, FIGURES, table

Rows = list[Record]
_NEEDED = ("period", "reporterCode", "flowCode", "partnerCode", "cmdCode", *FIGURES)


def _with(rows: Rows, **changes: object) -> Rows:
    return [{**one, **changes} for one in rows]


def _parts(rows: Rows, **changes: object) -> Rows:
    """Two rows for each, of half its weight and value."""
    halves = [{**one, **changes, **{n: str(float(one[n]) / 2) for n in ("netWgt", "primaryValue")}}
              for one in rows]  # fmt: skip
    return halves + _with(halves, motCode=2100)


def _beside() -> Rows:
    """Services, other goods, tariff lines, a converted classification, breakdowns."""
    return [
        *_with(BASE[:2], typeCode="S", cmdCode="SC1"),
        *_with(BASE, cmdCode="0901"),
        *_with(BASE, cmdCode="71081200"),
        *_with(BASE, classificationCode="H4", isOriginalClassification=False),
        *_parts(BASE, motCode=1000, partner2Code=792),
    ]


def _few(rows: Rows) -> bytes:
    return table(rows, names={name: name for name in _NEEDED})


FOLDERS: dict[str, Callable[[], list[bytes]]] = {
    "rows that do not count among them, two files that overlap": lambda: [
        table(BASE[:5] + _beside()), table(_beside() + BASE[3:], shape="reply")],
    "padded codes, the classification of the trade matrix": lambda: [
        table([{**one, "partnerCode": f"{one['partnerCode']:03}", "classificationCode": "TM",
                "isOriginalClassification": False} for one in BASE])],
    "only the needed columns, each row twice": lambda: [_few(BASE + BASE)],
    "HS6 and no HS4": lambda: [table(_with(BASE, cmdCode="710812"))],
}  # fmt: skip


def flows(folder: Path, contents: list[bytes]) -> pl.DataFrame:
    """The gold that each reporter declares, as a build has it."""
    (folder / "given").mkdir(parents=True)
    for n, content in enumerate(contents):
        (folder / "given" / f"{n}").write_bytes(content)
    run = new_run(folder / "out", (folder / "given",), "2026-10")
    build(run)
    with open_built(run.building) as built:
        return built.frame("from int_gold_flows order by period, reporter_iso3, partner_iso3")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    rows = flows(tmp_path_factory.mktemp("base"), [table(BASE)])
    assert rows.height == len(BASE)
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("name", FOLDERS)
def test_the_flows_are_the_bases(tmp_path, base, name):
    assert_frame_equal(flows(tmp_path, FOLDERS[name]()), base)
