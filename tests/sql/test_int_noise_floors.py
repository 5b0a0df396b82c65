"""The noise floor: a high quantile of what is missing among pairs whose reports lie closest."""

import pytest


def pair(exporter, spread, year=2016, **other):
    return {
        "period": year,
        "exporter_iso3": exporter,
        "importer_iso3": "ARE",
        "pair_spread": spread,
        "pair_spread_flows": 5,
        "is_counted": True,
    } | other


def key(exporter, value, direction="undeclared_export"):
    return {
        "direction": direction,
        "exporter_iso3": exporter,
        "importer_iso3": "ARE",
        "missing_fine_kg": value,
    }


FIVE = [pair(exporter, 0.01 * n) for n, exporter in enumerate("ABCDE", start=1)]
KEYS = [key("A", 0.5), key("B", 0.3), key("C", 9.0)]
LEAST = {
    "placebo_flows_least": 5,
    "placebo_pairs_least": 2,
    "reliable_quantile": 0.25,
    "noise_floor_quantile": 0.95,
}


@pytest.fixture
def floors(run_model):
    """Map direction to how many pairs its floor rests on and the floor."""

    def run(pairs, keys=KEYS, **parameters):
        apart = pair("Z", 0.001, is_counted=False)
        rows = run_model(
            "int_noise_floors",
            int_pair_years=[*pairs, apart],
            int_ranking_keys=keys,
            stg_parameters=[LEAST | parameters],
        )
        return {r["direction"]: (r["placebo_pairs"], r["noise_floor_fine_kg"]) for r in rows}

    return run


def test_a_quarter_of_five_pairs_are_the_first_two(floors):
    """They stand at 0 and 1/4; 95 % of two pairs is the second. Who is not ranked has zero."""
    assert floors(FIVE) == {"undeclared_export": (2, 0.5), "undeclared_import": (2, 0.0)}


@pytest.mark.parametrize(("quantile", "floor"), [(0.5, 0.3), (0.51, 0.5), (0.95, 0.5)])
def test_the_quantile_is_what_one_pair_lacks(floors, quantile, floor):
    assert floors(FIVE, noise_floor_quantile=quantile)["undeclared_export"] == (2, floor)


def test_directions_have_floors_of_their_own(floors):
    found = floors(FIVE, [*KEYS, key("B", 0.8, "undeclared_import")])
    assert found == {"undeclared_export": (2, 0.5), "undeclared_import": (2, 0.8)}


def test_no_floor_rests_on_too_few_pairs(floors):
    assert floors(FIVE, placebo_pairs_least=3) == {}


@pytest.mark.parametrize(
    "other",
    [{"pair_spread_flows": 4}, {"is_counted": False}],
)
def test_pairs_that_cannot_serve(floors, other):
    """Without A the reliable two of B, C, D, E and F are B and C."""
    pairs = [pair("A", 0.01, **other), *FIVE[1:], pair("F", 0.06)]
    assert floors(pairs)["undeclared_export"] == (2, 9.0)


def test_a_pairs_spread_is_the_mean_over_its_years(floors):
    """A 0.01 and 0.09 are 0.05 on average: behind B, C and D."""
    pairs = [*FIVE, pair("A", 0.09, 2015), pair("E", 0.06, 2015)]
    assert floors(pairs)["undeclared_export"] == (2, 9.0)


def test_the_published_parameters_need_thirty_pairs(run_model):
    def count(pairs):
        """Pairs as equal as they can be: all of them are reliable."""
        rows = run_model(
            "int_noise_floors",
            int_pair_years=[pair(f"X{n}", 0.01) for n in range(pairs)],
            int_ranking_keys=[key(f"X{n}", float(n)) for n in range(pairs)],
        )
        return {r["direction"]: (r["placebo_pairs"], r["noise_floor_fine_kg"]) for r in rows}

    assert count(29) == {}
    # 0.95 x 30 = 28.5: the 29th of 0, 1, 2 ... 29
    assert count(30) == {"undeclared_export": (30, 28.0), "undeclared_import": (30, 0.0)}
