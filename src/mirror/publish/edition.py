"""An edition in its folder. `<edition>` and `latest` are links, so that each swap is one step:

published/.files/<edition>-<hash>/   the files, never changed
published/<edition>                  -> .files/<edition>-<hash>
published/latest                     -> <edition>
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mirror.errors import SettingsError
from mirror.publish import package
from mirror.publish.files import write_csv, write_parquet
from mirror.publish.table import PublishedTable
from mirror.publish.workbook import write_workbook


def publish(
    published: Path,
    edition: str,
    version: str,
    tables: Sequence[PublishedTable],
    summary: dict[str, Any],
    write_database: Callable[[Path], None],
    pages: Mapping[str, bytes] | None = None,
) -> Path:
    """Write an edition beside the others, then swap it in; return its folder.

    `pages` are further files by their path in the edition.

    `latest` moves only if no newer edition stands. Raises SettingsError where the folder cannot be
    written; what was published before stays as it was.
    """
    try:
        (published / ".files").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=published, prefix=".writing-") as name:
            folder = Path(name) / edition
            folder.mkdir()
            _write(folder, edition, version, tables, summary, write_database)
            _write_pages(folder, pages or {})
            digest = package.write_hashes(folder)[:12]
            kept = published / ".files" / f"{edition}-{digest}"
            if not kept.exists():
                folder.rename(kept)
        _swap(published, edition, kept)
    except OSError as error:
        raise SettingsError(
            f"{published} cannot be written ({error.strerror}): choose another --out."
        ) from error
    return published / edition


def _write(
    folder: Path,
    edition: str,
    version: str,
    tables: Sequence[PublishedTable],
    summary: dict[str, Any],
    write_database: Callable[[Path], None],
) -> None:
    resources = []
    for table in tables:
        write_csv(table.frame, folder / f"{table.name}.csv")
        write_parquet(table.frame, folder / f"{table.name}.parquet", table.text)
        fields = [package.field(column, column["name"] in table.key) for column in table.columns]
        resources.append(
            package.resource(
                folder / f"{table.name}.csv", table.name, table.text, table.key, fields
            )
        )
    write_database(folder / "mirror.duckdb")
    write_workbook(
        folder / "ranked_gaps.xlsx", edition, version, tables, summary.get("warnings", ())
    )
    package.write_datapackage(folder, edition, version, resources)
    package.write_citation(folder, edition, version, package.behind(summary))
    package.write_json(folder / "summary.json", summary)


def _write_pages(folder: Path, pages: Mapping[str, bytes]) -> None:
    for name, content in pages.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def _swap(published: Path, edition: str, kept: Path) -> None:
    _point(published / edition, f".files/{kept.name}")
    editions = _editions(published)
    _point(published / "latest", max(editions))
    for other in (published / ".files").glob(f"{edition}-*"):
        if other != kept:
            shutil.rmtree(other)


def _point(link: Path, target: str) -> None:
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)


def _editions(published: Path) -> list[str]:
    return sorted(path.name for path in published.glob("[0-9]*-[0-9]*") if path.is_dir())


def newest(published: Path) -> Path | None:
    """Return the folder of the newest good edition, or null where none was published."""
    latest = published / "latest"
    return latest.resolve() if latest.is_dir() else None


def newest_first(published: Path) -> list[Path]:
    """List the folders of all good editions, the newest first."""
    return [published / name for name in reversed(_editions(published))]


def previous_edition(published: Path, edition: str) -> Path | None:
    """Return the folder of the newest edition before this one, or null."""
    before = [name for name in _editions(published) if name < edition]
    return published / before[-1] if before else None


def read_summary(folder: Path) -> dict[str, Any]:
    """Return an edition's summary.json."""
    return dict(json.loads((folder / "summary.json").read_text(encoding="utf-8")))
