"""Margin, fineness and what each weight is worth. The price is 40,000 USD per kg."""

import pytest

PRICE = 40_000.0


def pair(**other):
    return {
        "frequency": "A",
        "period": 2016,
        "exporter_iso3": "MLI",
        "importer_iso3": "ARE",
        "export_value_usd": 3_600_000.0,
        "import_value_usd": 7_200_000.0,
        "export_net_weight_kg": 100.0,
        "import_net_weight_kg": 200.0,
        "is_export_weight_estimated": False,
        "is_import_weight_estimated": False,
        "import_basis": "CIF",
        "margin_of_row": None,
    } | other


MARGINS = [
    {"margin_low": 0.0, "margin_mid": 0.02, "margin_high": 0.10}
    | {"importer_iso3": "ARE", "exporter_iso3": "MLI", "frequency": "A", "period": year}
    for year in (2014, 2015, 2016)
] + [
    {"margin_low": 0.3, "margin_mid": 0.3, "margin_high": 0.3}
    | {"importer_iso3": "ARE", "exporter_iso3": "MLI", "frequency": "M", "period": 201601},
    {"margin_low": 0.2, "margin_mid": 0.2, "margin_high": 0.2}
    | {"importer_iso3": "ARE", "exporter_iso3": "GHA", "frequency": "A", "period": 2016},
]


def price(year):
    return {
        "frequency": "A",
        "period": year,
        "year": year,
        "gold_price_usd_per_kg": PRICE,
        "gold_price_usd_per_kg_low": 36_000.0,
        "gold_price_usd_per_kg_high": 44_000.0,
    }


@pytest.fixture
def years(run_model):
    """Return the rows of the given pairs in the order of their years."""

    def run(*pairs):
        rows = run_model(
            "int_measures",
            int_states_of_pairs=pairs,
            int_pair_margins=MARGINS,
            int_prices=[price(year) for year in (2014, 2015, 2016)],
        )
        return sorted(rows, key=lambda row: row["period"])

    return run


@pytest.fixture
def measured(years):
    def single(**fields):
        (row,) = years(pair(**fields))
        return row

    return single


def fob_values(row):
    names = ("import_fob_value_usd_low", "import_fob_value_usd", "import_fob_value_usd_high")
    return tuple(row[name] for name in names)


def test_cif_value_is_freed_of_the_pairs_margin(measured):
    """The highest margin leaves the lowest value."""
    assert fob_values(measured()) == (7_200_000 / 1.10, 7_200_000 / 1.02, 7_200_000 / 1.0)


def test_the_margin_of_the_row_itself_goes_before_the_pairs(measured):
    assert fob_values(measured(margin_of_row=0.06)) == (7_200_000 / 1.06,) * 3


def test_fob_value_stays_as_it_is(measured):
    assert fob_values(measured(import_basis="FOB")) == (7_200_000,) * 3


def test_no_import_is_null_and_not_zero(measured):
    row = measured(import_value_usd=None, import_net_weight_kg=None, import_basis=None)
    assert fob_values(row) == (None, None, None)
    assert row["import_weight_quality"] is row["import_fineness"] is None
    assert (row["margin_low"], row["margin_mid"], row["margin_high"]) == (0, 0, 0)


def test_fineness_is_value_over_weight_and_price(measured):
    row = measured(import_net_weight_kg=300.0)
    assert row["export_fineness"] == 3_600_000 / (100 * PRICE)  # 0.9
    assert row["import_fineness"] == 7_200_000 / (300 * PRICE)  # 0.6
    assert row["fineness_ratio"] == pytest.approx(0.9 / 0.6)
    assert row["gap_net_weight_kg"] == 300 - 100


def test_a_weight_of_one_side_makes_no_gap_of_weights(measured):
    """Sudan and Guinea export to the UAE in 2016 with a value and no weight."""
    row = measured(export_net_weight_kg=None)
    assert (row["export_weight_quality"], row["import_weight_quality"]) == ("missing", "ok")
    assert row["gap_net_weight_kg"] is None


