"""Which of several areas gives an ISO code its name today."""

import pytest


def area(code, iso3, name, last_year=None, kind="country", continent="Asia"):
    return {
        "area_code": code,
        "iso3": iso3,
        "area_name": name,
        "area_kind": kind,
        "is_country": kind == "country",
        "last_year": last_year,
        "continent": continent,
    }


def test_the_area_that_still_stands_names_its_code(run_model):
    areas = [
        area(356, "IND", "India (...1974)", 1974),
        area(699, "IND", "India"),
        area(200, "CSK", "Czechoslovakia", 1992, continent="Europe"),
        area(899, "_X", "Areas, nes", kind="not_specified"),
    ]
    rows = sorted(run_model("stg_countries", stg_areas=areas), key=lambda row: row["iso3"])
    columns = ("iso3", "area_name", "area_kind", "is_country", "continent")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        ("CSK", "Czechoslovakia", "country", True, "Europe"),
        ("IND", "India", "country", True, "Asia"),
        ("_X", "Areas, nes", "not_specified", False, "Asia"),
    ]


def test_of_areas_that_ended_the_last_one_and_of_two_that_stand_the_higher_code(run_model):
    areas = [
        area(841, "USA", "USA and Puerto Rico (...1980)", 1980),
        area(842, "USA", "Puerto Rico apart", 1990),
        area(251, "FRA", "France"),
        area(250, "FRA", "Metropolitan France"),
    ]
    rows = run_model("stg_countries", stg_areas=areas)
    names = {row["iso3"]: row["area_name"] for row in rows}
    assert names == {"USA": "Puerto Rico apart", "FRA": "France"}


@pytest.mark.parametrize(
    ("iso3", "codes"),
    [("FRA", {250, 251}), ("CHE", {756, 757}), ("IND", {356, 699}), ("USA", {840, 841, 842})],
)
def test_reference_names_each_country_once_whatever_its_codes(sample, iso3, codes):
    found = sample.execute("select area_code from stg_areas where iso3 = $1", [iso3]).fetchall()
    named = sample.execute("select area_name from stg_countries where iso3 = $1", [iso3]).fetchall()
    assert ({code for (code,) in found}, len(named)) == (codes, 1)


def test_other_asia_is_a_country_and_areas_not_specified_are_none(sample):
    query = "select is_country from stg_areas where area_code = $1"
    kinds = {code: sample.execute(query, [code]).fetchone()[0] for code in (490, 899, 838, 0)}
    assert kinds == {490: True, 899: False, 838: False, 0: False}
