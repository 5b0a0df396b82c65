"""The command that says whether all is well: what is known here at once, then the service."""

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mirror.cli.app import Freq, Frequency, Out, app, run_of, sentences, standing
from mirror.errors import LakeError

if TYPE_CHECKING:
    from mirror.settings import Settings
    from mirror.steps.due import DueReport
    from mirror.steps.run import Run
    from mirror.steps.status import StatusReport

REPORTER = ("reporter_code", "newest_period", "age_days", "usual_lag_days", "due", "is_late")


@app.command()
def status(
    freq: Freq = Frequency.annual,
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not ask the service what is new.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    out: Out = None,
) -> None:
    """Show whether the edition due stands, what is new upstream, calls left, who is late.

    Exit 0: the edition due stands, good and complete; 1: it does not; 3: it does, and the service
    cannot be reached.
    """
    with sentences():
        from mirror.settings import settings
        from mirror.steps.asking import utc_now
        from mirror.steps.due import due_report

        this = run_of(standing(out).out, freq=freq, writes=False)
        chosen = settings().model_copy(update={"out": this.out})
        editions = due_report(this.published, utc_now(), chosen.due_day)
        if not as_json:
            _show_editions(editions)
        here, problems = _lake(this, chosen)
        if here and not as_json:
            _show_lake(here, has_key=chosen.comtrade_key is not None)
        asked = _upstream(here, this, chosen) if here and not offline else None
        problems = [*editions.problems, *problems]
        code = 1 if problems else 3 if asked and asked.unreachable else 0
        if as_json:
            found = _json(editions, asked or here, asked is not None)
            typer.echo(json.dumps(found | {"problems": problems, "exit_code": code}, indent=2))
        elif asked:
            _show_upstream(asked)
        for sentence in (*problems, *editions.remarks, *_remarks(here, asked)):
            typer.echo(f"mirror: {sentence}", err=True)
    raise typer.Exit(code)


def _lake(run: "Run", settings: "Settings") -> tuple["StatusReport | None", list[str]]:
    """What the lake knows, and what is wrong with it; null where it cannot be read."""
    from mirror.steps.refresh import request
    from mirror.steps.status import status as status_step

    try:
        found = status_step(request(run), settings)
    except LakeError as error:
        return None, [str(error)]
    wrong = (found.lake.lost_sentence(), found.lake.missing_sentence())
    return found, [sentence for sentence in wrong if sentence]


def _upstream(known: "StatusReport", run: "Run", settings: "Settings") -> "StatusReport":
    from mirror.steps.refresh import request
    from mirror.steps.status import status_upstream

    return status_upstream(known, request(run), settings)


def _remarks(here: "StatusReport | None", asked: "StatusReport | None") -> list[str]:
    """What is worth saying of lake and service, and is no fault of an edition."""
    said = [here.lake.unknown_sentence() if here else ""]
    if asked and asked.unreachable:
        said.append(
            f"The service gives no availability, so what is new is not known: {asked.unreachable}"
            if asked.is_refused
            else f"The service cannot be reached, so what is new is not known: {asked.unreachable}"
        )
    if asked and asked.rest:
        said.append(f"The service was not asked, so what is new is not known: {asked.rest}")
    return [sentence for sentence in said if sentence]


def _show_editions(said: "DueReport") -> None:
    from mirror.steps.due import is_complete, summary_of

    edition = said.edition or said.newest
    reference = summary_of(edition).get("reference") or {} if edition else {}
    facts = {
        "edition due": said.due,
        "last edition": edition.name if edition else "none",
        "it is what was published": _yes(None if said.edition is None else not said.damages),
        "it is complete": _yes(is_complete(edition) if edition else None),
        "latest shows": said.latest or "none",
        **(_contents(summary_of(edition)) if edition else {}),
    }
    _show_facts(facts | {name.replace("_", " "): str(value) for name, value in reference.items()})


def _contents(summary: dict[str, Any]) -> dict[str, str]:
    """Which records an edition holds, and whether corrections were applied; as far as it says."""
    records, corrections = summary.get("records"), summary.get("corrections") or {}
    facts = {"corrections applied": str(corrections["applied"])} if corrections else {}
    if records:
        left_out = records["rows_left_out"]
        kept = f"{records['rows'] - left_out:,} behind ranked pairs, {left_out:,} left out"
        facts |= {"records in it": kept if left_out else f"all {records['rows']:,}"}
    return facts


