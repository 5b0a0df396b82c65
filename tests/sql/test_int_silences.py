"""Whom a reporter's rows of other goods show silent towards: partners that gold was asked of.

Germany's exports of other goods to Algeria stand beside the gold that Tunisia sells there.
"""

import pytest


def goods(partner="DZA", rows=1, source=1, **other):
    return {
        "source_id": source,
        "frequency": "A",
        "period": 2015,
        "reporter_iso3": "DEU",
        "flow_code": "X",
        "partner_iso3": partner,
        "row_count": rows,
    } | other


def gold(partner="DZA", **other):
    return goods(partner, reporter_iso3="TUN") | other


@pytest.fixture
def silent(run_model):
    """Return the partners, each with reporter and flow as the test gave them."""

    def run(*other_goods, records=()):
        rows = run_model(
            "int_silences",
            stg_other_goods=other_goods,
            stg_records=records or [gold(source=9)],
        )
        return [row["partner_iso3"] for row in rows]

    return run


def test_a_reporter_is_silent_towards_the_partner_of_the_file(run_model):
    assert run_model("int_silences", stg_other_goods=[goods()], stg_records=[gold()]) == [
        {
            "frequency": "A",
            "period": 2015,
            "reporter_iso3": "DEU",
            "flow_code": "X",
            "partner_iso3": "DZA",
        }
    ]


def test_other_goods_towards_one_partner_say_nothing_of_the_world_or_another(silent):
    found = silent(goods(), goods("CHE"), goods("W00"), records=[gold("DZA"), gold("ITA")])
    assert found == ["DZA"]


def test_the_world_is_every_partner_where_gold_to_the_world_was_asked_for(silent):
    assert silent(goods("W00"), records=[gold("W00")]) == ["W00"]


@pytest.mark.parametrize(
    "other", [{"flow_code": "M"}, {"period": 2016}, {"frequency": "M"}, {"source_id": 2}]
)
def test_gold_of_another_file_flow_or_year_shows_no_question(silent, other):
    assert silent(goods(), records=[gold(**other)]) == []


@pytest.mark.parametrize(("rows", "found"), [(99, []), (100, ["W00"])])
def test_a_file_without_gold_asked_for_it_only_if_it_asked_for_every_good(silent, rows, found):
    """other_goods_rows_least, towards one partner: a hundred partners of one good are no proof."""
    assert silent(goods("W00", rows)) == found
    assert silent(*(goods(f"P{n:02d}", 1) for n in range(100))) == []


def test_two_files_that_show_it_are_one_row(silent):
    assert silent(goods(), goods(source=2), records=[gold(), gold(source=2)]) == ["DZA"]