@pytest.mark.parametrize(
    ("weight", "quality"),
    [
        (90.0, "ok"),  # 3.6 m USD buy 90 kg fine: 90 kg are of fineness 1
        (90 / 1.099, "ok"),
        (90 / 1.101, "fineness_out_of_range"),
        (90 / 0.301, "ok"),
        (90 / 0.299, "fineness_out_of_range"),
        (90 / 1000, "unit_error"),  # tonnes for kilograms
        (90 * 1000, "unit_error"),  # grams for kilograms
        (90 / 299, "fineness_out_of_range"),
        (90 / 1101, "fineness_out_of_range"),
        (90 / 10, "fineness_out_of_range"),
    ],
)
def test_quality_of_a_weight_by_its_fineness(measured, weight, quality):
    row = measured(export_net_weight_kg=weight)
    assert (row["export_weight_quality"], row["import_weight_quality"]) == (quality, "ok")
    assert (row["gap_net_weight_kg"] is None) == (quality != "ok")

    row = measured(import_net_weight_kg=2 * weight)
    assert (row["export_weight_quality"], row["import_weight_quality"]) == ("ok", quality)
    assert (row["gap_net_weight_kg"] is None) == (quality != "ok")


@pytest.mark.parametrize(
    ("factor", "quality"),
    [
        (32.1507466, "unit_error"),  # troy ounces for kilograms
        (31.1034768, "unit_error"),
        (31.1034768 * 0.94, "fineness_out_of_range"),
        (32.1507466 * 1.06, "fineness_out_of_range"),
        (1 / 32.1507466, "unit_error"),
    ],
)
def test_a_weight_off_by_ounces_to_the_kilogram_against_the_other_side(measured, factor, quality):
    """Both sides trade at fineness 0.9, so that the factor is the ratio of the two."""
    of_import = measured(import_net_weight_kg=200.0 * factor)
    of_export = measured(export_net_weight_kg=100.0 * factor)
    assert (of_import["export_weight_quality"], of_import["import_weight_quality"]) == (
        "ok",
        quality,
    )
    assert (of_export["export_weight_quality"], of_export["import_weight_quality"]) == (
        quality,
        "ok",
    )


def test_estimated_weights_are_not_used(measured):
    heard = measured(is_import_weight_estimated=True)
    said = measured(is_export_weight_estimated=True)
    assert (heard["export_weight_quality"], heard["import_weight_quality"]) == ("ok", "estimated")
    assert (said["export_weight_quality"], said["import_weight_quality"]) == ("estimated", "ok")
    assert heard["gap_net_weight_kg"] is said["gap_net_weight_kg"] is None


@pytest.mark.parametrize(
    ("value", "weight", "expected"),
    [
        (7_200_000.0 * 1000, 200.0, True),  # fineness 900; the weight at the price is 8 m USD
        (7_200_000.0 / 1000, 200.0, True),  # fineness 0.0009
        (7_200_000.0 * 1000, 0.2, False),  # 900,000 is beyond the band of 300 to 1,100
        (7_200_000.0 * 1000, 260.0, True),  # 10.4 m USD by weight are 2.9 times 3.6 m
        (7_200_000.0 * 1000, 280.0, False),  # 11.2 m are 3.1 times 3.6 m
        (1e9, 31.0, True),  # fineness 806; 3.6 m are 2.9 times 1.24 m
        (1e9, 29.0, False),  # fineness 862; 3.6 m are 3.1 times 1.16 m
        (7_200_000.0 * 100, 200.0, False),  # fineness 90 is no thousandfold
        (7_200_000.0 * 1000, None, False),
        (7_200_000.0, 0.2, False),  # an error of weight leaves the value alone
    ],
)
def test_a_value_a_thousandfold_off_whose_weight_fits_the_other_side(
    measured, value, weight, expected
):
    """The other side says 3.6 m USD of 100 kg, be it the exporter or the importer."""
    sound = {"value_usd": 3_600_000.0, "net_weight_kg": 100.0}
    off = {"value_usd": value, "net_weight_kg": weight}
    for one, other in (("import", "export"), ("export", "import")):
        fields = {f"{one}_{name}": said for name, said in off.items()}
        fields |= {f"{other}_{name}": said for name, said in sound.items()}
        assert measured(**fields)["has_value_error"] is expected


