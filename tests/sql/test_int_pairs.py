"""Both words on one flow, side by side; a side without a row is null and never zero."""


def flow(reporter, partner, code, value, weight=None, period=2016, kind="country"):
    return {
        "frequency": "A" if period < 10_000 else "M",
        "period": period,
        "reporter_iso3": reporter,
        "partner_iso3": partner,
        "partner_kind": kind,
        "flow_code": code,
        "value_usd": value,
        "net_weight_kg": weight,
        "is_weight_estimated": False,
        "monetary_value_usd": 7.0,
        "suppressed_value_usd": 3.0,
    }


def basis(importer, partner, period=2016):
    return {
        "frequency": "A" if period < 10_000 else "M",
        "period": period,
        "importer_iso3": importer,
        "partner_iso3": partner,
        "import_basis": "CIF",
        "margin_of_row": 0.01,
    }


def test_two_words_on_one_flow_are_one_row(run_model):
    flows = [flow("MLI", "ARE", "X", 10.0, 1.0), flow("ARE", "MLI", "M", 50.0, 2.0)]
    rows = run_model("int_pairs", int_gold_flows=flows, int_import_bases=[basis("ARE", "MLI")])
    assert rows == [
        {
            "frequency": "A",
            "period": 2016,
            "exporter_iso3": "MLI",
            "importer_iso3": "ARE",
            "exporter_kind": "country",
            "importer_kind": "country",
            "export_value_usd": 10.0,
            "import_value_usd": 50.0,
            "export_net_weight_kg": 1.0,
            "import_net_weight_kg": 2.0,
            "is_export_weight_estimated": False,
            "is_import_weight_estimated": False,
            "export_monetary_value_usd": 7.0,
            "import_monetary_value_usd": 7.0,
            "export_suppressed_usd": 3.0,
            "import_suppressed_usd": 3.0,
            "import_basis": "CIF",
            "margin_of_row": 0.01,
        }
    ]


def test_a_side_without_a_row_is_null_and_the_flow_stays(run_model):
    flows = [
        flow("MLI", "CHE", "X", 10.0),
        flow("ARE", "MLI", "M", 50.0),
        flow("MLI", "ARE", "X", 9.0, period=2015),
        flow("MLI", "ARE", "X", 8.0, period=201601),
    ]
    rows = run_model("int_pairs", int_gold_flows=flows, int_import_bases=[basis("ARE", "MLI")])
    values = {
        (row["period"], row["importer_iso3"]): (row["export_value_usd"], row["import_value_usd"])
        for row in rows
    }
    assert values == {
        (2016, "CHE"): (10, None),
        (2016, "ARE"): (None, 50),
        (2015, "ARE"): (9, None),
        (201601, "ARE"): (8, None),
    }


def test_the_world_is_no_pair_and_areas_not_specified_are_one(run_model):
    flows = [
        flow("MLI", "W00", "X", 90.0, kind="world"),
        flow("MLI", "_X", "X", 10.0, kind="not_specified"),
        flow("ARE", "_X", "M", 20.0, kind="not_specified"),
    ]
    rows = run_model("int_pairs", int_gold_flows=flows, int_import_bases=[basis("ARE", "_X")])
    kinds = {
        (row["exporter_iso3"], row["importer_iso3"]): (row["exporter_kind"], row["importer_kind"])
        for row in rows
    }
    assert kinds == {
        ("MLI", "_X"): ("country", "not_specified"),
        ("_X", "ARE"): ("not_specified", "country"),
    }


def test_reexports_and_the_opposite_direction_are_other_flows(run_model):
    flows = [
        flow("MLI", "ARE", "X", 10.0),
        flow("MLI", "ARE", "RX", 4.0),
        flow("MLI", "ARE", "M", 2.0),
    ]
    rows = run_model("int_pairs", int_gold_flows=flows, int_import_bases=[basis("MLI", "ARE")])
    values = {
        row["exporter_iso3"]: (row["export_value_usd"], row["import_value_usd"]) for row in rows
    }
    assert values == {"MLI": (10, None), "ARE": (None, 2)}
