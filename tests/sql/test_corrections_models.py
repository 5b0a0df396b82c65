"""Corrections of the user in the models: areas, exclusions, and what each of them changed."""

from datetime import date

DAY = date(2026, 10, 1)


def correction(number=1, kind="exclusion", **other):
    return {
        "correction_number": number,
        "correction_file": f"corrections/{kind}.csv",
        "correction_row": number + 1,
        "correction_kind": kind,
        "exporter_iso3": None,
        "importer_iso3": None,
        "country_iso3": None,
        "flow_code": None,
        "area_code": None,
        "iso3": None,
        "area_name": None,
        "area_kind": None,
        "continent": None,
        "first_year": None,
        "last_year": None,
        "reason": "why",
        "correction_source": None,
        "reply": None,
        "link": "https://example.org",
        "correction_date": DAY,
        "given_by": None,
    } | other


NONE = correction(
    0, "none", exporter_iso3="", importer_iso3="", country_iso3="", flow_code="", area_code=-1,
    iso3="", area_name="", area_kind="", continent="", first_year=0, last_year=0,
    correction_source="", reply="", given_by="",
)  # fmt: skip
"""A row that gives every column its type."""


def area(code, name, **other):
    return {
        "area_code": str(code), "iso3": f"A{code}", "name": name, "kind": "country",
        "first_year": None, "last_year": "1990", "continent": "Asia",
    } | other  # fmt: skip


def test_a_correction_of_an_area_goes_before_the_package_and_may_add_one(run_model):
    rows = run_model(
        "stg_areas",
        raw_areas=[area(10, "Old", first_year="1980"), area(20, "Other")],
        stg_corrections=[
            NONE,
            correction(1, "area", area_code=10, area_name="New"),
            correction(2, "area", area_code=30, area_name="Third", iso3="A30", area_kind="group"),
        ],
    )
    assert sorted(
        (
            row["area_code"],
            row["iso3"],
            row["area_name"],
            row["area_kind"],
            row["is_country"],
            row["first_year"],
        )
        for row in rows
    ) == [
        (10, "A10", "New", "country", True, 1980),
        (20, "A20", "Other", "country", True, None),
        (30, "A30", "Third", "group", False, None),
    ]  # fmt: skip


def test_a_break_of_a_series_excludes_the_pairs_of_that_flow_or_of_both(run_model):
    packaged = {"exporter_iso3": "CHE", "importer_iso3": "*", "first_year": "2000",
                "last_year": "2011", "reason": "later", "source": "s"}  # fmt: skip
    rows = run_model(
        "stg_exclusions",
        raw_exclusions=[packaged],
        stg_corrections=[
            NONE,
            correction(1, exporter_iso3="GHA", importer_iso3="ARE", given_by="Team"),
            correction(2, "series_break", country_iso3="RWA", flow_code="M", last_year=2020),
            correction(3, "series_break", country_iso3="UGA", last_year=2019),
            correction(4, "country_reply", exporter_iso3="GHA", importer_iso3="ARE"),
        ],
    )
    source = "2026-10-01, https://example.org"
    columns = "exporter_iso3 importer_iso3 last_year set_aside_source correction_number".split()
    assert sorted((tuple(row[name] for name in columns) for row in rows), key=str) == [
        ("*", "RWA", 2020, source, 2),
        ("*", "UGA", 2019, source, 3),
        ("CHE", "*", 2011, "s", None),
        ("GHA", "ARE", None, f"Team, {source}", 1),
        ("UGA", "*", 2019, source, 3),
    ]


def pair_year(exporter, importer, year):
    return {"frequency": "M", "period": year * 100 + 1, "year": year, "exporter_iso3": exporter,
            "importer_iso3": importer}  # fmt: skip


def test_a_pair_that_a_correction_is_about_twice_counts_once(run_model):
    """Both sides of a break without a flow are about a country's trade with itself."""
    spans = [
        {"correction_number": 3, "exporter_iso3": one, "importer_iso3": other, "first_year": None,
         "last_year": 2019}
        for one, other in (("UGA", "*"), ("*", "UGA"))
    ]  # fmt: skip
    rows = run_model(
        "int_corrected_pairs",
        int_pair_years=[
            pair_year("UGA", "UGA", 2019), pair_year("UGA", "ARE", 2020),
            pair_year("ARE", "UGA", 2018), pair_year("KEN", "ARE", 2019),
        ],
        stg_exclusions=spans,
        stg_corrections=[NONE, correction(
            7, "country_reply", exporter_iso3="KEN", importer_iso3="*", first_year=2019
        )],
    )  # fmt: skip
    assert sorted((r["correction_number"], r["exporter_iso3"], r["period"]) for r in rows) == [
        (3, "ARE", 201801), (3, "UGA", 201901), (7, "KEN", 201901),
    ]  # fmt: skip


def test_replies_of_both_countries_stand_in_order_of_their_dates(run_model):
    pairs = [
        {"correction_number": number, "frequency": "A", "period": period, "exporter_iso3": "KEN",
         "importer_iso3": "ARE"}
        for number in (1, 2)
        for period in (2019, 2020)
    ]  # fmt: skip
    both = {"exporter_iso3": "KEN", "importer_iso3": "ARE"}
    (row,) = run_model(
        "int_country_replies",
        int_corrected_pairs=pairs,
        stg_corrections=[
            NONE,
            correction(1, "country_reply", country_iso3="KEN", reply="Transit.", **both),
            correction(
                2, "country_reply", country_iso3="ARE", reply="We 'book' origin; {so}.",
                correction_date=date(2026, 9, 1), **both,
            ),
        ],
        stg_countries=[{"iso3": "KEN", "area_name": "Kenya"}, {"iso3": "ARE", "area_name": "UAE"}],
    )  # fmt: skip
    assert row == both | {
        "country_reply": "UAE, 2026-09-01: We 'book' origin; {so}. (https://example.org) | "
        "Kenya, 2026-10-01: Transit. (https://example.org)"
    }


def test_what_is_about_nothing_is_refused_and_what_is_excluded_already_is_warned_of(run_model):
    table = [
        {"correction_file": "corrections/a.csv", "correction_row": row, "correction_kind": kind,
         "exporter_iso3": "GHA", "importer_iso3": "*", "country_iso3": "UGA", "area_code": 7,
         "record_count": count, "pair_periods": periods, "pair_periods_changed": changed}
        for row, kind, count, periods, changed in (
            (2, "area", 0, None, None), (3, "area", 4, None, None),
            (4, "exclusion", None, 0, 0), (5, "exclusion", None, 3, 0),
            (6, "series_break", None, 0, 0), (7, "country_reply", None, 0, None),
            (8, "exclusion", None, 3, 1),
        )
    ]  # fmt: skip
    raw = [{"source_id": -20, "source_row": row} for row in range(2, 9)]
    found = run_model(
        "corrections_without_a_match",
        corrections=table,
        raw_corrections=raw,
        raw_sources=[{"source_id": -20, "label": "corrections/a.csv"}],
    )
    assert sorted((row["source_row"], row["problem"]) for row in found) == [
        (2, "the area 7 is in no record of this run"),
        (4, "the pair GHA → * is not in the records of this run in those years"),
        (6, "no pair of UGA is in the records of this run in those years"),
        (7, "the pair GHA → * is not in the records of this run in those years"),
    ]
    warned = run_model("corrections_without_effect", corrections=table)
    assert [row["warning"][-6:] for row in warned if "row 5" in row["warning"]] == [" row 5"]
