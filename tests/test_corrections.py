"""A user's own corrections: checked as they are read, applied, counted, and published."""

import json
from pathlib import Path

import polars as pl
import pytest

from commands import Said, mirror
from conftest import Once
from mirror.errors import SettingsError, SourceError
from mirror.settings import Settings
from mirror.steps.corrections import TABLES, read
from mirror.steps.reference import tables
from test_reference import HEADER

LINK = "https://example.org/a"
GOOD = {
    "exclusions": {"exporter_iso3": "KEN", "importer_iso3": "ARE", "first_year": "2020",
                   "last_year": "2021", "reason": "vault transfers"},
    "series_breaks": {"reporter_iso3": "UGA", "flow_code": "X", "last_year": "2019",
                      "reason": "coverage begins in 2020"},
    "areas": {"area_code": "404", "name": "Republic of Kenya", "reason": "name in use"},
    "country_replies": {"exporter_iso3": "KEN", "importer_iso3": "ARE", "country_iso3": "KEN",
                        "reply": "The gold is in transit."},
}  # fmt: skip
REFERENCE = tables()


def write(folder: Path, name: str, *rows: dict[str, str | None]) -> Path:
    """A folder with one table; a cell that is null leaves its column out."""
    folder.mkdir(exist_ok=True)
    dated = [{"link": LINK, "date": "2026-10-01"} | row for row in rows]
    columns = [n for n in dict.fromkeys(n for row in dated for n in row) if dated[0].get(n, "")
               is not None]  # fmt: skip
    pl.DataFrame([{n: row.get(n) or "" for n in columns} for row in dated]).write_csv(
        folder / f"{name}.csv", quote_style="necessary"
    )
    return folder


