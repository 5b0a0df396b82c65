"""A pair with what its two reporters are: margins, pools, other classes, hubs, window, reason."""

import pytest

KEYS = {"frequency": "A", "period": 2016, "exporter_iso3": "MLI", "importer_iso3": "ARE"}


def measure(export=60.0, imported=160.0, fob=150.0, **other):
    return (
        KEYS
        | {
            "year": 2016,
            "is_assessed": True,
            "export_value_usd": export,
            "import_value_usd": imported,
            "import_fob_value_usd": fob,
        }
        | other
    )


def control(reporter, code, **other):
    return {
        "frequency": "A",
        "period": 2016,
        "reporter_iso3": reporter,
        "flow_code": code,
        "pool_usd": None,
        "pool_share": None,
        "declared_value_usd": None,
    } | other


def hub(iso3, imports=True, exports=True, is_hub=True, **other):
    return {
        "frequency": "A",
        "period": 2016,
        "iso3": iso3,
        "is_hub": is_hub,
        "has_imports_by_partner": imports,
        "has_exports_by_partner": exports,
    } | other


ELSEWHERE = {"importer_iso3": "ZZZ"}
CLASSES = KEYS | {"swap_of_positive_usd": 5.0, "swap_of_negative_usd": 6.0}
ASIDE = KEYS | {"set_aside_reason": "vault_transfers", "set_aside_source": "link"}


@pytest.fixture
def gaps(run_model):
    """Run pairs beside tables that know nothing of them, unless they are given."""

    def run(*measures, controls=(), hubs=(), classes=CLASSES | ELSEWHERE, aside=ASIDE | ELSEWHERE):
        return run_model(
            "int_gaps",
            int_measures=measures,
            int_controls=[control("ZZZ", "X", pool_usd=9.0, pool_share=0.9), *controls],
            int_neighbour_classes=[classes],
            int_set_aside=[aside],
            int_hubs=[hub("ZZZ"), *hubs],
            int_window=[{"first_year": 2007, "last_year": 2016}],
        )

    return run


def test_a_pair_of_which_nothing_else_is_known(gaps):
    assert gaps(measure()) == [
        measure()
        | {
            "gap_value_usd": 160.0 - 60,
            "exporter_pool_usd": None,
            "exporter_pool_share": None,
            "importer_pool_usd": None,
            "importer_pool_share": None,
            "exporter_declared_usd": None,
            "importer_declared_usd": None,
            "exporter_received_usd": None,
            "importer_sold_usd": None,
            "swap_of_positive_usd": 0.0,
            "swap_of_negative_usd": 0.0,
            "set_aside_reason": None,
            "set_aside_source": None,
            "is_set_aside": False,
            "is_in_window": True,
            "is_counted": True,
            "is_exporter_hub": False,
            "is_importer_hub": False,
            "is_transit_unbounded": False,
        }
    ]


def test_a_missing_side_counts_as_nothing_declared(gaps):
    (row,) = gaps(measure(export=None))
    assert row["gap_value_usd"] == 160
    (row,) = gaps(measure(imported=None, fob=None))
    assert row["gap_value_usd"] == -60


def test_pools_are_of_the_exporters_exports_and_the_importers_imports(gaps):
    """An unknown pool stays unknown and is not zero."""
    (row,) = gaps(
        measure(),
        controls=[
            control("MLI", "X", pool_usd=60.0, pool_share=0.2),
            control("MLI", "M", pool_usd=1.0, pool_share=0.1),
            control("ARE", "X", pool_usd=2.0, pool_share=0.1),
            control("ARE", "M", pool_usd=None, pool_share=None),
            control("MLI", "X", pool_usd=7.0, pool_share=0.3, period=2015),
        ],
    )
    assert (row["exporter_pool_usd"], row["exporter_pool_share"]) == (60, 0.2)
    assert row["importer_pool_usd"] is row["importer_pool_share"] is None


def test_other_classes_and_the_reason_are_those_of_the_pair(gaps):
    (row,) = gaps(measure(), classes=CLASSES, aside=ASIDE)
    assert (row["swap_of_positive_usd"], row["swap_of_negative_usd"]) == (5, 6)
    assert (row["is_set_aside"], row["set_aside_reason"]) == (True, "vault_transfers")


@pytest.mark.parametrize(("year", "inside"), [(2006, False), (2007, True), (2017, False)])
def test_window(gaps, year, inside):
    (row,) = gaps(measure(period=year, year=year))
    assert row["is_in_window"] is inside


@pytest.mark.parametrize(
    ("of_measure", "aside", "counted"),
    [
        ({}, None, True),
        ({"is_assessed": False}, None, False),
        ({"period": 2006, "year": 2006}, None, False),
        ({}, ASIDE, False),
        ({"period": 2006, "year": 2006, "is_assessed": False}, None, False),
    ],
)
def test_the_ranking_counts_years_of_the_window_assessed_and_not_set_aside(
    gaps, of_measure, aside, counted
):
    given = {} if aside is None else {"aside": aside}
    (row,) = gaps(measure(**of_measure), **given)
    assert row["is_counted"] is counted


@pytest.mark.parametrize(
    ("hubs", "signs"),
    [
        ([hub("MLI")], (True, False, False)),
        ([hub("MLI", imports=False)], (True, False, True)),
        ([hub("MLI", imports=False, is_hub=False)], (False, False, False)),
        ([hub("MLI", imports=False, period=2015)], (False, False, False)),
        # what the importer sends on bounds gold that only the exporter declares
        ([hub("ARE", exports=False)], (False, True, False)),
        ([hub("MLI"), hub("ARE")], (True, True, False)),
    ],
)
def test_what_passes_through_a_hub_is_unbounded_without_the_books_of_its_other_side(
    gaps, hubs, signs
):
    (row,) = gaps(measure(), hubs=hubs)
    names = ("is_exporter_hub", "is_importer_hub", "is_transit_unbounded")
    assert tuple(row[name] for name in names) == signs


def test_a_gap_that_only_the_exporter_sees_hangs_on_the_importers_exports(gaps):
    """120 USD FOB beside 130: the margin decides the sign, not the value as declared, 140."""
    below = measure(export=130.0, imported=140.0, fob=120.0)
    (row,) = gaps(below, hubs=[hub("MLI", imports=False), hub("ARE")])
    assert not row["is_transit_unbounded"]
    (row,) = gaps(below, hubs=[hub("MLI"), hub("ARE", exports=False)])
    assert row["is_transit_unbounded"]
