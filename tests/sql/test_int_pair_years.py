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
        "set_aside_reason": None,
        "is_set_aside": False,
    } | other


ASIDE = {"set_aside_reason": "vault_transfers", "is_set_aside": True}
PARAMETERS = {
    "measures_agree_ratio": 2.0,
    "jump_ratio": 3.0,
    "under_priced_ratio": 0.85,
    "production_ratio": 1.5,
    "round_trip_share": 0.5,
}


def imports(value=None, **other):
    """What the exporter declares to import in all."""
    return {
        "frequency": "A",
        "period": 2016,
        "reporter_iso3": "MLI",
        "flow_code": "M",
        "world_value_usd": value,
        "declared_value_usd": value,
        "has_partner_detail": False,
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
    """Return the rows of the given pairs; `declared` are controls."""

    def run(*pairs, production=None, declared=()):
        return run_model(
            "int_pair_years",
            int_waterfall=pairs,
            stg_parameters=[PARAMETERS],
            int_balances=[balance("MLI", 160.0), balance("ARE")],
            int_controls=[imports(9e9, reporter_iso3="ZZZ"), *declared],
            stg_gold_mine_production=[
                {"iso3": "MLI", "year": 2016, "production_kg": production},
                {"iso3": "ARE", "year": 2016, "production_kg": 1.0},
            ],
            stg_countries=NAMES,
        )

    return run


@pytest.mark.parametrize(
    ("fields", "reading"),
    [
        ({}, "undeclared_export"),
        ({"residual_value_usd_mid": -1.0}, "undeclared_import"),
        ({"residual_value_usd_mid": 0.0}, "balanced"),
        ({"residual_value_usd_mid": 0.0, "is_assessed": False}, "one_sided"),
        ({"is_assessed": False} | ASIDE, "set_aside"),
        (ASIDE, "set_aside"),
    ],
)
def test_every_pair_has_one_reading(judged, fields, reading):
    (row,) = judged(pair(**fields))
    assert (row["reading"], row["exporter_name"]) == (reading, "Mali")


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
    rows = judged(*pairs)
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
    (row,) = judged(pair(**ASIDE))
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


@pytest.mark.parametrize(
    ("production", "imported", "multiple", "above"),
    [
        (1.0, 60.0, 4 / (1 + 1.5), True),  # 4 kg are above 1.5 x 2.5 = 3.75
        (1.0, 80.0, 4 / (1 + 2.0), False),  # and below 1.5 x 3 = 4.5
        (None, 80.0, 4 / 2, True),
        (None, 120.0, 4 / 3, False),
    ],
)
def test_gold_that_the_exporter_imports_can_be_exported_again(
    judged, production, imported, multiple, above
):
    """60 USD at 40 USD per kg are 1.5 kg."""
    (row,) = judged(pair(), production=production, declared=[imports(imported)])
    assert row["production_multiple"] == pytest.approx(multiple)
    assert row["is_above_production"] is above


@pytest.mark.parametrize(("detail", "multiple"), [(False, 4.0), (True, 4 / (1 + 2))])
def test_imports_from_some_partners_are_not_its_imports(judged, detail, multiple):
    some = imports(80.0, world_value_usd=None, has_partner_detail=detail)
    (row,) = judged(pair(), production=1.0, declared=[some])
    assert row["production_multiple"] == pytest.approx(multiple)


def test_exports_and_other_years_of_the_exporter_are_not_its_imports(judged):
    declared = [imports(1e6, flow_code="X"), imports(1e6, period=2015)]
    (row,) = judged(pair(), production=1.0, declared=declared)
    assert row["production_multiple"] == 4


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        ({"export_value_usd": 61.0, "import_value_usd": None}, True),
        ({"export_value_usd": None, "import_value_usd": 61.0}, True),
        ({"export_value_usd": 60.0, "import_value_usd": 60.0}, False),
        ({"export_value_usd": 61.0, "import_value_usd": None, "period": 2015}, False),
    ],
)
def test_round_trip_is_half_of_the_trade_going_back(judged, back, expected):
    """The larger report of the pair is 120 USD; one side's word for the way back is enough."""
    reverse = pair(exporter_iso3="ARE", importer_iso3="MLI") | back
    rows = judged(pair(), reverse)
    assert [r["is_round_trip"] for r in rows if r["exporter_iso3"] == "MLI"] == [expected]


def test_what_a_country_sends_to_itself_is_no_round_trip(judged):
    (row,) = judged(pair(importer_iso3="MLI"))
    assert row["is_round_trip"] is False


@pytest.mark.parametrize(("production", "above"), [(30.0, True), (34.0, False)])
def test_a_month_is_held_against_a_twelfth_of_the_years_production(run_model, production, above):
    """160 USD at 40 USD per kg are 4 kg; 1.5 times a twelfth of 30 kg is 3.75, of 34 kg 4.25."""
    month = {"frequency": "M", "period": 201605}
    (row,) = run_model(
        "int_pair_years",
        int_waterfall=[pair(period=201605)],
        stg_parameters=[PARAMETERS],
        int_balances=[balance("MLI", 160.0) | month, balance("ARE") | month],
        int_controls=[imports(9e9)],
        stg_gold_mine_production=[{"iso3": "MLI", "year": 2016, "production_kg": production}],
        stg_countries=NAMES,
    )
    assert row["is_above_production"] is above
