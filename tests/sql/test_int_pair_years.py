"""Pairs of the published frequency with their signs and what became of each."""

import pytest


def pair(period=2016, **other):
    return {
        "frequency": "A" if period < 10_000 else "M",
        "period": period,
        "year": period if period < 10_000 else period // 100,
        "exporter_iso3": "MLI",
        "importer_iso3": "ARE",
        "export_value_usd": 40.0,
        "import_value_usd": 120.0,
        "import_fob_value_usd": 120.0,
        "after_freight": 80.0,
        "residual_value_usd_low": 60.0,
        "residual_value_usd_mid": 80.0,
        "residual_value_usd_high": 90.0,
        "residual_fine_kg_low": 1.5,
        "residual_fine_kg_mid": 2.0,
        "residual_fine_kg_high": 2.5,
        "not_assessable_usd_low": 4.0,
        "not_assessable_usd_mid": 4.0,
        "not_assessable_usd_high": 4.0,
        "not_assessable_fine_kg": 0.1,
        "gold_price_usd_per_kg": 40.0,
        "gap_net_weight_kg": 2.0,
        "fineness_ratio": 1.0,
        "exporter_state": "reported",
        "export_weight_quality": "ok",
        "import_weight_quality": "ok",
        "is_assessed": True,
    } | other


def balance(iso3, mirrored=None):
    return {
        "frequency": "A",
        "period": 2016,
        "iso3": iso3,
        "export_support": 0.9,
        "import_support": 0.2,
        "mirrored_export_value_usd": mirrored,
    }


NAMES = [
    {"iso3": iso3, "area_name": name, "continent": "x"}
    for iso3, name in (("MLI", "Mali"), ("ARE", "United Arab Emirates"))
]


@pytest.fixture
def judged(run_model):
    """Return the rows of the given pairs; 2007-2016 is the window."""

    def run(*pairs, reason=None, production=None, frequency="A"):
        apart = {"frequency": "A", "period": 2016, "exporter_iso3": "MLI"}
        aside = apart | {"importer_iso3": "ARE" if reason else "ZZZ"}
        parameters = {"frequency": frequency, "measures_agree_ratio": 2.0, "jump_ratio": 3.0,
                      "under_priced_ratio": 0.85, "production_ratio": 1.5}  # fmt: skip
        return run_model(
            "int_pair_years",
            int_waterfall=pairs,
            stg_parameters=[parameters],
            int_window=[{"first_year": 2007, "last_year": 2016}],
            int_set_aside=[
                aside | {"set_aside_reason": reason or "same_country", "set_aside_source": "link"}
            ],
            int_balances=[balance("MLI", 160.0), balance("ARE")],
            stg_gold_mine_production=[
                {"iso3": "MLI", "year": 2016, "production_kg": production},
                {"iso3": "ARE", "year": 2016, "production_kg": 1.0},
            ],
            stg_countries=NAMES,
        )

    return run


@pytest.mark.parametrize(
    ("fields", "reason", "reading"),
    [
        ({}, None, "undeclared_export"),
        ({"residual_value_usd_mid": -1.0}, None, "undeclared_import"),
        ({"residual_value_usd_mid": 0.0}, None, "balanced"),
        ({"residual_value_usd_mid": 0.0, "is_assessed": False}, None, "one_sided"),
        ({"is_assessed": False}, "vault_transfers", "set_aside"),
        ({}, "vault_transfers", "set_aside"),
    ],
)
def test_every_pair_has_one_reading(judged, fields, reason, reading):
    (row,) = judged(pair(**fields), reason=reason)
    assert (row["reading"], row["set_aside_reason"]) == (reading, reason)


def test_other_frequencies_stay_out(judged):
    both = pair(2016), pair(201601)
    assert [row["period"] for row in judged(*both)] == [2016]
    assert [row["period"] for row in judged(*both, frequency="M")] == [201601]


@pytest.mark.parametrize(("year", "inside"), [(2006, False), (2007, True), (2017, False)])
def test_window(judged, year, inside):
    (row,) = judged(pair(year))
    assert row["is_in_window"] is inside


@pytest.mark.parametrize(
    ("before", "after", "growth", "jump"),
    [
        (2015, 2016, 3.1, True),
        (2015, 2016, 3.0, False),
        (2014, 2016, 9.0, False),  # the year between is not there
        (201512, 201601, 3.1, True),
        (201511, 201601, 9.0, False),
        (201601, 201602, 3.1, True),
    ],
)
def test_jump_is_over_the_period_just_before(judged, before, after, growth, jump):
    pairs = pair(before, import_value_usd=100.0), pair(after, import_value_usd=100.0 * growth)
    rows = judged(*pairs, frequency="A" if after < 10_000 else "M")
    assert {row["period"]: row["is_jump"] for row in rows} == {before: False, after: jump}


