"""From the lake into the warehouse: the replies, which of their rows count, and who reports."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from mirror import records
from mirror.errors import LakeError
from mirror.lake import Lake, StoredReply, verify
from mirror.records import SourceFile
from mirror.steps.asking import utc_now
from mirror.steps.run import Run
from mirror.warehouse import Warehouse

log = logging.getLogger(__name__)
RECORDS = ("records", "preview")
READ = (*RECORDS, "bilateral")


def has_records(run: Run) -> bool:
    """Whether the lake holds a reply of records, as it was known on the day of the run.

    Raises LakeError for a lake that does not name what it holds: it is not an empty one.
    """
    with Lake.reading(run.lake) as lake:
        condition = lake.demand_named()
        if condition.unknown and not lake.replies():
            raise LakeError(condition.unknown_sentence())
        return any(reply.kind in RECORDS for reply in lake.replies(run.as_of))


def replies(run: Run) -> list[tuple[SourceFile, StoredReply]]:
    """List the replies that a build reads, oldest first, each as a source of its own.

    Raises LakeError if one of them is not there, or is not what was fetched.
    """
    with Lake.reading(run.lake) as lake:
        condition = lake.demand_named()
        read = [reply for reply in lake.replies(run.as_of) if reply.kind in READ]
        ahead = lake.ahead_sentence(utc_now())
    needed = {reply.path.relative_to(run.lake).as_posix() for reply in read}
    if lacking := needed.intersection(condition.missing):
        gone = replace(condition, missing=tuple(sorted(lacking)))
        raise LakeError(gone.missing_sentence())
    for path, sha256 in {reply.path: reply.sha256 for reply in read}.items():
        verify(path, sha256)
    for sentence in (condition.unknown_sentence(), ahead):
        if sentence:
            log.warning("%s", sentence)
    return [(_source(run, reply), reply) for reply in read]


def _source(run: Run, reply: StoredReply) -> SourceFile:
    label = f"lake/{reply.path.relative_to(run.lake).as_posix()}"
    return SourceFile(reply.path, f"{label}#{reply.id}", reply.sha256, reply.bytes, None)


def kind_of(reply: StoredReply | None) -> str | None:
    """What the rows of a reply are; null for a file, whose columns must say it."""
    if reply is None:
        return None
    return "records" if reply.kind in RECORDS else reply.kind


def load(built: Warehouse, run: Run, numbers: Mapping[int, int]) -> None:
    """Load what the lake knows besides rows; `numbers` maps a reply to its source."""
    with Lake.reading(run.lake) as lake:
        live = lake.live(run.as_of)
        words = [(numbers[word[0]], *word[1:]) for word in live.words if word[0] in numbers]
        _append(built, "raw_lake_words", words,
                ["source_id", "freq_code", "period", "reporter_code", "scope"])  # fmt: skip
        _append(built, "raw_lake_scopes", live.scopes, ["scope", "flow_code", "cmd_code"])
        for frequency in ("A", "M"):
            _load_availability(built, lake, run, frequency)


def _load_availability(built: Warehouse, lake: Lake, run: Run, frequency: str) -> None:
    looked = [(frequency, period) for period in lake.looked(frequency, run.as_of)]
    _append(built, "raw_lake_looked", looked, ["freq_code", "period"])
    unlisted = [
        (frequency, known.period, known.reporter_code)
        for known in lake.reporter_periods(frequency, run.as_of)
        if known.is_unlisted
    ]
    _append(built, "raw_lake_unlisted", unlisted, ["freq_code", "period", "reporter_code"])
    released = [
        (0, frequency, r.period, str(r.reporter_code), _text(r.total_records), r.checksum,
         r.first_released, r.last_released)
        for r in lake.releases(frequency, run.as_of).values()
    ]  # fmt: skip
    columns = ["source_id", *records.COLUMNS["availability"]]
    _append(built, "raw_availability", released, columns)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _append(
    built: Warehouse, table: str, rows: Sequence[tuple[object, ...]], columns: list[str]
) -> None:
    if rows:
        built.append(table, pl.DataFrame(rows, schema=columns, orient="row"))
