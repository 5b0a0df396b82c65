"""Each move has its true cause: one report is revised, and every row of `changes` must name it.

The referee knows nothing of how causes are found: it compares the records that went in.
"""

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from conftest import Once
from mirror.steps.build import build
from mirror.steps.check import check
from mirror.steps.publish import publish_edition
from mirror.steps.reference import PACKAGED
from mirror.steps.run import Run, new_run
from mirror.warehouse import open_built

Row = dict[str, str]
CODES = {
    "ARE": 784, "CHE": 757, "COD": 180, "GHA": 288, "HKG": 344, "IND": 699, "KEN": 404, "MLI": 466,
    "RWA": 646, "TUR": 792, "TZA": 834, "UGA": 800, "ZAF": 710,
}  # fmt: skip
ISO3 = {str(code): iso3 for iso3, code in CODES.items()}
MINES, TRADERS = ("COD", "GHA", "KEN", "MLI", "RWA", "TZA", "UGA", "ZAF"), ("ARE", "HKG", "TUR")
BUYERS = ("ARE", "CHE", "HKG", "IND", "TUR")
YEARS = range(2019, 2024)
NOWHERE = 899


def row(year: int, reporter: str, flow: str, partner: int, value: float, hs: str = "7108") -> Row:
    """A record as the service writes it; weight by the mean price of its year."""
    price = {2019: 44.8e3, 2020: 56.9e3, 2021: 57.8e3, 2022: 57.9e3, 2023: 62.4e3}[year]
    return {
        "freq_code": "A", "period": str(year), "reporter_code": str(CODES[reporter]),
        "flow_code": flow, "partner_code": str(partner), "partner2_code": "0",
        "classification_code": "H5", "cmd_code": hs, "customs_code": "C00", "mot_code": "0",
        "net_wgt": f"{value / price / 0.95:.3f}", "is_net_wgt_estimated": "0",
        "cif_value": f"{value * 1.004:.2f}" if flow == "M" else "",
        "fob_value": f"{value:.2f}", "primary_value": f"{value * 1.004:.2f}" if flow == "M" else
        f"{value:.2f}",
    }  # fmt: skip


def world() -> list[Row]:
    """Thirteen countries and five years: most pairs agree, some hide, some hardly trade."""
    draw = random.Random(7108)
    pairs = [(one, other) for one in (*MINES, *TRADERS) for other in BUYERS if one != other]
    share = {pair: draw.choice((1, 1, 1, 1, 0.4, 0.05)) for pair in pairs}
    size = {pair: draw.uniform(16, 20) for pair in pairs}
    rows = []
    for year in YEARS:
        for exporter, importer in pairs:
            pair = exporter, importer
            if draw.random() < 0.15:
                continue
            value = draw.lognormvariate(size[pair], 0.3)
            told, seen = (value * draw.lognormvariate(0, 0.03) for _ in pair)
            if not (exporter == "RWA" and year > 2020):
                rows.append(row(year, exporter, "X", CODES[importer], told * share[pair]))
            rows.append(row(year, importer, "M", CODES[exporter], seen))
        rows += [row(year, one, "X", NOWHERE, draw.uniform(1e5, 9e5)) for one in MINES]
        rows += [row(year, "IND", "M", CODES["TZA"], 4e6, "7118"),
                 row(year, "TZA", "X", CODES["IND"], 5e5, "7118")]  # fmt: skip
        rows += totals([one for one in rows if one["period"] == str(year)])
    return rows


def totals(rows: list[Row]) -> Iterator[Row]:
    """What each reporter trades with the world."""
    for reporter, flow in sorted({(one["reporter_code"], one["flow_code"]) for one in rows}):
        own = [one for one in rows if (one["reporter_code"], one["flow_code"]) == (reporter, flow)]
        gold = [float(one["fob_value"]) for one in own if one["cmd_code"] == "7108"]
        if gold:
            yield row(int(own[0]["period"]), ISO3[reporter], flow, 0, sum(gold))


@dataclass(frozen=True)
class Revision:
    """One reporter's records of the given flow, partner and years, altered."""

    reporter: str
    flow: str
    years: tuple[int, ...]
    change: Callable[[Row], Row | None]
    partner: int | None = None
    hs: str = "7108"

    def apply(self, rows: list[Row]) -> list[Row]:
        new = [self.change(dict(one)) if self._is_meant(one) else one for one in rows]
        assert new != rows
        return [one for one in new if one is not None]

    def _is_meant(self, one: Row) -> bool:
        return (
            one["reporter_code"] == str(CODES[self.reporter])
            and one["flow_code"] == self.flow
            and int(one["period"]) in self.years
            and self.partner in (None, int(one["partner_code"]))
            and one["cmd_code"] == self.hs
        )