def fault(folder: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(folder, REFERENCE)
    return str(caught.value).removeprefix(f"{folder}/")


@pytest.mark.parametrize("name", GOOD)
def test_a_table_is_read_with_its_rows_numbered(tmp_path: Path, name: str) -> None:
    ((source, rows),) = read(write(tmp_path / "c", name, GOOD[name]), REFERENCE)
    assert source.label == f"corrections/{name}.csv"
    (row,) = rows.to_dicts()
    assert {n: row[n] for n in GOOD[name]} == GOOD[name]
    assert (row["correction_number"], row["source_row"]) == (1, 2)
    assert (row["correction_kind"], row["given_by"]) == (TABLES[name].kind, None)


def test_corrections_are_numbered_through_all_tables(tmp_path: Path) -> None:
    for name, row in GOOD.items():
        write(tmp_path / "c", name, row)
    found = read(tmp_path / "c", REFERENCE)
    assert [rows["correction_number"].to_list() for _, rows in found] == [[1], [2], [3], [4]]
    assert read(None, REFERENCE) == []


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("exclusions", {"comment": "x"}, "exclusions.csv has the unknown column 'comment': a table "
         "of this name has exporter_iso3, importer_iso3, reason, link, date, given_by, first_year, "
         "last_year, source, separated by commas."),
        ("exclusions", {"link": None}, "exclusions.csv has no column link: give it the columns"),
        ("exclusions", {"reason": " "}, "exclusions.csv, row 2: the cell reason is empty: correct "
         "the row, or remove it."),
        ("series_breaks", {"reason": ""}, "series_breaks.csv, row 2: the cell reason is empty"),
        ("areas", {"reason": ""}, "areas.csv, row 2: the cell reason is empty"),
        ("country_replies", {"reply": ""}, "country_replies.csv, row 2: the cell reply is empty"),
        ("country_replies", {"date": ""}, "row 2: the cell date is empty"),
        ("country_replies", {"link": ""}, "row 2: the cell link is empty"),
        ("exclusions", {"exporter_iso3": "KNY"}, "row 2: exporter_iso3 'KNY' is the code of no"),
        ("exclusions", {"importer_iso3": "are"}, "row 2: importer_iso3 'are' is the code of no"),
        ("series_breaks", {"reporter_iso3": "*"}, "row 2: reporter_iso3 '*' is the code of no"),
        ("country_replies", {"country_iso3": "XYZ"}, "row 2: country_iso3 'XYZ' is the code of no"),
        ("country_replies", {"country_iso3": "UGA"}, "country_iso3 'UGA' is neither the exporter"),
        ("exclusions", {"exporter_iso3": "*", "importer_iso3": "*"}, "are both *, which is every"),
        ("exclusions", {"first_year": "2022"}, "the first year 2022 is after the last, 2021"),
        ("exclusions", {"first_year": "20"}, "row 2: first_year '20' is of the wrong form"),
        ("exclusions", {"link": "letter.pdf"}, "link 'letter.pdf' is of the wrong form (a link"),
        ("exclusions", {"link": "javascript:alert(1)"}, "is of the wrong form (a link begins with"),
        ("exclusions", {"date": "1 October 2026"}, "date '1 October 2026' is no day up to today"),
        ("exclusions", {"date": "2026-02-30"}, "date '2026-02-30' is no day up to today"),
        ("exclusions", {"date": "2999-01-01"}, "date '2999-01-01' is no day up to today"),
        ("series_breaks", {"flow_code": "RX"}, "flow_code 'RX' is of the wrong form (write M, X"),
        ("series_breaks", {"last_year": ""}, "a break of a series has a first_year, a last_year"),
        ("areas", {"name": "Kenya"}, "area_code 404 has that name in mirror's own table already"),
        ("areas", {"area_code": "1999"}, "area_code 1999 is no code of Comtrade's that is known"),
        ("areas", {"area_code": "1999", "iso3": "NEW", "kind": "town"}, "kind 'town' is of the"),
        ("country_replies", {"reply": "a" * 2001}, "reply is a text of more than 2,000 characters"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_applied_is_named(
    tmp_path: Path, name: str, changed: dict[str, str | None], said: str
) -> None:
    assert said in fault(write(tmp_path / "c", name, GOOD[name] | changed))


@pytest.mark.parametrize(
    ("name", "other", "overlaps"),
    [
        ("exclusions", {"first_year": "2021", "last_year": ""}, True),
        ("exclusions", {"first_year": "", "last_year": ""}, True),
        ("exclusions", {"first_year": "2022", "last_year": ""}, False),
        ("exclusions", {"importer_iso3": "*"}, False),
        ("series_breaks", {"flow_code": "", "last_year": "2010"}, True),
        ("series_breaks", {"flow_code": "M"}, False),
        ("areas", {"name": "Kenia"}, True),
        ("country_replies", {"reply": "Again."}, True),
        ("country_replies", {"date": "2026-11-01"}, False),
        ("country_replies", {"country_iso3": "ARE"}, False),
    ],
)
def test_rows_of_one_key_may_not_overlap_in_years(
    tmp_path: Path, name: str, other: dict[str, str], overlaps: bool
) -> None:
    folder = write(tmp_path / "c", name, GOOD[name], GOOD[name] | other)
    if overlaps:
        assert "row 3: its years overlap with those of row 2, which is of the same" in fault(folder)
    else:
        assert read(folder, REFERENCE)[0][1].height == 2


def test_a_folder_that_holds_anything_else_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere of --corrections does not exist: name anoth"):
        read(tmp_path / "nowhere", REFERENCE)
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / "README.md").write_text("notes", encoding="utf-8")
    with pytest.raises(SettingsError, match="holds no corrections: give exclusions"):
        read(folder, REFERENCE)
    write(folder, "exclusions", GOOD["exclusions"])
    (folder / "areas.csv").mkdir()
    with pytest.raises(SettingsError, match=r"holds areas\.csv, which is no table of corrections"):
        read(folder, REFERENCE)
    (folder / "areas.csv").rmdir()
    for name in ("exclusion.csv", "exclusions.xlsx"):
        (folder / name).write_text("a\n1\n", encoding="utf-8")
        with pytest.raises(SettingsError, match=f"holds {name}, which is no table of corrections"):
            read(folder, REFERENCE)
        (folder / name).unlink()
    (folder / "exclusions.csv").write_text("exporter_iso3,importer_iso3,reason,link,date\n")
    assert "exclusions.csv has no row below its header" in fault(folder)


def test_an_area_of_the_same_folder_may_be_named_by_its_code(tmp_path: Path) -> None:
    """A new state, with a pair of its own excluded."""
    new = {"area_code": "1999", "name": "Newland", "iso3": "NEW", "kind": "country", "reason": "r"}
    write(tmp_path / "c", "areas", new)
    write(tmp_path / "c", "exclusions", GOOD["exclusions"] | {"exporter_iso3": "NEW"})
    assert len(read(tmp_path / "c", REFERENCE)) == 2


def given(folder: Path) -> Path:
    """Kenya and Uganda export to the Emirates, which report more, in three years."""
    folder.mkdir()
    lines = [
        f"A,{year},{reporter},{flow},{partner},0,H6,7108,C00,0,{value / 4e4},0,,{value},{value}"
        for year in (2019, 2020, 2021)
        for exporter, declared in ((404, 1e6), (800, 4e6))
        for reporter, flow, partner, value in (
            (exporter, "X", 784, declared), (exporter, "X", 0, declared),
            (784, "M", exporter, 9e6),
        )
    ]  # fmt: skip
    lines += [f"A,{year},784,M,0,0,H6,7108,C00,0,450,0,,1.8e7,1.8e7" for year in (2019, 2020, 2021)]
    (folder / "records.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return folder


def run(folder: Path, *more: str | Path, **environment: str) -> Said:
    given_here = folder / "given"
    source = given_here if given_here.exists() else given(given_here)
    return mirror("run", "--source", source, "--out", folder / "out", *more, **environment)


@pytest.fixture(scope="module")
def corrected(once: Once) -> Path:
    """An edition without corrections, and that of the next month with one of each kind."""

    def fill(folder: Path) -> None:
        for name, row in GOOD.items():
            write(folder / "c", name, row | {"given_by": "Assessment team"})
        write(folder / "c", "country_replies", GOOD["country_replies"])
        assert run(folder, "--edition", "2026-10").returncode == 0
        said = run(folder, "--edition", "2026-11", "--corrections", folder / "c")
        assert said.returncode == 0, said.stderr

    return once("corrected", fill) / "out"


@pytest.mark.slow
def test_each_correction_says_what_it_changed(corrected: Path) -> None:
    """Two of three years of Kenya; of the six records of Uganda's pair one year; 4 × 3 of 404."""
    table = pl.read_parquet(corrected / "published" / "2026-11" / "corrections.parquet")
    assert table.select(
        "correction_file", "correction_row", "given_by", "link", "record_count", "pair_periods",
        "pair_periods_changed",
    ).rows() == [
        ("corrections/areas.csv", 2, "Assessment team", LINK, 9, None, None),
        ("corrections/country_replies.csv", 2, "Republic of Kenya", LINK, None, 3, None),
        ("corrections/exclusions.csv", 2, "Assessment team", LINK, None, 2, 2),
        ("corrections/series_breaks.csv", 2, "Assessment team", LINK, None, 1, 1),
    ]  # fmt: skip
    years = pl.read_parquet(corrected / "published" / "2026-11" / "gap_years.parquet")
    aside = years.filter(pl.col("set_aside_reason").is_not_null())
    assert aside.select("exporter_iso3", "year", "set_aside_reason").rows() == [
        ("UGA", 2019, "coverage begins in 2020"),
        ("KEN", 2020, "vault transfers"),
        ("KEN", 2021, "vault transfers"),
    ]
    assert set(years.filter(exporter_iso3="KEN")["exporter_name"]) == {"Republic of Kenya"}


@pytest.mark.slow
def test_the_edition_says_how_many_were_applied_and_by_whom_given(corrected: Path) -> None:
    edition = corrected / "published" / "2026-11"
    summary = json.loads((edition / "summary.json").read_text(encoding="utf-8"))
    assert summary["corrections"] == {
        "applied": 4,
        "by_kind": {"area": 1, "country_reply": 1, "exclusion": 1, "series_break": 1},
        "given_by": ["Assessment team", "Republic of Kenya"],
        "without_giver": 0,
    }
    said = "4 corrections were applied, given by Assessment team, Republic of Kenya: "
    package = json.loads((edition / "datapackage.json").read_text(encoding="utf-8"))
    assert said in package["description"]
    for name in ("CITATION.txt", "report.html"):
        assert said in (edition / name).read_text(encoding="utf-8"), name
    sources = pl.read_parquet(edition / "sources.parquet").filter(source_kind="corrections")
    assert sources["rows_used"].to_list() == [1, 1, 1, 1]
    before = corrected / "published" / "2026-10"
    was = json.loads((before / "summary.json").read_text(encoding="utf-8"))
    assert was["corrections"]["applied"] == 0 and was["build_id"] != summary["build_id"]
    assert (was["code_id"], was["method_id"]) == (summary["code_id"], summary["method_id"])
    assert "applied, given by" not in (before / "CITATION.txt").read_text(encoding="utf-8")
    assert "corrections applied,4\n" in mirror("status", "--offline", "--out", corrected).stdout


@pytest.mark.slow
def test_a_reply_stands_with_its_pair(corrected: Path) -> None:
    reply = f"Republic of Kenya, 2026-10-01: The gold is in transit. ({LINK})"
    edition = corrected / "published" / "2026-11"
    ranked = pl.read_parquet(edition / "ranked_gaps.parquet")
    assert set(ranked.select("exporter_iso3", "country_reply").rows()) == {
        ("KEN", reply), ("UGA", None),
    }  # fmt: skip
    assert reply in (edition / "ranked_gaps.csv").read_text(encoding="utf-8")
    aside = pl.read_parquet(edition / "set_aside_pairs.parquet").filter(exporter_iso3="KEN")
    assert aside.select("set_aside_source", "country_reply").row(0) == (
        f"Assessment team, 2026-10-01, {LINK}", reply,
    )  # fmt: skip
    assert reply in (edition / "report.html").read_text(encoding="utf-8")
    said = mirror("explain", "KEN", "ARE", "--out", corrected).stdout
    assert f"Reply of Republic of Kenya, 2026-10-01: The gold is in transit. ({LINK})" in said
    assert f"vault transfers (Assessment team, 2026-10-01, {LINK})" in said
    page = mirror("explain", "KEN", "ARE", "--html", "--out", corrected).stdout
    assert f'The gold is in transit. (<a href="{LINK}">' in page
    assert "Reply of" not in mirror("explain", "UGA", "ARE", "--out", corrected).stdout


@pytest.mark.slow
def test_a_correction_is_the_cause_of_what_it_moved(corrected: Path) -> None:
    table = pl.read_parquet(corrected / "published" / "2026-11" / "changes.parquet")
    assert set(table["cause"]) <= {"correction", "other_pairs"}
    (kenya,) = table.filter(exporter_iso3="KEN").to_dicts()
    assert kenya["cause"] == "correction"
    assert "(exclusion of KEN → ARE, 2020–2021 added: vault transfers)" in kenya["sentence"]
    (uganda,) = table.filter(exporter_iso3="UGA").to_dicts()
    assert "(series break of UGA, –2019 added: coverage begins in 2020)" in uganda["sentence"]
    back = mirror("diff", "2026-11", "2026-10", "--out", corrected)
    assert "(exclusion of KEN → ARE, 2020–2021 removed: vault transfers)" in back.stdout


@pytest.mark.slow
def test_a_correction_that_is_about_nothing_stops_the_run(tmp_path: Path) -> None:
    """Exporter and importer the wrong way round; the folder is named by the environment."""
    assert Settings(corrections=tmp_path).corrections == tmp_path
    turned = GOOD["exclusions"] | {"exporter_iso3": "ARE", "importer_iso3": "KEN"}
    folder = write(tmp_path / "c", "exclusions", GOOD["exclusions"], turned)
    said = run(tmp_path, MIRROR_CORRECTIONS=str(folder))
    assert said.returncode == 1
    assert said.stderr.strip().splitlines()[-1] == (
        "mirror: corrections/exclusions.csv, row 3: the pair ARE → KEN is not in the records of "
        "this run in those years; correct the row, or remove it."
    )
    assert not (tmp_path / "out" / "published").exists()
