"""The referee finds what is wrong: one true edition, and one fault at a time."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest
from benchmarks.life.age_judge import due_month, judge_completeness, judge_status
from benchmarks.life.causes_judge import judge_causes
from benchmarks.life.commands import Outcome
from benchmarks.life.deliveries import Deliveries, View
from benchmarks.life.editions import Edition
from benchmarks.life.findings import Findings
from benchmarks.life.outcome_judge import judge_ending
from benchmarks.life.plan import Month
from benchmarks.life.records import records
from benchmarks.life.records_judge import judge_records
from benchmarks.life.service import KEY, Service
from benchmarks.life.troubles import Trouble
from benchmarks.life.truth import Amount, World

AT = datetime(2025, 3, 5, 6, tzinfo=UTC)
MALI = ("MLI", 2022)
EMIRATES = ("ARE", 2022)


def world(export_usd=5e6):
    made = World(
        pending={
            MALI: {("X", "ARE"): Amount(export_usd, 90.0)},
            EMIRATES: {("M", "MLI"): Amount(8e6, 140.0)},
        }
    )
    for place in (MALI, EMIRATES):
        made.release("first", place, AT)
    return made


def view(of):
    return View(seen=dict(of.published))


ROW = {
    "period": 2022,
    "exporter_iso3": "MLI",
    "importer_iso3": "ARE",
    "exporter_state": "reported",
    "importer_state": "reported",
    "is_assessed": True,
    "is_counted": True,
    "is_in_window": True,
    "export_value_usd": 5e6,
    "import_value_usd": 8e6,
    "export_net_weight_kg": 90.0,
    "import_net_weight_kg": 140.0,
}
RANKED = {
    "direction": "undeclared_export",
    "exporter_iso3": "MLI",
    "importer_iso3": "ARE",
    "rank": 4,
    "tier": 4,
    "probability_material": 0.2,
    "at_least_fine_kg": 0.0,
    "missing_fine_kg": 20.0,
}


def edition(folder, seen, month="2025-03", rows=(ROW,), ranked=(RANKED,), changes=()):
    folder.mkdir()
    pl.DataFrame(list(rows)).write_parquet(folder / "gap_years.parquet")
    pl.DataFrame(list(ranked)).write_parquet(folder / "ranked_gaps.parquet")
    pl.DataFrame(list(changes)).write_parquet(folder / "changes.parquet")
    return Edition(month, folder, seen, is_complete=True)


def kinds(findings):
    return [finding.kind for finding in findings.found]


def test_a_true_edition_has_no_fault(tmp_path):
    findings = Findings(0)
    judge_records(edition(tmp_path / "e", view(world())), findings)
    assert kinds(findings) == []


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("export_value_usd", 5e6 + 1, "value_untrue"),
        ("import_value_usd", None, "value_untrue"),
        ("import_net_weight_kg", 14.0, "weight_untrue"),
        ("exporter_state", "absent", "state_untrue"),
    ],
)
def test_a_figure_or_state_that_the_service_did_not_tell_is_found(tmp_path, column, value, kind):
    findings = Findings(0)
    judge_records(edition(tmp_path / "e", view(world()), rows=[ROW | {column: value}]), findings)
    assert kinds(findings) == [kind]


def test_a_withdrawn_reporter_that_declares_nothing_is_found(tmp_path):
    told = world()
    seen = view(told)
    told.withdraw(MALI, AT)
    deliveries = Deliveries(listed_periods={2022})
    deliveries.deliver(told.published[EMIRATES], records(told.published[EMIRATES]))
    row = ROW | {"export_value_usd": None, "export_net_weight_kg": None}
    findings = Findings(0)
    judge_records(edition(tmp_path / "e", seen.after(told, deliveries), rows=[row]), findings)
    assert kinds(findings) == ["withdrawn_as_other", "withdrawn_assessed"]


CHANGE = {
    **{name: RANKED[name] for name in ("direction", "exporter_iso3", "importer_iso3")},
    "rank_before": 9,
    "rank_after": 4,
    **dict.fromkeys(("tier_before", "tier_after"), 4),
    **dict.fromkeys(("probability_before", "probability_after"), 0.2),
    **dict.fromkeys(("at_least_before_fine_kg", "at_least_after_fine_kg"), 0.0),
    **dict.fromkeys(("missing_before_fine_kg", "missing_after_fine_kg"), 20.0),
    "cause": "revised",
    "cause_reporter_iso3": "MLI",
    "cause_period": 2022,
    "value_before_usd": 3e6,
    "value_after_usd": 5e6,
    "sentence": "",
}
NOBODY = {"cause": "other_pairs", "cause_reporter_iso3": None, "cause_period": None}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        (NOBODY, ["cause_not_own"]),
        ({"cause_reporter_iso3": "ARE"}, ["cause_not_own"]),
        ({"cause": "method"}, ["cause_impossible"]),
        ({"cause": "window"}, ["cause_no_window"]),
        ({"value_before_usd": 4e6}, ["cause_value_untrue"]),
    ],
)
def test_a_cause_that_is_not_the_revision_is_found(tmp_path, changed, expected):
    before = edition(tmp_path / "a", view(world(3e6)), "2025-02", ranked=[RANKED | {"rank": 9}])
    told = [CHANGE | changed]
    after = edition(tmp_path / "b", _same_release_but(before.view, 5e6), changes=told)
    findings = Findings(0)
    judge_causes(before, after, findings)
    assert kinds(findings) == expected


def _same_release_but(seen, export_usd):
    revised = world(export_usd).published[MALI]
    return View(seen=seen.seen | {MALI: revised})


def test_a_cause_without_an_event_and_a_move_that_is_not_told_are_found(tmp_path):
    seen = view(world())
    before = edition(tmp_path / "a", seen, "2025-02", ranked=[RANKED | {"rank": 9}])
    findings = Findings(0)
    judge_causes(before, edition(tmp_path / "b", seen, changes=[CHANGE]), findings)
    assert kinds(findings) == ["cause_invented"]
    untold = edition(tmp_path / "c", seen, changes=[CHANGE | {"exporter_iso3": "GHA"}])
    findings = Findings(0)
    judge_causes(before, untold, findings)
    assert kinds(findings)[:2] == ["move_not_told", "no_move_told"]


def outcome(code, stderr, stdout="", at=AT):
    return Outcome(("run",), at, code, stdout, stderr)


@pytest.mark.parametrize(
    ("trouble", "stderr", "expected"),
    [
        ("down", "mirror: The service answered 503: run again later.\n", []),
        ("down", "mirror: One.\nmirror: The service is down.\n", ["not_one_sentence"]),
        ("down", "mirror: Correct sql/ and build again.\n", ["unfitting_sentence"]),
        ("none", "mirror: The service answered 503.\n", ["stopped"]),
        ("down", "Traceback (most recent call last)\nmirror: service\n", ["traceback"]),
    ],
)
def test_a_stop_without_a_fitting_sentence_is_found(trouble, stderr, expected):
    findings = Findings(0)
    ended = judge_ending(outcome(1, stderr), Month(1, trouble=Trouble(trouble)), False, findings)
    assert (ended, kinds(findings)) == (False, expected)


def test_an_edition_behind_the_service_that_calls_itself_complete_is_found(tmp_path):
    made = edition(tmp_path / "e", view(world()))
    upstream = {
        "checked_at": "2025-03-05T06:00:10Z",
        "missing_reporter_periods": 0,
        "is_complete": True,
    }
    said = {"upstream": upstream, "warnings": []}
    (made.folder / "summary.json").write_text(json.dumps(said), "utf-8")
    (made.folder / "CITATION.txt").write_text("Cite it.", "utf-8")
    findings = Findings(0)
    judge_completeness(made, 0, True, AT, findings)
    assert kinds(findings) == []
    behind = Edition(made.month, made.folder, made.view, is_complete=False)
    judge_completeness(behind, 3, True, AT, findings)
    assert kinds(findings) == [
        "completeness_untrue",
        "missing_number",
        "warning_not_first",
        "citation_unmarked",
    ]


def test_the_month_due_changes_on_the_sixth_and_status_must_say_what_is_missing():
    assert due_month(AT) == "2025-02"
    assert due_month(AT.replace(day=6)) == "2025-03"
    assert due_month(AT.replace(month=1)) == "2024-12"
    findings = Findings(0)
    judge_status(outcome(0, "", "{}"), {}, True, findings)
    assert kinds(findings) == ["status_code"]


def ask(service, path, key=KEY, **query):
    reply = service.answer(path, query, key, 200)
    return reply.status, json.loads(reply.body)


def test_the_service_is_strict_and_knows_what_it_told():
    service = Service(world())
    assert ask(service, "/data/v1/tariffline/C/A/HS")[0] == 404
    assert ask(service, "/data/v1/get/C/A/HS", key="other", period="2022")[0] == 401
    assert ask(service, "/public/v1/preview/C/A/HS", period="2021,2022")[0] == 400
    assert ask(service, "/public/v1/getDA/C/A/HS", period="2022")[1]["count"] == 2
    totals = {"partner2Code": "0", "customsCode": "C00", "motCode": "0"}
    assert ask(service, "/data/v1/get/C/A/HS", period="2022", flowCode="X", **totals)[0] == 200
    mali, emirates = service.world.published[MALI], service.world.published[EMIRATES]
    assert service.deliveries.is_whole(mali)
    assert not service.deliveries.is_whole(emirates)
    service.begin(Trouble("quota", calls=0))
    status, body = ask(service, "/data/v1/get/C/A/HS", period="2022", **totals)
    assert (status, body["message"][:27]) == (403, "Out of call volume quota. Q")


def test_a_stop_by_row_counts_is_a_fault_unless_half_a_year_went():
    stderr = "mirror: 1 checks failed: 3 to 16 rows; run once with --new-baseline.\n"
    findings = Findings(0)
    judge_ending(outcome(1, stderr), Month(1), True, findings)
    assert kinds(findings) == []
    judge_ending(outcome(1, stderr), Month(1), False, findings)
    assert kinds(findings) == ["stopped_by_row_counts"]