def times(factor: float, *names: str) -> Callable[[Row], Row]:
    def change(one: Row) -> Row:
        for name in names or ("net_wgt", "cif_value", "fob_value", "primary_value"):
            one[name] = one[name] and f"{float(one[name]) * factor:.3f}"
        return one

    return change


def withdraw(one: Row) -> None:
    return None


SHORT = {
    "an importer's value": Revision("ARE", "M", (2022,), times(1.4), CODES["TZA"]),
    "a trader's own exports, of which nothing is missing": Revision(
        "TUR", "X", (2023,), times(1.6), CODES["IND"]
    ),
    "a row that cannot be believed": Revision("CHE", "M", (2021,), times(1e7), CODES["GHA"]),
}
LONG = {
    "an exporter's value": Revision("GHA", "X", (2020,), times(0.5), CODES["CHE"]),
    "a small value": Revision("CHE", "M", (2022,), times(1.02), CODES["GHA"]),
    "an importer's weight": Revision("IND", "M", tuple(YEARS), times(0.5, "net_wgt")),
    "a reporter that withdraws a year": Revision("ZAF", "X", (2022,), withdraw),
    "a reporter that withdraws all": Revision("KEN", "X", tuple(YEARS), withdraw),
    "an importer that withdraws a year": Revision("TUR", "M", (2023,), withdraw),
    "a World total": Revision("ZAF", "X", (2021,), times(1.5), 0),
    "exports of a hub": Revision("ARE", "X", (2021,), times(3)),
    "imports of a hub": Revision("ARE", "M", (2020,), times(0.4)),
    "coin": Revision("TZA", "X", (2022,), times(1000), CODES["IND"], "7118"),
    "a FOB value": Revision("CHE", "M", (2022,), times(0.95, "fob_value"), CODES["GHA"]),
    "all values a little": Revision("CHE", "M", (2022,), times(1.02)),
}


NO_COUNTRY = Revision("TZA", "X", (2022,), times(300), NOWHERE)
"""Exports without a partner, in no World total: what is published of a country shows no part of it.
"""

QUIET = {
    "an exporter's weight": Revision("TZA", "X", tuple(YEARS), times(0.5, "net_wgt")),
    "a World total withdrawn": Revision("GHA", "X", tuple(YEARS), withdraw, 0),
    "a CIF value": Revision(
        "IND", "M", (2022,), times(1.05, "cif_value", "primary_value"), CODES["GHA"]
    ),
    "an estimated weight": Revision(
        "GHA", "X", tuple(YEARS), lambda one: one | {"is_net_wgt_estimated": "1"}
    ),
    "the HS edition alone": Revision(
        "GHA", "X", (2021,), lambda one: one | {"classification_code": "H6"}
    ),
}
"""Revisions that move nothing in this world, and must not be named for it."""


