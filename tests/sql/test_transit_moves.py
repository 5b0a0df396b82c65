"""Which gaps explain each other by transit, one row for each two of them."""


def move(usd, shown=False, period=2016, unseen=("MLI", "CHE")):
    """Gold of Mali that Dubai credits to it and that Mali booked to Switzerland."""
    return {
        "frequency": "A",
        "period": period,
        "exporter_iso3": "MLI",
        "importer_iso3": "ARE",
        "unseen_exporter_iso3": unseen[0],
        "unseen_importer_iso3": unseen[1],
        "moved_usd": usd,
        "is_shown_by_second_partner": shown,
    }


def published(usd, shown, **other):
    row = move(usd, shown, **other)
    del row["frequency"]
    return row


def test_a_move_that_was_shown_and_what_the_program_adds_are_one_row(run_model):
    rows = run_model("transit_moves", int_transfers=[move(70.0, shown=True), move(30.0)])
    assert rows == [published(70.0 + 30, shown=True)]


def test_a_move_of_the_program_alone_is_shown_by_nobody(run_model):
    assert run_model("transit_moves", int_transfers=[move(30.0)]) == [published(30.0, shown=False)]


def test_other_gaps_and_periods_stay_apart_in_the_order_of_the_key(run_model):
    hub = ("CHE", "ARE")
    moves = [move(5.0, period=2017), move(4.0), move(3.0, unseen=hub)]
    assert run_model("transit_moves", int_transfers=moves) == [
        published(3.0, shown=False, unseen=hub),
        published(4.0, shown=False),
        published(5.0, shown=False, period=2017),
    ]
