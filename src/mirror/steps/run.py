"""What one run is asked to do, and where it keeps its files."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from mirror.errors import SettingsError
from mirror.settings import settings

_EDITION = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Run:
    """Sources, options and folders of a run. No sources: the lake, and if that holds no records the
    sample that comes with mirror. `as_of`: the lake as it was known at the end of that day (UTC).
    `is_edition_given`: the edition was asked for, and is not just that of the current month.
    `skip`: files in folders of sources that are left out; `released`: dates of release of files.
    """

    out: Path
    sources: tuple[Path, ...] = ()
    edition: str = ""
    frequency: str = "A"
    window_years: int | None = None
    new_baseline: bool = False
    as_of: date | None = None
    is_edition_given: bool = False
    skip: tuple[Path, ...] = ()
    released: tuple[tuple[Path, date], ...] = ()

    @property
    def lake(self) -> Path:
        """Archive of replies."""
        return self.out / "lake"

    @property
    def options(self) -> dict[str, str]:
        """Parameters that the run's options replace."""
        window = {} if self.window_years is None else {"window_years": str(self.window_years)}
        return {"frequency": self.frequency} | window

    @property
    def building(self) -> Path:
        """Warehouse that is being built or waits for its checks."""
        return self.out / "build.duckdb"

    @property
    def warehouse(self) -> Path:
        """Warehouse behind the newest good edition, records and all."""
        return self.out / "warehouse.duckdb"

    @property
    def checks(self) -> Path:
        """Outcome of the checks on the build."""
        return self.out / "checks.json"

    @property
    def published(self) -> Path:
        """Folder of the editions."""
        return self.out / "published"


def new_run(
    out: Path | None = None,
    sources: tuple[Path, ...] = (),
    edition: str | None = None,
    frequency: str = "annual",
    window_years: int | None = None,
    new_baseline: bool = False,
    as_of: date | None = None,
    writes: bool = True,
    skip: tuple[Path, ...] = (),
    released: tuple[str, ...] = (),
) -> Run:
    """Make a run; `edition` defaults to the current month, `out` to the settings.

    A run that does not write makes no folder.

    Raises SettingsError for an edition that is no YYYY-MM or a folder that cannot be written.
    """
    chosen = edition or datetime.now(UTC).strftime("%Y-%m")
    if not _EDITION.fullmatch(chosen):
        raise SettingsError(f"The edition {chosen} is of the wrong form: write YYYY-MM.")
    if frequency not in ("annual", "monthly"):
        raise SettingsError(f"The frequency {frequency} is unknown: write annual or monthly.")
    folder = out or settings().out
    if writes:
        _make(folder)
    return Run(
        folder, sources, chosen, frequency[0].upper(), window_years, new_baseline, as_of,
        is_edition_given=edition is not None, skip=skip,
        released=tuple(map(_release, released)),
    )  # fmt: skip


def _release(said: str) -> tuple[Path, date]:
    """Read FILE=YYYY-MM-DD."""
    file, _, day = said.rpartition("=")
    try:
        return Path(file).resolve(strict=True), date.fromisoformat(day)
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"--released {said} names no file with its date: write --released FILE=YYYY-MM-DD."
        ) from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{folder} cannot be written ({error.strerror}): choose another --out."
        ) from error
    if not os.access(folder, os.W_OK):
        raise SettingsError(f"{folder} cannot be written: choose another --out.")


def standing_run(out: Path | None = None) -> Run:
    """Make a run that only reads what stands: no folder is created, none need be writable."""
    return Run(out or settings().out)
