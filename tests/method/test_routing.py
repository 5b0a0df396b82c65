"""Transit by agreement over the years: each signature alone, beside other trade, and by chance."""

import pytest
from tests.method.flows import estimate, honest, table, verdict

GOLD = [40.0, 55.0, 30.0, 70.0, 62.0, 48.0, 80.0, 35.0, 50.0, 66.0]
OTHER = [300.0, 280.0, 350.0, 310.0, 330.0, 290.0, 320.0, 305.0, 315.0, 340.0]
NOTHING = [0.0] * 10


def said(kind, beside):
    """Reports of 40 to 80 M USD a year that go from i through h to j: who says what, by case."""
    plus = [gold + beside * other for gold, other in zip(GOLD, OTHER, strict=True)]
    base = [beside * other for other in OTHER]
    both = lambda exports, imports: (exports, imports)  # noqa: E731
    return {
        # the exporter names the hub, which records nothing, and the importer credits the origin
        "1": {("III", "HHH"): both(plus, base), ("III", "JJJ"): both(base, plus)},
        # the hub records nothing and is credited
        "2": {("III", "HHH"): both(plus, base), ("HHH", "JJJ"): both(base, plus)},
        # the exporter names the importer, which credits the hub
        "4": {("III", "JJJ"): both(plus, base), ("HHH", "JJJ"): both(base, plus)},
        # the hub records both ways, and the importer credits the origin all the same
        "5": {("III", "HHH"): both(plus, plus), ("HHH", "JJJ"): both(plus, base),
              ("III", "JJJ"): both(base, plus)},
        # the exporter names the end, the hub records both ways, the importer credits the origin
        "7": {("III", "JJJ"): both(plus, plus), ("HHH", "JJJ"): both(plus, base),
              ("III", "HHH"): both(base, plus)},
        "8": {("III", "JJJ"): both(plus, base), ("III", "HHH"): both(base, plus),
              ("HHH", "JJJ"): both(plus, plus)},
    }[kind]  # fmt: skip


SEEN = {"1": ("III", "JJJ"), "2": ("HHH", "JJJ"), "4": ("HHH", "JJJ"), "5": ("III", "JJJ"),
        "7": ("III", "HHH"), "8": ("III", "HHH")}  # fmt: skip


@pytest.mark.parametrize("beside", [0.0, 0.5], ids=["alone", "beside other trade"])
@pytest.mark.parametrize("kind", SEEN)
def test_gold_that_two_reports_book_under_different_partners_is_taken_out(kind, beside):
    flows = said(kind, beside)
    found = estimate(table(honest() | flows))
    moved = found.transfers.filter(exporter_iso3=SEEN[kind][0], importer_iso3=SEEN[kind][1])
    assert moved["moved_usd"].sum() == pytest.approx(sum(GOLD) * 1e6, rel=0.05)
    assert moved["edge_weight"].min() >= 0.7
    assert verdict(found, *SEEN[kind])["probability_material"] < 0.5
    assert verdict(found, *SEEN[kind])["at_least_fine_kg"] == 0


def test_without_the_other_gap_nothing_is_routed():
    found = estimate(table(honest() | {("III", "JJJ"): (NOTHING, GOLD)}))
    assert found.transfers.is_empty()


def test_three_years_that_agree_by_chance_are_no_proof_and_stay_a_chance():
    gaps = [40.0, 55.0, 30.0]
    near = [44.0, 49.0, 33.0]  # within a fifth of each other
    flows = {("III", "JJJ"): ([100.0] * 3, [140.0, 155.0, 130.0]),
             ("III", "HHH"): ([144.0, 149.0, 133.0], [100.0] * 3)}  # fmt: skip
    found = estimate(table(honest(years=3) | flows))
    pair = verdict(found, "III", "JJJ")
    assert sum(gaps) > 0 and sum(near) > 0
    assert pair["probability_material"] < 0.95 and pair["at_least_fine_kg"] == 0


def test_streams_that_drift_apart_are_not_the_same_gold():
    drifting = [10.0, 90.0, 25.0, 15.0, 120.0, 20.0, 95.0, 12.0, 88.0, 30.0]
    flows = {("III", "HHH"): ([100 + gold for gold in drifting], [100.0] * 10),
             ("III", "JJJ"): ([50.0] * 10, [50 + gold for gold in GOLD])}  # fmt: skip
    found = estimate(table(honest() | flows))
    assert found.transfers.filter(exporter_iso3="III", importer_iso3="JJJ").is_empty()


def test_the_same_money_never_explains_two_gaps():
    two = {("III", "HHH"): (GOLD, NOTHING), ("III", "JJJ"): (NOTHING, GOLD),
           ("III", "KKK"): (NOTHING, GOLD)}  # fmt: skip
    found = estimate(table(honest() | two))
    assert found.transfers["moved_usd"].sum() <= sum(GOLD) * 1e6 * 1.001


def test_two_hubs_in_a_row_are_borne_out_by_the_importers_column():
    """i books to h, h to g, g to j as they should; j credits i: its column is balanced."""
    flows = {("III", "HHH"): (GOLD, GOLD), ("HHH", "GGG"): (GOLD, GOLD),
             ("GGG", "JJJ"): (GOLD, NOTHING), ("III", "JJJ"): (NOTHING, GOLD)}  # fmt: skip
    found = estimate(table(honest() | flows))
    assert verdict(found, "III", "JJJ")["probability_material"] < 0.5
