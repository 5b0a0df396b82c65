"""What is not concerned hardly moves: flows of others, order, seeds, and months through years."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.method.flows import estimate, honest, table, verdict
from tests.method.test_verdicts import hides

BASE = honest(pairs=40, spread=0.1) | {
    ("XXX", "MMM"): hides(0.6),
    ("YYY", "MMM"): hides(0.3, seed=4),
}


@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(0.02, 0.5))
def test_flows_of_other_countries_move_probabilities_and_amounts_little(seed, pairs, spread):
    others = {
        (f"O{exporter}", f"P{importer}"): reports
        for (exporter, importer), reports in honest(pairs, 10, spread, seed).items()
    }
    before, after = estimate(table(BASE)), estimate(table(BASE | others))
    key = ["direction", "exporter_iso3", "importer_iso3"]
    both = before.verdicts.join(after.verdicts, on=key, suffix="_after")
    assert both.height == before.verdicts.height
    moved = (both["probability_material"] - both["probability_material_after"]).abs()
    assert moved.max() <= 0.05
    told = both.filter(pl.col("probability_material") >= 0.5)
    ratio = told["missing_fine_kg_after"] / told["missing_fine_kg"]
    assert ratio.is_between(0.9, 1.1).all()


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random):
    flows = table(BASE)
    places = list(range(flows.height))
    random.shuffle(places)
    one, two = estimate(flows), estimate(flows[places])
    for name in ("parts", "verdicts", "draws", "transfers"):
        assert getattr(one, name).equals(getattr(two, name))


def test_months_are_judged_through_their_years():
    """Twelve months of a twelfth each say of a pair what its years say."""
    said = {key: ([x / 12 for x in xs for _ in range(12)], [m / 12 for m in ms for _ in range(12)])
            for key, (xs, ms) in BASE.items()}  # fmt: skip
    monthly = table(said, first_year=0)
    month = pl.col("period")
    monthly = monthly.with_columns(
        frequency=pl.lit("M"),
        year=2014 + month // 12,
        period=((2014 + month // 12) * 100 + month % 12 + 1).cast(pl.Int32),
    )
    of_years = verdict(estimate(table(BASE)), "XXX", "MMM")
    of_months = verdict(estimate(monthly, frequency="M"), "XXX", "MMM")
    for name in ("probability_material", "missing_fine_kg", "at_least_fine_kg"):
        assert of_months[name] == pytest.approx(of_years[name], rel=0.02)


def test_swapping_the_roles_swaps_the_waterfall():
    flows = table(BASE)
    names = {name: name.replace("export", "#").replace("import", "export").replace("#", "import")
             for name in flows.columns}  # fmt: skip
    names |= {
        "exporter_received_usd": "importer_sold_usd",
        "importer_sold_usd": "exporter_received_usd",
    }
    off = {"parts_switched_off": "timing"}  # gold is booked late by importers, never by exporters
    one, two = estimate(flows, **off).parts, estimate(flows.rename(names), **off).parts
    key = ["period", "exporter_iso3", "importer_iso3"]
    turned = two.rename({"exporter_iso3": "importer_iso3", "importer_iso3": "exporter_iso3"})
    both = one.join(turned, on=key, suffix="_turned")
    assert both.height == one.height
    for part in ("unallocated", "reexport", "class_swap"):
        total = both[f"{part}_usd_mid"] + both[f"{part}_usd_mid_turned"]
        assert np.allclose(total, 0, atol=0.01)


def test_every_part_adds_up_and_residuals_keep_their_order():
    flows = table(BASE, exporter_pool_usd=3e6, swap_of_positive_usd=1e6)
    parts = estimate(flows).parts.join(
        flows, on=["period", "exporter_iso3", "importer_iso3"], suffix="_flow"
    )
    names = ("quality", "not_assessable", "class_swap", "timing", "unallocated", "reexport")
    total = sum(parts[f"{name}_usd_mid"] for name in names) + parts["residual_value_usd_mid"]
    gap = parts["import_value_usd"] - parts["export_value_usd"]
    assert np.allclose(total, gap, atol=0.005)
    for stem in (*(f"{name}_usd" for name in names), "residual_value_usd"):
        assert (parts[f"{stem}_low"] <= parts[f"{stem}_mid"] + 1e-6).all()
        assert (parts[f"{stem}_mid"] <= parts[f"{stem}_high"] + 1e-6).all()