def test_a_thousandfold_that_no_other_side_contradicts_stays(measured):
    row = measured(import_value_usd=7_200_000.0 * 1000, export_value_usd=None)
    assert row["has_value_error"] is False


def test_gold_that_is_declared_at_a_low_value_stays_in_the_ranking(measured):
    """At 1/600 of its value fineness is 0.0015: a thousandfold of it, 1.5, is not possible gold."""
    row = measured(export_value_usd=3_600_000.0 / 600)
    assert row["export_fineness"] == pytest.approx(0.9 / 600)
    assert row["has_value_error"] is False


@pytest.mark.parametrize("side", ["export", "import"])
@pytest.mark.parametrize(
    ("share", "weight", "expected"),
    [
        (1 / 101, None, True),
        (1 / 99, None, False),
        (101.0, None, True),
        (99.0, None, False),
        (1 / 101, 100.0, True),  # fineness 0.0089 is below 0.3 / 30
        (1 / 101, 80.0, False),  # 0.0111 is above it: low, but a value that somebody may declare
        (1 / 101, 100 / 101, False),  # less gold of the same fineness
        (101.0, 100 * 101.0, False),  # more gold of the same fineness
        (101.0, 100.0, True),  # fineness 91 is above 1.1 x 30
        (101.0, 300.0, False),  # 30.3 is below it
    ],
)
def test_a_value_a_hundredfold_off_the_pairs_own(years, side, share, weight, expected):
    """Years of 3.6 m USD of 100 kg, the last one apart; the other side's weights are unknown."""
    other = "import" if side == "export" else "export"
    like = {
        f"{side}_value_usd": 3_600_000.0,
        f"{side}_net_weight_kg": 100.0,
        f"{other}_value_usd": 3_600_000.0,
        f"{other}_net_weight_kg": None,
    }
    off = {f"{side}_value_usd": 3_600_000.0 * share, f"{side}_net_weight_kg": weight}
    rows = years(
        pair(period=2014, **like), pair(period=2015, **like), pair(period=2016, **like | off)
    )
    assert [row["has_value_error"] for row in rows] == [False, False, expected]


def test_a_low_value_in_every_year_is_no_error(years):
    """An exporter that declares a 600th each year hides gold; it does not mistype it."""
    low = {"export_value_usd": 3_600_000.0 / 600}
    rows = years(*[pair(period=year, **low) for year in (2014, 2015, 2016)])
    assert [row["has_value_error"] for row in rows] == [False] * 3


@pytest.mark.parametrize("weight", [None, 100.0])
def test_zero_declared_in_every_year_is_no_error(years, weight):
    zero = {"export_value_usd": 0.0, "export_net_weight_kg": weight}
    rows = years(*[pair(period=year, **zero) for year in (2015, 2016)])
    assert [row["has_value_error"] for row in rows] == [False] * 2


FOB = {"import_basis": "FOB"}


def two_sides(export, exported_kg, imported, imported_kg, **other):
    """Values in M USD; at 40,000 USD per kg 100 kg of fineness 1 are 4 M."""
    return FOB | {
        "export_value_usd": export * 1e6,
        "export_net_weight_kg": exported_kg,
        "import_value_usd": imported * 1e6,
        "import_net_weight_kg": imported_kg,
    } | other  # fmt: skip


