"""Whether an edition is what was published: every file by its hash, none missing, none added."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl

from mirror.publish import sums
from mirror.publish.editions import Edition, editions, found

NAMED_AT_MOST = 5


def damages(edition: Edition, opens: Callable[[Path], bool] | None = None) -> list[str]:
    """Say what is wrong with an edition, file by file; an empty list is a good edition.

    `opens` says whether a database can be opened.
    """
    listed = sums.read(edition.folder)
    if not listed:
        return [f"{sums.NAME} is missing or cannot be read"]
    there = sums.files(edition.folder)
    wrong = list(_not_as_listed(edition.folder, listed))
    wrong += [f"{name} was added" for name in there if name not in listed]
    if not wrong:
        wrong += list(_not_parsed(edition, there, opens))
    return wrong


def is_good(edition: Edition) -> bool:
    """Whether every file that was published is there and unchanged; others may lie beside them."""
    listed = sums.read(edition.folder) or {}
    is_whole = bool(listed) and not any(_not_as_listed(edition.folder, listed))
    return edition.is_readable and is_whole


def has_its_summary(edition: Edition) -> bool:
    """Whether summary.json is what was published."""
    return sums.is_as_listed(edition.folder, "summary.json", sums.read(edition.folder) or {})


def before(published: Path, month: str) -> Edition | None:
    """Return what an edition of this month is compared with: the newest revision, of the newest
    earlier month, whose tables are what was published.
    """
    earlier = [edition for edition in editions(published) if edition.month < month]
    return next((one for one in reversed(earlier) if not _unusable(one)), None)


def passed_over(published: Path, month: str) -> list[str]:
    """Say which editions `before` passes over, and why."""
    good = before(published, month)
    instead = f"with {good.name}" if good else "with none"
    return [
        f"Edition {one.name} is damaged ({_unusable(one)}): ranks and changes are compared "
        f"{instead}; publish {one.month} again, or restore it from a backup."
        for one in reversed(found(published))
        if one.month < month and (good is None or one > good)
    ]


def _unusable(edition: Edition) -> str:
    """What is wrong with the tables that a comparison reads; empty if nothing is."""
    listed = sums.read(edition.folder)
    if not listed:
        return f"{sums.NAME} is missing or cannot be read"
    needed = {name for name in listed if name.endswith(".parquet")}
    needed |= {"summary.json", "ranked_gaps.parquet"}
    return next(
        _not_as_listed(edition.folder, {name: listed.get(name, "") for name in sorted(needed)}), ""
    )


def shortened(wrong: Iterable[str]) -> str:
    """Put what is wrong into one line; a long list is cut, and says so."""
    all_of_it = list(wrong)
    more = len(all_of_it) - NAMED_AT_MOST
    rest = [f"{more} more"] if more > 0 else []
    return "; ".join([*all_of_it[:NAMED_AT_MOST], *rest])


def _not_as_listed(folder: Path, listed: dict[str, str]) -> Iterator[str]:
    for name, digest in listed.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif sums.sha256(path) != digest:
            yield f"{name} is not what was published"


def _not_parsed(
    edition: Edition, there: dict[str, Path], opens: Callable[[Path], bool] | None
) -> Iterator[str]:
    for name, path in there.items():
        if not _parses(path, opens):
            yield f"{name} cannot be read"
    if not edition.is_readable:
        yield f"summary.json does not say {edition.name}"


def _parses(path: Path, opens: Callable[[Path], bool] | None) -> bool:
    try:
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        if path.suffix == ".parquet":
            pl.read_parquet_schema(path)
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return False
    return path.suffix != ".duckdb" or opens is None or opens(path)
