"""Flows that stand in one side's books only, with the state of the other."""

import pytest


def one(exporter, importer, export=None, imported=None, reading="one_sided"):
    return {
        "frequency": "A",
        "period": 2023,
        "exporter_iso3": "MLI",
        "exporter_name": "Mali",
        "importer_iso3": "ARE",
        "importer_name": "United Arab Emirates",
        "exporter_state": exporter,
        "importer_state": importer,
        "export_value_usd": export,
        "import_value_usd": imported,
        "import_fob_value_usd": imported and imported / 1.25,
        "import_basis": imported and "CIF",
        "export_net_weight_kg": export and 3.0,
        "import_net_weight_kg": imported and 5.0,
        "export_weight_quality": export and "ok",
        "import_weight_quality": imported and "estimated",
        "gold_price_usd_per_kg": 50.0,
        "reading": reading,
    }


@pytest.fixture
def shown(run_model):
    """Return who reported, the other's state, value, basis, kg, quality and fine kg of a pair."""
    typed = one("reported", "reported", 1.0, 1.0, "balanced")
    keys = (
        "reported_by", "other_side_state", "value_usd", "import_basis", "net_weight_kg",
        "weight_quality", "fine_kg",
    )  # fmt: skip

    def run(row):
        rows = run_model("one_sided_flows", int_pair_years=[typed, row])
        return [tuple(found[key] for key in keys) for found in rows]

    return run


BY_IMPORTER = ("importer", "withdrawn", 1000.0, "CIF", 5.0, "estimated", 16.0)
BY_EXPORTER = ("exporter", "withdrawn", 600.0, None, 3.0, "ok", 12.0)


def test_the_importer_alone_reports(shown):
    """1,000 / 1.25 / 50 = 16 kg of fine gold."""
    assert shown(one("absent", "reported", None, 1000.0)) == [
        ("importer", "absent", 1000.0, "CIF", 5.0, "estimated", 16.0)
    ]


def test_the_exporter_alone_reports(shown):
    """600 / 50 = 12 kg of fine gold."""
    assert shown(one("reported", "unknown", 600.0)) == [
        ("exporter", "unknown", 600.0, None, 3.0, "ok", 12.0)
    ]


@pytest.mark.parametrize("export", [None, 600.0])
def test_a_withdrawn_export_leaves_the_importers_report(shown, export):
    assert shown(one("withdrawn", "reported", export, 1000.0)) == [BY_IMPORTER]


@pytest.mark.parametrize("imported", [None, 1000.0])
def test_a_withdrawn_import_leaves_the_exporters_report(shown, imported):
    assert shown(one("reported", "withdrawn", 600.0, imported)) == [BY_EXPORTER]


@pytest.mark.parametrize("other", ["withdrawn", "reported", "silent", "absent"])
def test_where_no_report_stands_there_is_no_flow(shown, other):
    assert shown(one("withdrawn", other, 600.0)) == []
    assert shown(one(other, "withdrawn", None, 1000.0)) == []
