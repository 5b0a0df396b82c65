"""Scores of tables small enough to reckon by hand."""

import math

import polars as pl
import pytest
from benchmarks import scores

# Pair A-Z hides 400 kg that can be seen and 50 that cannot, B-Z 1,000, C-Z 90 (below material),
# D-Z 300 of which nothing can be compared, E-Z 200 (not ranked).
TRUTH = pl.DataFrame(
    [
        ("A", "Z", 2020, "undeclared_export", 300.0, True),
        ("A", "Z", 2021, "undeclared_export", 100.0, True),
        ("A", "Z", 2022, "undeclared_export", 50.0, False),
        ("B", "Z", 2020, "undeclared_export", 1000.0, True),
        ("C", "Z", 2020, "undeclared_export", 90.0, True),
        ("D", "Z", 2020, "undeclared_export", 300.0, False),
        ("E", "Z", 2020, "undeclared_export", 200.0, True),
        ("F", "Z", 2020, "undeclared_import", 500.0, True),
    ],
    schema=["exporter_iso3", "importer_iso3", "period", "direction", "hidden_fine_kg",
            "is_comparable"],
    orient="row",
)  # fmt: skip
RANKED = pl.DataFrame(
    {
        "rank": [1, 2, 3, 4],
        "direction": ["undeclared_export"] * 4,
        "exporter_iso3": ["X", "B", "A", "C"],
        "importer_iso3": ["Z"] * 4,
        "probability_material": [0.97, 0.96, 0.5, 0.1],
        "at_least_fine_kg": [40.0, 600.0, 500.0, 0.0],
        "missing_fine_kg": [80.0, 900.0, 640.0, 10.0],
        "at_most_fine_kg": [100.0, 950.0, 700.0, 95.0],
        "rank_low": [1, 1, 1, 3],
        "rank_high": [2, 2, 1, 9],
        "export_value_usd": [0.0, 10.0, 20.0, 5.0],
        "import_value_usd": [50.0, 1000.0, 900.0, 5.0],
    }
)


def test_truth_by_pair() -> None:
    """True above 100 kg of what can be compared; the others are told apart, none is dropped."""
    known = {row["exporter_iso3"]: row for row in scores.pair_truth(TRUTH).to_dicts()}
    assert set(known) == {"A", "B", "C", "D", "E"}
    assert (known["A"]["hidden_kg"], known["A"]["unseen_kg"]) == (400, 50)
    assert [known[k]["is_true"] for k in "ABCDE"] == [True, True, False, False, True]
    assert [known[k]["is_unassessed"] for k in "ABCDE"] == [False, False, False, True, False]
    assert scores.pair_truth(TRUTH, direction="undeclared_import")["hidden_kg"].to_list() == [500]


def test_material_and_counted_years() -> None:
    """5 % of the mean of both reports; years that the table does not count go to the unseen."""
    years = pl.DataFrame(
        {
            "exporter_iso3": ["A", "A", "B"],
            "importer_iso3": ["Z"] * 3,
            "period": [2020, 2021, 2020],
            "is_counted": [True, False, True],
            "export_value_usd": [100.0, 7.0, 20_000.0],
            "import_fob_value_usd": [None, 7.0, 40_000.0],
            "gold_price_usd_per_kg": [1.0, 1.0, 1.0],
        }
    )
    assert dict(scores.material_kg(years).select("exporter_iso3", "material_kg").iter_rows()) == {
        "A": 100.0,
        "B": 1500.0,
    }
    known = {row["exporter_iso3"]: row for row in scores.pair_truth(TRUTH, years).to_dicts()}
    assert (known["A"]["hidden_kg"], known["A"]["unseen_kg"]) == (300, 150)
    assert not known["B"]["is_true"]  # 1,000 is below 1,500
    assert (known["E"]["hidden_kg"], known["E"]["is_unassessed"]) == (0, True)


def test_scores_by_hand() -> None:
    """Order X (false), B, A, C (false); E is true and not ranked."""
    out = scores.score(TRUTH, RANKED)
    assert out["average_precision"] == pytest.approx((1 / 2 + 2 / 3) / 3)
    gain = 1000 / math.log2(3) + 400 / math.log2(4) + 90 / math.log2(5)
    best = 1000 + 400 / math.log2(3) + 200 / math.log2(4) + 90 / math.log2(5)
    assert out["ndcg"] == pytest.approx(gain / best)
    assert out["share_of_kg_in_first_n"] == pytest.approx(1400 / 1690)
    assert out["first_5_against_best_5"] == pytest.approx(1490 / 1690)
    assert (out["true_pairs"], out["true_pairs_unranked"]) == (3, 1)
    assert out["hidden_unassessed_tonnes"] == pytest.approx(0.35)
    assert out["hidden_unassessed_pairs"] == 1


