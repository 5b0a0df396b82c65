"""Two downloads with one figure revised, and rows without their totals: what a run says."""

import os
from datetime import datetime

import pytest

from commands import mirror
from mirror.warehouse import open_built
from records.cases import BASE, table

REVISED = [{**one, "primaryValue": "500", "cifvalue": "500"} for one in BASE[:1]] + BASE[1:]


@pytest.mark.slow
def test_the_newer_of_two_downloads_counts_by_the_dates_that_a_person_gives(tmp_path):
    old, new = tmp_path / "a.csv", tmp_path / "b.csv"
    new.write_bytes(table(BASE))
    old.write_bytes(table(REVISED))
    given = ("build", "--source", old, "--source", new, "--out", tmp_path / "out")

    said = mirror(*given)
    assert said.returncode == 1
    assert "b.csv, row 2: a second, different figure" in said.stderr
    assert " (value 439748724.25 and not 500) than a.csv; keep one of them, or say" in said.stderr
    assert "say when each was released with --released FILE=YYYY-MM-DD, or " in said.stderr

    dates = ("--released", f"{old}=2024-01-05", "--released", f"{new}=2024-06-05")
    assert mirror(*given, *dates).returncode == 0
    assert kept(tmp_path) == [(439748724.25, "2024-06-05")]


@pytest.mark.slow
def test_files_without_a_date_count_by_their_own_time_where_that_is_asked_for(tmp_path):
    """The revised figure was written in March, and the other in January, 2024."""
    for name, rows, day in (("b", REVISED, "2024-03-02"), ("a", BASE, "2024-01-02")):
        (tmp_path / f"{name}.csv").write_bytes(table(rows))
        at = datetime.fromisoformat(f"{day}T12:00+00:00").timestamp()
        os.utime(tmp_path / f"{name}.csv", (at, at))

    said = mirror("build", "--source", tmp_path, "--out", tmp_path / "out", "--file-times")

    assert said.returncode == 0
    assert kept(tmp_path) == [(500, "2024-03-02")]


def kept(tmp_path):
    """Value and release of Mali's gold in the report of the Emirates for 2018."""
    with open_built(tmp_path / "out" / "build.duckdb") as built:
        flow = "partner_iso3 = 'MLI' and period = 2018"
        rows = built.frame(f"select value_usd, released_date from stg_records where {flow}").rows()
    return [(value, str(day)) for value, day in rows]


def test_a_date_that_is_none_is_wrong_usage(tmp_path):
    said = mirror("build", "--out", tmp_path, "--released", "nowhere.csv=2024-01-05")
    assert said.returncode == 2
    assert "write --released FILE=YYYY-MM-DD" in said.stderr


def test_breakdowns_without_totals_are_said_with_what_to_ask_for(tmp_path):
    (tmp_path / "a.csv").write_bytes(table([{**one, "partner2Code": 792} for one in BASE]))

    said = mirror("build", "--source", tmp_path, "--out", tmp_path / "out")

    assert said.returncode == 1
    assert "7 rows of breakdowns and no totals" in said.stderr
    assert "ask for partner2Code=0, customsCode=C00 and motCode=0" in said.stderr