def write(folder: Path, rows: list[Row]) -> tuple[Path, ...]:
    folder.mkdir()
    with (folder / "world.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return (folder,)


@pytest.fixture(scope="module")
def first(once: Once) -> Run:
    """The world as edition 2026-10."""

    def fill(folder: Path) -> None:
        run = new_run(folder / "out", write(folder / "given", world()), "2026-10")
        build(run)
        check(run)
        publish_edition(run)

    return new_run(once("world", fill) / "out", edition="2026-10")


@pytest.fixture(scope="module")
def whole(once: Once) -> Run:
    """The same edition with all of its records."""

    def fill(folder: Path) -> None:
        given = write(folder / "given", world())
        run = new_run(folder / "out", given, "2026-10", with_records=True)
        build(run)
        check(run)
        publish_edition(run)

    return new_run(once("whole", fill) / "out", edition="2026-10")


def moved(first: Run, folder: Path, rows: list[Row], reference: Path | None = None) -> pl.DataFrame:
    """Build the world again with other rows; what moved."""
    given = write(folder / "given", rows)
    run = new_run(folder / "out", given, "2026-11", reference=reference)
    run.published.symlink_to(first.published)
    build(run)
    with open_built(run.building) as warehouse:
        return warehouse.frame("from changes")


def own_records(rows: list[Row], exporter: str, importer: str) -> list[Row]:
    pair = {("X", exporter, importer), ("M", importer, exporter)}
    return [
        one for one in rows
        if (one["flow_code"], ISO3[one["reporter_code"]], ISO3.get(one["partner_code"])) in pair
    ]  # fmt: skip


def judge(found: pl.DataFrame, revision: Revision, before: list[Row], after: list[Row]) -> None:
    """A pair names the revision; or it moved in rank alone, and its own records are the same."""
    for one in found.iter_rows(named=True):
        pair = one["exporter_iso3"], one["importer_iso3"]
        is_same = own_records(before, *pair) == own_records(after, *pair)
        if one["cause"] == "other_pairs":
            assert one["change"] in ("up", "down") and is_same, one["sentence"]
            assert one["missing_change_fine_kg"] == pytest.approx(0, abs=1), one["sentence"]
            continue
        named = one["cause_reporter_iso3"], one["cause_period"]
        assert named in {(revision.reporter, year) for year in revision.years}, one["sentence"]
        reports = "revised newly_reported withdrawn weight_revised state_changed".split()
        assert is_same or one["cause"] in reports, one["sentence"]


def judged(first: Run, folder: Path, revision: Revision) -> pl.DataFrame:
    before = world()
    after = revision.apply(before)
    found = moved(first, folder, after)
    judge(found, revision, before, after)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("what", SHORT)
def test_a_revision_is_the_cause_of_every_move(first: Run, tmp_path: Path, what: str) -> None:
    assert not judged(first, tmp_path, SHORT[what]).is_empty()


@pytest.mark.proof
@pytest.mark.parametrize("what", LONG)
def test_any_revision_is_the_cause_of_every_move(first: Run, tmp_path: Path, what: str) -> None:
    assert not judged(first, tmp_path, LONG[what]).is_empty()


@pytest.mark.proof
def test_what_no_table_shows_is_named_where_all_records_are_kept(
    whole: Run, tmp_path: Path
) -> None:
    assert not judged(whole, tmp_path, NO_COUNTRY).is_empty()


@pytest.mark.proof
@pytest.mark.parametrize("what", QUIET)
def test_a_revision_without_effect_moves_nothing(first: Run, tmp_path: Path, what: str) -> None:
    assert judged(first, tmp_path, QUIET[what]).is_empty()


@pytest.mark.proof
def test_a_reporter_that_appears(first: Run, tmp_path: Path) -> None:
    """Rwanda reports no export after 2020: its exports of 2022 come as its partners have them."""
    before = world()
    new = [
        row(2022, "RWA", "X", CODES[ISO3[one["reporter_code"]]], float(one["fob_value"]))
        for one in before
        if (one["partner_code"], one["period"], one["flow_code"]) == ("646", "2022", "M")
    ]
    revision = Revision("RWA", "X", (2022,), withdraw)
    found = moved(first, tmp_path, before + new)
    judge(found, revision, before, before + new)
    assert "newly_reported" in set(found["cause"])


@pytest.mark.slow
def test_another_gold_price_is_no_report(first: Run, tmp_path: Path) -> None:
    """The same records; the prices of 2021 are a tenth higher in the folder of --reference."""
    (tmp_path / "newer").mkdir()
    text = (PACKAGED / "gold_price.csv").read_text(encoding="utf-8").splitlines()
    lines = [
        f"{month},{float(price) * 1.1:.3f}" if month.startswith("2021") else f"{month},{price}"
        for month, price in (line.split(",") for line in text)
    ]
    (tmp_path / "newer" / "gold_price.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    found = moved(first, tmp_path, world(), tmp_path / "newer")
    causes = set(found.select("cause", "cause_period", "cause_reporter_iso3").iter_rows())
    assert ("gold_price", 2021, None) in causes
    assert causes <= {
        ("gold_price", 2021, None), ("method", None, None), ("other_pairs", None, None),
    }  # fmt: skip


@pytest.mark.slow
def test_newer_prices_do_not_hide_a_revision(first: Run, tmp_path: Path) -> None:
    """A month is added to the prices, as every month: the moves are those of the revision."""
    (tmp_path / "newer").mkdir()
    text = (PACKAGED / "gold_price.csv").read_text(encoding="utf-8") + "2026-07,4100\n"
    (tmp_path / "newer" / "gold_price.csv").write_text(text, encoding="utf-8")
    before, revision = world(), SHORT["an importer's value"]
    after = revision.apply(before)
    found = moved(first, tmp_path, after, tmp_path / "newer")
    assert not found.is_empty()
    judge(found, revision, before, after)