def _show_lake(said: "StatusReport", has_key: bool) -> None:
    """Print what the lake knows, then the reporters, those that are late first."""
    import polars as pl

    from mirror.settings import ASSETS
    from mirror.terminal import show

    _show_facts({
        "key": "set" if has_key else "not set: a run fetches nothing",
        **_news(said),
        f"{'calls of the key' if has_key else 'keyless calls'} left today": f"{said.calls_left:,}",
        "calls that a stopped fetch left": f"{said.open_calls:,}",
        "calls again from": _time(said.resume_at) or "now",
        "replies that the manifest does not name": _named(said.lake.lost),
        "files in the lake that nothing names": _named(said.lake.unknown),
        "replies that are missing": _named(said.lake.missing),
    })  # fmt: skip
    rows = [[getattr(age, name) for name in REPORTER] for age in said.reporters]
    if rows:
        frame = pl.DataFrame(rows, schema=list(REPORTER), orient="row", infer_schema_length=None)
        areas = pl.read_csv(ASSETS / "data" / "reference" / "areas.csv").select(
            reporter_code="area_code", reporter_iso3="iso3", reporter_name="name"
        )
        named = frame.join(areas, on="reporter_code", how="left")
        show(named.select("reporter_iso3", "reporter_name", *REPORTER[1:]).sort(
            "is_late", "age_days", "reporter_iso3", descending=[True, True, False]
        ))  # fmt: skip


def _show_upstream(said: "StatusReport") -> None:
    if said.rest:
        _show_facts({"the service": "was not asked"})
    elif said.unreachable:
        refused = "gives no availability"
        _show_facts({"the service": refused if said.is_refused else "cannot be reached"})
    else:
        _show_facts({"the service": "answered"} | _news(said))


def _news(said: "StatusReport") -> dict[str, str]:
    """What is new upstream, as far as availability was asked."""
    new = "not known" if said.new_upstream is None else f"{len(said.new_upstream):,}"
    return {
        "reporters and periods new upstream": new,
        "availability asked": _time(said.looked_at) or "never",
        "reporters late against their habit": f"{len(said.late):,} of {len(said.reporters):,}",
    }


def _show_facts(facts: dict[str, str]) -> None:
    import polars as pl

    from mirror.terminal import show

    show(pl.DataFrame(list(facts.items()), schema=["what", "how it stands"], orient="row"))
    sys.stdout.flush()


def _json(editions: "DueReport", found: "StatusReport | None", was_asked: bool) -> dict[str, Any]:
    """All that is known as one object; null where it is not known."""
    from mirror.steps.due import is_complete, summary_of

    edition = editions.edition or editions.newest
    summary = summary_of(edition) if edition else {}
    unreachable, rest = (found.unreachable, found.rest) if found else ("", "")
    lake = found and {
        "lost": found.lake.lost, "unknown": found.lake.unknown, "missing": found.lake.missing,
        "availability_asked_at": _iso(found.looked_at),
        "new_upstream": None if found.new_upstream is None else len(found.new_upstream),
        "calls_left": found.calls_left, "open_calls": found.open_calls,
        "calls_again_from": _iso(found.resume_at),
    }  # fmt: skip
    return {
        "due": editions.due,
        "edition": edition and {
            "name": edition.name, "month": edition.month, "revision": edition.revision,
            "is_due": editions.edition is not None, "damages": editions.damages,
            "is_complete": is_complete(edition), "upstream": summary.get("upstream"),
            "reference": summary.get("reference"),
        },
        "latest": editions.latest,
        "is_set_back": editions.is_set_back,
        "remarks": editions.remarks,
        "lake": lake,
        "service": {
            "was_asked": was_asked,
            "is_reachable": not unreachable if was_asked and not rest else None,
            "said": unreachable or rest or None,
        },
        "reporters": [
            {name: str(value) if name == "due" and value else value for name in REPORTER
             if (value := getattr(age, name)) is not None}
            for age in (found.reporters if found else ())
        ],
    }  # fmt: skip


def _yes(is_so: bool | None) -> str:
    return "not known" if is_so is None else "yes" if is_so else "no"


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _named(paths: tuple[str, ...]) -> str:
    """How many, and the first."""
    return f"{len(paths):,}: {paths[0]}{' …' * (len(paths) > 1)}" if paths else "0"
