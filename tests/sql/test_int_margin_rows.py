"""Import rows with their measured margin and how far away the exporter is."""

KEYS = {"frequency": "A", "period": 2016}


def basis(importer, partner, margin=None, kind="country", value=102.0, **other):
    return (
        KEYS
        | {
            "importer_iso3": importer,
            "partner_iso3": partner,
            "partner_kind": kind,
            "import_value_usd": value,
            "margin_of_row": margin,
        }
        | other
    )


DISTANCES = [
    {"iso3_a": "ARE", "iso3_b": "MLI", "distance_km": 6300.0},
    {"iso3_a": "CHE", "iso3_b": "GBR", "distance_km": 750.0},
]


def found(run_model, *bases):
    rows = run_model("int_margin_rows", int_import_bases=bases, stg_distances=DISTANCES)
    return sorted(rows, key=lambda row: (row["importer_iso3"], row["exporter_iso3"]))


def test_a_distance_stands_once_for_both_directions(run_model):
    assert found(run_model, basis("ARE", "MLI", 0.02), basis("MLI", "ARE")) == [
        KEYS | {"year": 2016, "importer_iso3": "ARE", "exporter_iso3": "MLI",
                "import_value_usd": 102.0, "margin_of_row": 0.02, "distance_km": 6300.0},
        KEYS | {"year": 2016, "importer_iso3": "MLI", "exporter_iso3": "ARE",
                "import_value_usd": 102.0, "margin_of_row": None, "distance_km": 6300.0},
    ]  # fmt: skip


def test_a_pair_without_a_distance_stays(run_model):
    (row,) = found(run_model, basis("ARE", "_X", 0.05, "not_specified"))
    assert (row["exporter_iso3"], row["margin_of_row"], row["distance_km"]) == ("_X", 0.05, None)


def test_world_rows_are_the_same_money_again_and_do_not_count(run_model):
    rows = found(run_model, basis("ARE", "MLI", 0.02), basis("ARE", "W00", 0.2, "world"))
    assert [row["exporter_iso3"] for row in rows] == ["MLI"]


def test_a_month_belongs_to_its_year(run_model):
    (row,) = found(run_model, basis("ARE", "MLI", frequency="M", period=201712, value=5.0))
    assert (row["period"], row["year"], row["import_value_usd"]) == (201712, 2017, 5)
