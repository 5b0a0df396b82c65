"""Whether each side of a pair can be compared; a missing row says so by its reporter's state."""

import pytest


def pair(export=None, imported=None):
    return {
        "frequency": "A",
        "period": 2016,
        "exporter_iso3": "MLI",
        "importer_iso3": "ARE",
        "export_value_usd": export,
        "import_value_usd": imported,
    }


def state(reporter, code, name, has_detail=True, period=2016):
    return {
        "frequency": "A",
        "period": period,
        "reporter_iso3": reporter,
        "flow_code": code,
        "reporter_state": name,
        "has_partner_detail": has_detail,
    }


def flow(reporter, partner, code, period=2016):
    return {
        "frequency": "A",
        "period": period,
        "reporter_iso3": reporter,
        "partner_iso3": partner,
        "flow_code": code,
    }


@pytest.fixture
def judged(run_model):
    """Return exporter's state, importer's state and whether the pair is assessed."""

    def run(of_pair, *states, withdrawn=(), silences=()):
        other = state("ZZZ", "X", "reported")
        (row,) = run_model(
            "int_states_of_pairs",
            int_pairs=[of_pair],
            int_reporter_states=[other, *states],
            int_withdrawn_flows=[flow("ZZZ", "MLI", "X"), *withdrawn],
            int_silences=[flow("ZZZ", "ARE", "X"), *silences],
        )
        return row["exporter_state"], row["importer_state"], row["is_assessed"]

    return run


def test_a_side_with_a_row_reported_whatever_its_state(judged):
    states = state("MLI", "X", "suppressed", False), state("ARE", "M", "unknown", False)
    assert judged(pair(1.0, 2.0), *states) == ("reported", "reported", True)


def test_a_side_that_withdrew_its_row_is_not_compared(judged):
    assert judged(pair(1.0, 2.0), state("MLI", "X", "withdrawn")) == (
        "withdrawn",
        "reported",
        False,
    )
    assert judged(pair(1.0, 2.0), state("ARE", "M", "withdrawn")) == (
        "reported",
        "withdrawn",
        False,
    )


def test_a_flow_that_a_later_release_lost_is_not_compared(judged):
    states = state("MLI", "X", "reported"), state("ARE", "M", "reported")
    lost = flow("MLI", "ARE", "X")
    assert judged(pair(None, 2.0), *states, withdrawn=[lost]) == ("withdrawn", "reported", False)
    assert judged(pair(1.0, 2.0), *states, withdrawn=[lost]) == ("reported", "reported", True)
    taken = flow("ARE", "MLI", "M")
    assert judged(pair(1.0, None), *states, withdrawn=[taken]) == ("reported", "withdrawn", False)
    elsewhere = [
        flow("MLI", "ARE", "X", 2015), flow("MLI", "ARE", "M"), flow("MLI", "CHE", "X"), taken,
    ]  # fmt: skip
    assert judged(pair(None, 2.0), *states, withdrawn=elsewhere) == ("reported", "reported", True)


def test_a_value_of_zero_is_a_report(judged):
    assert judged(pair(0.0, 0.0)) == ("reported", "reported", True)


@pytest.mark.parametrize(
    ("name", "has_detail", "expected"),
    [
        ("reported", True, ("reported", "reported", True)),
        ("reported", False, ("unknown", "reported", False)),
        ("silent", False, ("silent", "reported", True)),
        ("absent", False, ("absent", "reported", False)),
        ("suppressed", True, ("suppressed", "reported", False)),
        ("unknown", False, ("unknown", "reported", False)),
    ],
)
def test_exporter_without_a_row(judged, name, has_detail, expected):
    assert judged(pair(None, 2.0), state("MLI", "X", name, has_detail)) == expected


@pytest.mark.parametrize(
    ("name", "has_detail", "expected"),
    [
        ("reported", True, ("reported", "reported", True)),
        ("reported", False, ("reported", "unknown", False)),
        ("silent", False, ("reported", "silent", True)),
        ("absent", False, ("reported", "absent", False)),
    ],
)
def test_importer_without_a_row(judged, name, has_detail, expected):
    assert judged(pair(1.0, None), state("ARE", "M", name, has_detail)) == expected


@pytest.mark.parametrize(
    "elsewhere", [state("MLI", "M", "reported"), state("MLI", "X", "reported", period=2015)]
)
def test_the_state_of_another_flow_or_year_says_nothing(judged, elsewhere):
    assert judged(pair(None, 2.0), elsewhere) == ("unknown", "reported", False)


def test_monetary_gold_on_both_sides_leaves_nothing_to_assess(judged):
    states = state("MLI", "X", "reported"), state("ARE", "M", "reported")
    assert judged(pair(), *states) == ("reported", "reported", False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reported", ("reported", "reported", True)),  # gold, and none to the UAE
        ("unknown", ("silent", "reported", True)),  # other goods, and no gold to the UAE
        ("absent", ("absent", "reported", False)),
        ("suppressed", ("suppressed", "reported", False)),
        ("withdrawn", ("withdrawn", "reported", False)),
    ],
)
def test_exporter_that_was_asked_for_this_importer(judged, name, expected):
    asked = flow("MLI", "ARE", "X")
    found = judged(pair(None, 2.0), state("MLI", "X", name, False), silences=[asked])
    assert found == expected


def test_importer_that_was_asked_for_this_exporter(judged):
    asked = flow("ARE", "MLI", "M")
    found = judged(pair(1.0, None), state("ARE", "M", "unknown", False), silences=[asked])
    assert found == ("reported", "silent", True)


@pytest.mark.parametrize(
    "asked",
    [
        flow("MLI", "CHE", "X"),
        flow("MLI", "ARE", "M"),
        flow("MLI", "ARE", "X", period=2015),
        flow("ARE", "MLI", "M"),
    ],
)
@pytest.mark.parametrize("name", ["reported", "unknown"])
def test_what_was_asked_of_another_partner_flow_or_year_makes_nobody_silent(judged, asked, name):
    states = state("MLI", "X", name, False), state("ARE", "M", "reported", False)
    assert judged(pair(None, 2.0), *states, silences=[asked]) == ("unknown", "reported", False)