def test_claims_by_hand() -> None:
    """X and A claim more than is hidden; B hides more than `at_most`."""
    out = scores.score(TRUTH, RANKED)
    assert out["truth_below_at_least"] == pytest.approx(2 / 3)
    assert out["truth_above_at_most"] == pytest.approx(1 / 4)
    assert out["at_least_true_share"] == pytest.approx(1100 / 1600)
    assert out["at_least_false_tonnes"] == pytest.approx(0.04)
    assert out["at_least_all_tonnes"] == pytest.approx(1.14)
    assert out["missing_over_truth"] == pytest.approx(1540 / 1400)
    assert (out["sure_pairs"], out["sure_true"]) == (2, 0.5)
    assert out["bands_hold"] == pytest.approx(0.5)  # B is first of 1-2, A is second, not of 1-1


def test_calibration() -> None:
    """Two pairs in the top bin, one of them true."""
    table = scores.calibration([scores.joined(RANKED, scores.pair_truth(TRUTH))])
    top = table.row(-1, named=True)
    assert (top["n"], top["share_true"]) == (2, 0.5)
    assert top["mean_probability"] == pytest.approx(0.965)
    assert table["n"].sum() == 4


def test_nothing_hidden() -> None:
    """No truth: tonnes claimed remain, shares of it are nan."""
    out = scores.score(TRUTH.clear(), RANKED)
    assert math.isnan(out["average_precision"]) and math.isnan(out["ndcg"])
    assert out["at_least_all_tonnes"] == out["at_least_false_tonnes"] == pytest.approx(1.14)
    assert out["truth_below_at_least"] == 1


def test_an_empty_file_of_truth() -> None:
    """A file with a header and nothing else, as worlds without hiding have it."""
    empty = pl.read_csv(TRUTH.clear().write_csv().encode())
    years = RANKED.select(
        *scores.PAIR,
        "export_value_usd",
        pl.lit(2020).alias("period"),
        pl.lit(True).alias("is_counted"),
        pl.lit(1.0).alias("import_fob_value_usd"),
        pl.lit(1.0).alias("gold_price_usd_per_kg"),
    )
    assert scores.score(empty, RANKED, years)["at_least_all_tonnes"] == pytest.approx(1.14)


def test_naive_and_oracle_orders() -> None:
    """B has the largest raw gap; the oracle takes 970 of it off as routing, and A leads."""
    naive = scores.naive_order(RANKED)
    assert naive.sort("naive")["exporter_iso3"].to_list() == ["B", "A", "X", "C"]
    flat = scores.naive_order(RANKED, 0.10).sort("naive")
    assert flat["exporter_iso3"].to_list() == ["B", "A", "X", "C"]
    years = RANKED.select(
        *scores.PAIR,
        pl.lit(2020).alias("period"),
        pl.lit(True).alias("is_assessed"),
        "export_value_usd",
        pl.col("import_value_usd").alias("import_fob_value_usd"),
        pl.lit(2.0).alias("gold_price_usd_per_kg"),
    )
    causes = pl.DataFrame(
        {"exporter_iso3": ["B", "B"], "importer_iso3": ["Z", "Z"], "period": [2020, 2020],
         "cause": ["case_1", "noise"], "gap_value_usd": [970.0, 20.0]}
    )  # fmt: skip
    oracle = scores.oracle_order(RANKED, years, causes, ["case_1"]).sort("oracle")
    assert oracle["exporter_iso3"].to_list() == ["A", "X", "B", "C"]
    assert oracle["oracle_fine_kg"].to_list() == [440, 25, 10, 0]
    assert scores.score(TRUTH, oracle, order="oracle")["average_precision"] == pytest.approx(
        (1 + 2 / 3) / 3
    )


def test_the_other_direction() -> None:
    """A hiding importer is found by the gap turned round."""
    table = RANKED.head(1).with_columns(
        direction=pl.lit("undeclared_import"), exporter_iso3=pl.lit("F"), import_value_usd=-70.0
    )
    both = scores.naive_order(pl.concat([RANKED, table]))
    assert scores.score(TRUTH, both, None, "undeclared_import", "naive")["average_precision"] == 1


def test_summary() -> None:
    """Mean, error and worst; more is worse for some scores; a world without one is left out."""
    worlds = [
        {"ndcg": 0.5, "truth_below_at_least": 0.1},
        {"ndcg": 0.7, "truth_below_at_least": 0.3},
        {"ndcg": math.nan},
    ]
    table = {row["score"]: row for row in scores.summary(worlds).to_dicts()}
    assert table["ndcg"]["mean"] == pytest.approx(0.6)
    assert table["ndcg"]["error"] == pytest.approx(0.1)
    assert (table["ndcg"]["worst"], table["truth_below_at_least"]["worst"]) == (0.5, 0.3)
    assert table["ndcg"]["worlds"] == 2