@pytest.mark.parametrize(
    ("sides", "valuation", "weight_gap"),
    [
        # the importer's 1.8 is off, the exporter's 0.9 is right; the weights are the same
        (two_sides(3.6, 100.0, 7.2, 100.0), 7.2 - 3.6, 0.0),
        # 10 kg more at 0.9 x 40,000 are 0.36 M of a gap of 3.6 M
        (two_sides(0.36, 100.0, 3.96, 110.0), 3.96 - 0.36 - 0.36, 10 * 0.9),
        # the exporter's 1.5 is off, the importer's 1.0 right: 5 kg less are 0.2 M of -2.2 M
        (two_sides(6.0, 100.0, 3.8, 95.0), 3.8 - 6.0 + 0.2, -5.0),
        # the weights show 0.4 M the other way: the whole gap and no more
        (two_sides(2.0, 110.0, 4.0, 100.0), 4.0 - 2.0, -10.0),
        # the weights show 0.96 M of a gap of 0.2: nothing is one of valuation
        (two_sides(4.0, 100.0, 4.2, 124.0), 0.0, 24.0),
        # neither is near the price: of 1.4 and 2.8 the lower; no kg holds more than a kg
        (two_sides(5.6, 100.0, 11.424, 102.0), 11.424 - 5.6 - 2 * 0.056, 2.0),
    ],
)
def test_where_both_weights_agree_a_value_off_the_price_is_one_of_valuation(
    measured, sides, valuation, weight_gap
):
    row = measured(**sides)
    assert row["valuation_usd"] == pytest.approx(valuation * 1e6)
    assert row["weight_gap_fine_kg"] == pytest.approx(weight_gap)
    turned = {
        f"{to}_{name}": sides[f"{side}_{name}"]
        for side, to in (("export", "import"), ("import", "export"))
        for name in ("value_usd", "net_weight_kg")
    }
    other = measured(**FOB | turned)
    assert other["valuation_usd"] == pytest.approx(-valuation * 1e6)
    assert other["weight_gap_fine_kg"] == pytest.approx(-weight_gap)


@pytest.mark.parametrize(
    "sides",
    [
        two_sides(3.6, 100.0, 7.2, 126.0),  # weights further apart than a quarter
        two_sides(3.6, 126.0, 7.2, 100.0),
        two_sides(3.6, 100.0, 4.2, 100.0),  # 0.9 over 1.05 is 0.857: no side is off
        two_sides(3.6, None, 7.2, 100.0),
        two_sides(3.6, 100.0, 0.0, 100.0) | {"import_value_usd": None},
        two_sides(3.6, 100.0, 7.2, 100.0, is_import_weight_estimated=True),
        two_sides(3.6, 100.0, 7.2, 100.0, is_export_weight_estimated=True),
        two_sides(0.0, 100.0, 7.2, 100.0),  # a value of nothing says nothing of its weight
        two_sides(3.6, 0.1, 7.2, 0.1),  # both a thousandfold off: an error of unit
    ],
)
def test_without_two_weights_that_agree_no_gap_is_one_of_valuation(measured, sides):
    assert measured(**sides)["valuation_usd"] == 0


def test_a_unit_value_is_freed_of_freight(measured):
    """At a margin of 0.25 a value of 5 M CIF is 4 M FOB: the exporter's 4 M agree with it."""
    row = measured(**two_sides(4.0, 100.0, 5.0, 100.0, import_basis="CIF", margin_of_row=0.25))
    assert row["valuation_usd"] == 0


def test_weights_that_are_sound_and_apart_are_the_gap_of_weights(measured):
    """100 and 200 kg of fineness 0.9, and the exporter's weight of no possible gold."""
    assert measured()["weight_gap_fine_kg"] == pytest.approx(100 * 0.9)
    assert measured(export_net_weight_kg=20.0)["weight_gap_fine_kg"] is None
    assert measured(is_export_weight_estimated=True)["weight_gap_fine_kg"] is None
