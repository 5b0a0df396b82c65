"""Every row of every file is accounted for."""

from datetime import date, datetime

FATES = ("used", "duplicate", "superseded", "other_hs_edition", "breakdown", "flow_not_used",
         "reporter_is_no_country", "partner_is_a_group", "services", "quarantined")  # fmt: skip

RECOGNISED = {
    "shape": "delimited text",
    "encoding": "utf-8",
    "delimiter": "tab",
    "decimal_mark": "point",
    "unit_check": "fits the price of gold",
    "columns_renamed": "yr is period",
    "reading_notes": "shifted",
}


def source(number, kind="records", label="b.csv", rows=3, other_goods=0):
    return {
        "source_id": number,
        "label": label,
        "sha256": f"{number:064}",
        "size_bytes": 100,
        "released": date(2020, 1, 1),
        "fetched_at": datetime(2020, 1, 2, 3),
        "kind": kind,
        "rows_read": rows,
        "rows_other_goods": other_goods,
        "rows_tariff_lines": 0,
        "unknown_columns": "x",
        **RECOGNISED,
    }


def test_rows_of_a_file_are_used_or_have_a_reason(run_model):
    fates = ["used", "used", *FATES]
    rows = run_model(
        "sources",
        raw_sources=[source(1, rows=len(fates) + 6, other_goods=4) | {"rows_tariff_lines": 2}],
        stg_rows=[{"source_id": 1, "fate": fate} for fate in fates],
    )
    assert rows == [
        {
            "source_file": "b.csv",
            "source_kind": "records",
            "sha256": f"{1:064}",
            "size_bytes": 100,
            "released_date": date(2020, 1, 1),
            "fetched_at": datetime(2020, 1, 2, 3),
            "rows_read": 2 + 10 + 4 + 2,
            "rows_used": 3,
            "rows_other_goods": 4,
            "rows_tariff_lines": 2,
            "rows_breakdown": 1,
            "rows_duplicate": 1,
            "rows_superseded": 1,
            "rows_other_hs_edition": 1,
            "rows_flow_not_used": 1,
            "rows_reporter_is_no_country": 1,
            "rows_partner_is_a_group": 1,
            "rows_services": 1,
            "rows_quarantined": 1,
            "unknown_columns": "x",
            **RECOGNISED,
        }
    ]


def test_a_file_of_which_nothing_counts_stands_there_and_references_are_used_whole(run_model):
    rows = run_model(
        "sources",
        raw_sources=[
            source(1, label="b.csv", rows=5, other_goods=5),
            source(2, label="a.csv", rows=1),
            source(-1, "reference", "areas.csv", rows=312),
        ],
        stg_rows=[{"source_id": 2, "fate": "used"}],
    )
    assert [(row["source_file"], row["rows_used"]) for row in rows] == [
        ("a.csv", 1),
        ("b.csv", 0),
        ("areas.csv", 312),
    ]


def test_every_row_of_the_sample_is_accounted_for(sample):
    columns = ", ".join(f"rows_{fate}" for fate in (*FATES, "other_goods"))
    files = sample.sql(
        f"select rows_read, {columns} from sources where source_kind = 'records'"
    ).fetchall()
    assert len(files) == 6
    assert all(read == sum(parts) for read, *parts in files)