def test_growth_from_nothing_reported_is_no_jump(judged):
    rows = judged(pair(2015, import_value_usd=None), pair(2016))
    assert not any(row["is_jump"] for row in rows)


def test_measures_of_the_gap(judged):
    (row,) = judged(pair())
    assert row["relative_gap"] == (120 - 40) / ((120 + 40) / 2)
    assert row["coverage"] == 40 / 120
    assert row["mean_of_reports_fine_kg"] == (120 + 40) / 2 / 40
    assert row["support"] == 0.9


def test_a_side_that_declares_nothing_makes_the_widest_gap(judged):
    (row,) = judged(pair(export_value_usd=None, after_freight=120.0))
    assert (row["relative_gap"], row["coverage"]) == (2, 0)
    (row,) = judged(pair(import_value_usd=None, import_fob_value_usd=None, after_freight=-40.0))
    assert (row["relative_gap"], row["coverage"], row["support"]) == (-2, None, 0.2)


@pytest.mark.parametrize(
    ("weight", "agrees"),
    [(2.0, True), (1.0, True), (4.0, True), (0.9, False), (4.1, False), (-2.0, False),
     (None, None)],
)  # fmt: skip
def test_weights_agree_within_a_factor_of_two(judged, weight, agrees):
    """80 USD at 40 USD per kg are 2 kg."""
    (row,) = judged(pair(gap_net_weight_kg=weight))
    assert row["is_weight_gap_agreeing"] is agrees


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"fineness_ratio": 1 / 0.84}, True),
        ({"fineness_ratio": 1 / 0.86}, False),
        ({"fineness_ratio": 1 / 0.84, "import_weight_quality": "estimated"}, False),
        ({"fineness_ratio": None}, False),
    ],
)
def test_under_priced_is_an_importers_fineness_below_85_percent(judged, fields, expected):
    (row,) = judged(pair(**fields))
    assert row["is_under_priced"] is expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"fineness_ratio": 0.84}, True),
        ({"fineness_ratio": 0.86}, False),
        ({"fineness_ratio": 0.01, "export_weight_quality": "fineness_out_of_range"}, True),
        ({"fineness_ratio": 0.01, "export_weight_quality": "unit_error"}, False),
        ({"fineness_ratio": 0.84, "import_weight_quality": "estimated"}, False),
        ({"fineness_ratio": None}, False),
    ],
)
def test_an_exporter_values_low_what_it_declares_by_weight(judged, fields, expected):
    (row,) = judged(pair(**fields))
    assert row["is_valued_low"] is expected


def test_what_is_set_aside_has_no_residual_and_still_adds_up(judged):
    """80 USD at 40 USD per kg go to what cannot be assessed: 4 + 80 and 0.1 + 2."""
    (row,) = judged(pair(), reason="vault_transfers")
    assert [row[f"residual_value_usd_{end}"] for end in ("low", "mid", "high")] == [0, 0, 0]
    assert [row[f"residual_fine_kg_{end}"] for end in ("low", "mid", "high")] == [0, 0, 0]
    assert [row[f"not_assessable_usd_{end}"] for end in ("low", "mid", "high")] == [84, 84, 84]
    assert row["not_assessable_fine_kg"] == pytest.approx(2.1)


@pytest.mark.parametrize(
    ("production", "multiple", "above"),
    [(2.0, 2.0, True), (2.7, 4 / 2.7, False), (0.0, None, True), (None, None, True)],
)
def test_exports_above_production(judged, production, multiple, above):
    """Partners report 160 USD from Mali, 4 kg."""
    (row,) = judged(pair(), production=production)
    assert row["production_multiple"] == pytest.approx(multiple)
    assert row["is_above_production"] is above


@pytest.mark.parametrize(("production", "above"), [(30.0, True), (34.0, False)])
def test_a_month_is_held_against_a_twelfth_of_the_years_production(run_model, production, above):
    """160 USD at 40 USD per kg are 4 kg; 1.5 times a twelfth of 30 kg is 3.75, of 34 kg 4.25."""
    month = {"frequency": "M", "period": 201605}
    (row,) = run_model(
        "int_pair_years",
        int_waterfall=[pair(period=201605)],
        stg_parameters=[
            {"frequency": "M", "measures_agree_ratio": 2.0, "jump_ratio": 3.0,
             "under_priced_ratio": 0.85, "production_ratio": 1.5}
        ],
        int_window=[{"first_year": 2007, "last_year": 2016}],
        int_set_aside=[
            month
            | {"exporter_iso3": "MLI", "importer_iso3": "ZZZ", "set_aside_reason": "same_country",
               "set_aside_source": "link"}
        ],
        int_balances=[balance("MLI", 160.0) | month, balance("ARE") | month],
        stg_gold_mine_production=[{"iso3": "MLI", "year": 2016, "production_kg": production}],
        stg_countries=NAMES,
    )  # fmt: skip
    assert row["is_above_production"] is above
