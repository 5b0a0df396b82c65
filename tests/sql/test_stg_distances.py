"""Distances as numbers, each pair of countries once."""

import csv

from mirror.settings import ASSETS


def test_a_distance_is_a_number_of_kilometres(run_model):
    raw = [
        {"iso3_a": "ARE", "iso3_b": "MLI", "distance_km": "6307"},
        {"iso3_a": "CHE", "iso3_b": "GBR", "distance_km": "746.5"},
    ]
    assert run_model("stg_distances", raw_distances=raw) == [
        {"iso3_a": "ARE", "iso3_b": "MLI", "distance_km": 6307.0},
        {"iso3_a": "CHE", "iso3_b": "GBR", "distance_km": 746.5},
    ]


def test_the_reference_names_each_pair_once_in_the_order_of_the_alphabet():
    """Models look a pair up by its least and its greatest code."""
    with (ASSETS / "data" / "reference" / "distances.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    pairs = [(row["iso3_a"], row["iso3_b"]) for row in rows]
    assert all(one < other for one, other in pairs)
    assert len(set(pairs)) == len(pairs)
    kilometres = {pair: float(row["distance_km"]) for pair, row in zip(pairs, rows, strict=True)}
    assert min(kilometres.values()) > 0 and max(kilometres.values()) < 20_040  # half a great circle
    assert kilometres["CHE", "GBR"] == 872.9  # Zurich to London is 780: a mean over their cities
