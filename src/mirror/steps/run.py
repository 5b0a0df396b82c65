"""What one run is asked to do, and where it keeps its files."""

import os
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import uuid4

from mirror import publish
from mirror.errors import SettingsError
from mirror.records import UNITS
from mirror.settings import settings

FIRST_MONTH = "2025-01"
"""A clock that shows an earlier month is wrong: editions and replies would be dated by it."""


@dataclass(frozen=True)
class Run:
    """Sources, options and folders of a run. No sources: the lake, and if that holds no records the
    sample that comes with mirror. `as_of`: the lake as it was known at the end of that day (UTC).
    `is_edition_given`: the edition was asked for, and is not just that of the current month.
    `skip`: files in folders of sources that are left out; `released`: dates of release of files;
    `units`: files whose values are not in USD or weights not in kg, each with its unit;
    `file_times`: files without a date of release are as old as the system says.
    `run_id`: of one run from fetch to publish, which takes no other build; empty for a single step.
    `reference`: a folder of reference tables that are newer than those which come with mirror;
    `corrections`: a folder of the user's own corrections; `with_records`: all records are
    published, and not just those behind ranked pairs.
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
    units: tuple[tuple[Path, str], ...] = ()
    file_times: bool = False
    run_id: str = ""
    reference: Path | None = None
    corrections: Path | None = None
    with_records: bool = False

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
        """Warehouse of the last build, records and all; it stays when it was published."""
        return self.out / "build.duckdb"

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
    unit: tuple[str, ...] = (),
    file_times: bool = False,
    reference: Path | None = None,
    corrections: Path | None = None,
    with_records: bool = False,
) -> Run:
    """Make a run; `edition` defaults to the current month; `out`, `reference` and `corrections` to
    the settings.

    A run that does not write makes no folder.

    Raises SettingsError for an edition that is no month up to the present one, or a folder that
    cannot be written.
    """
    chosen = demand_month(publish.present_month() if edition is None else edition)
    if frequency not in ("annual", "monthly"):
        raise SettingsError(f"The frequency {frequency} is unknown: write annual or monthly.")
    folder = out or settings().out
    if writes:
        _make(folder)
    return Run(
        folder, sources, chosen, frequency[0].upper(), window_years, new_baseline, as_of,
        is_edition_given=edition is not None, reference=reference or settings().reference,
        skip=skip, released=tuple(map(_release, released)), units=tuple(map(file_unit, unit)),
        file_times=file_times, corrections=corrections or settings().corrections,
        with_records=with_records,
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


def file_unit(said: str) -> tuple[Path, str]:
    """Read FILE=UNIT; raises SettingsError for no file or an unknown unit."""
    file, _, unit = said.rpartition("=")
    if unit not in UNITS:
        raise SettingsError(f"--unit {said} names no unit: write --unit FILE=UNIT with one of "
                            f"{', '.join(UNITS)}.")  # fmt: skip
    try:
        return Path(file).resolve(strict=True), unit
    except OSError as error:
        raise SettingsError(
            f"--unit {said} names no file with its unit: write --unit FILE=UNIT, such as "
            f"data.csv={unit}."
        ) from error


def as_one(run: Run) -> Run:
    """The run with an identity of its own: it checks and publishes what it built, nothing else."""
    return replace(run, run_id=run.run_id or uuid4().hex)


def demand_month(edition: str) -> str:
    """Return the month of an edition; raises SettingsError for none, or one that has not begun."""
    present = publish.present_month()
    if present < FIRST_MONTH:
        raise SettingsError(
            f"The clock of this machine says {present}, before this version of mirror was made: "
            "set it right and run again."
        )
    if not re.fullmatch(publish.MONTH, edition):
        said = " ".join(edition.split()) or "''"
        raise SettingsError(f"The edition {said} is of the wrong form: write YYYY-MM.")
    if edition > present:
        raise SettingsError(
            f"The edition {edition} is of a month after the present one, {present} (UTC): give "
            "that one or an earlier one, or set the clock right."
        )
    return edition


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
    """Make a run that only reads what stands: no folder is created, none need be writable.

    Raises SettingsError where there is no such folder.
    """
    folder = out or settings().out
    if not is_folder(folder):
        raise SettingsError(
            f"There is no folder {folder}: give the --out of a run, or run mirror run first."
        )
    return Run(folder)


def is_folder(path: Path) -> bool:
    """Whether it is one; what may not even be looked at, or cannot exist, is none."""
    try:
        return path.is_dir()
    except OSError:
        return False
