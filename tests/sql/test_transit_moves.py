"""Which gaps explain each other by transit, one row for each edge and year."""


def move(usd, year=2016, unseen=("MLI", "CHE"), kind="exporter", weight=0.9):
    """Gold of Mali that Dubai credits to it and that Mali names Switzerland for."""
    return {
        "year": year,
        "exporter_iso3": "MLI",
        "importer_iso3": "ARE",
        "unseen_exporter_iso3": unseen[0],
        "unseen_importer_iso3": unseen[1],
        "edge_kind": kind,
        "moved_usd": usd,
        "edge_weight": weight,
        "ln_bayes_factor": 5.0,
        "borne_out_by_exporter_iso3": None,
        "borne_out_by_importer_iso3": None,
    }


def test_months_of_one_edge_add_up_to_its_year(run_model):
    moves = [move(70.0), move(30.0, weight=0.8)]
    assert run_model("transit_moves", int_transfers=moves) == [move(70.0 + 30)]


def test_other_gaps_years_and_kinds_stay_apart_in_the_order_of_the_key(run_model):
    hub = ("CHE", "ARE")
    moves = [move(5.0, year=2017), move(4.0), move(3.0, unseen=hub), move(2.0, kind="double")]
    assert run_model("transit_moves", int_transfers=moves) == [
        move(3.0, unseen=hub),
        move(2.0, kind="double"),
        move(4.0),
        move(5.0, year=2017),
    ]
