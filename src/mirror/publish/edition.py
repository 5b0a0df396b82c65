"""An edition is written beside the others, is on the disk whole, and gets its name in one step."""

import logging
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mirror.errors import SettingsError
from mirror.publish import disk, links, package, standing, sums
from mirror.publish.editions import Edition, found, name_of, newest_of
from mirror.publish.files import write_csv, write_parquet
from mirror.publish.table import PublishedTable
from mirror.publish.workbook import write_workbook

log = logging.getLogger(__name__)


def no_pages(summary: Mapping[str, Any]) -> Mapping[str, bytes]:
    """The pages of an edition that has none."""
    return {}


@dataclass(frozen=True)
class Content:
    """What an edition is made from. `summary`: all that summary.json says but the edition's name.

    `pages` makes further files, by their path in the edition, of the whole summary.
    `is_same_database` compares what two databases hold, since the same tables do not give the same
    bytes.
    """

    version: str
    tables: Sequence[PublishedTable]
    summary: Mapping[str, Any]
    write_database: Callable[[Path], None]
    is_same_database: Callable[[Path, Path], bool]
    pages: Callable[[Mapping[str, Any]], Mapping[str, bytes]] = no_pages


def publish(published: Path, month: str, content: Content, present: str) -> Path:
    """Publish the edition of a month, and return its folder; `present` is the month of today.

    Where the month's newest revision holds the same content it stands, and what of it is damaged is
    restored. Raises SettingsError where the folder cannot be written; what was published before
    stays as it was.
    """
    try:
        published.mkdir(parents=True, exist_ok=True)
        before = newest_of(published, month)
        with _draft(published) as draft:
            edition = before if before and _stands(before, draft, content) else None
            if edition is None:
                edition = _add(published, month, draft, content)
        links.settle(published, present)
    except PermissionError as error:
        raise SettingsError(
            f"{published} cannot be written ({error.strerror}): choose another --out."
        ) from error
    return edition.folder


@contextmanager
def _draft(published: Path) -> Iterator[Path]:
    draft = published / f".draft-{uuid.uuid4().hex[:12]}"
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _stands(before: Edition, draft: Path, content: Content) -> bool:
    """Write the draft as if it were that edition, and say whether it holds nothing new.

    If it does, the files that name the edition are written again, with the name of the next.
    """
    _write_tables(draft, content)
    if not standing.holds(before, draft, content.is_same_database):
        return False
    _write_named(draft, before.month, before.revision, content)
    if not standing.is_same(before, draft, content.is_same_database):
        return False
    restored = standing.restore(before, draft)
    log.info(
        "Edition %s stands already with the same content: nothing new was published.", before.name
    )
    if restored:
        log.warning(
            "Edition %s was damaged; restored from the same content: %s.",
            before.name, ", ".join(restored),
        )  # fmt: skip
    return True


def _add(published: Path, month: str, draft: Path, content: Content) -> Edition:
    """Give the draft the next revision's name."""
    if not (draft / "mirror.duckdb").exists():
        _write_tables(draft, content)
    number = _next(published, month)
    _write_named(draft, month, number, content)
    sums.write(draft)
    disk.sync(draft)
    folder = published / name_of(month, number)
    draft.rename(folder)
    disk.sync_folder(published)
    log.info("published %s", folder)
    return Edition(month, number, folder)


def _next(published: Path, month: str) -> int:
    """The number after that of the newest revision, whose name nothing else has."""
    number = 1 + max((one.revision for one in found(published) if one.month == month), default=0)
    while (place := published / name_of(month, number)).exists() or place.is_symlink():
        number += 1
    return number


def _write_tables(folder: Path, content: Content) -> None:
    for table in content.tables:
        write_csv(table.frame, folder / f"{table.name}.csv")
        write_parquet(table.frame, folder / f"{table.name}.parquet", table.text)
    content.write_database(folder / "mirror.duckdb")


def _write_named(folder: Path, month: str, number: int, content: Content) -> None:
    """Write the files that name the edition."""
    name = name_of(month, number)
    summary = {**content.summary, "edition": month, "revision": number, "name": name}
    write_workbook(
        folder / "ranked_gaps.xlsx",
        name, content.version, content.tables, summary.get("warnings", ()),
    )  # fmt: skip
    resources = [_resource(folder, table) for table in content.tables]
    package.write_datapackage(folder, name, content.version, resources, summary)
    package.write_citation(folder, name, content.version, summary)
    package.write_json(folder / "summary.json", summary)
    for path, page in content.pages(summary).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(page)


def _resource(folder: Path, table: PublishedTable) -> Any:
    fields = [package.field(column, column["name"] in table.key) for column in table.columns]
    return package.resource(folder / f"{table.name}.csv", table.name, table.text, table.key, fields)
