"""What the lake holds, as values: replies, what they cover, and what availability said."""

import gzip
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from mirror.errors import LakeError
from mirror.lake.times import moment


@dataclass(frozen=True)
class Release:
    """What availability says of a reporter and period; times as the service writes them.

    `total_records` counts all goods. `first_released` is null where the service gives none.
    """

    period: str
    reporter_code: int
    last_released: str
    checksum: str
    first_released: str | None = None
    total_records: int | None = None

    @property
    def vintage(self) -> tuple[str, str]:
        """What changes when the reporter revises."""
        return self.last_released, self.checksum


@dataclass(frozen=True)
class Cover:
    """Rows of one reporter and period in a reply, and the vintage they are of (null: unknown)."""

    period: str
    reporter_code: int
    rows: int
    last_released: str | None = None
    checksum: str | None = None


@dataclass(frozen=True)
class NewReply:
    """What the manifest is told of a reply; the lists are comma lists, empty where not limited."""

    kind: str
    frequency: str
    query: str
    address: str
    rows: int
    periods: tuple[str, ...] = ()
    reporters: tuple[int, ...] = ()
    products: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    status: int = 200


@dataclass(frozen=True)
class StoredReply:
    """A reply that counts. `path` is its compressed body (gzip); `released` gives the
    `lastReleased` of each (period, reporter) it covers, null where availability knew none.
    `superseded`: everything in it was fetched again later.
    """

    id: int
    kind: str
    frequency: str
    query: str
    address: str
    periods: tuple[str, ...]
    reporters: tuple[int, ...]
    products: tuple[str, ...]
    flows: tuple[str, ...]
    fetched_at: datetime
    path: Path
    sha256: str
    bytes: int
    rows: int
    released: Mapping[tuple[str, int], str | None]
    superseded: bool

    def open(self) -> BinaryIO:
        """The body as it came, as a stream; a bulk file is unpacked."""
        try:
            return cast(BinaryIO, gzip.open(self.path, "rb"))
        except OSError as error:
            raise LakeError(f"The reply {self.path} cannot be read ({error}).") from error


def stored(
    row: sqlite3.Row, folder: Path, covers: Iterable[Cover], superseded: bool
) -> StoredReply:
    """A row of the manifest as a value."""
    return StoredReply(
        id=row["id"],
        kind=row["kind"],
        frequency=row["frequency"],
        query=row["query"],
        address=row["address"],
        periods=_listed(row["periods"]),
        reporters=tuple(map(int, _listed(row["reporters"]))),
        products=_listed(row["products"]),
        flows=_listed(row["flows"]),
        fetched_at=moment(row["fetched_at"]),
        path=folder / row["path"],
        sha256=row["sha256"],
        bytes=row["bytes"],
        rows=row["rows"],
        released={(c.period, c.reporter_code): c.last_released for c in covers},
        superseded=superseded,
    )


def listing(values: Iterable[object]) -> str:
    """A comma list."""
    return ",".join(map(str, values))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
