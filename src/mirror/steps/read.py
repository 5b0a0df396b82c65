"""How files are understood, nothing built: what a person with a strange file asks first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from mirror import records
from mirror.errors import MirrorError, SettingsError
from mirror.records import Counts, SourceFile
from mirror.settings import ASSETS

_MOST_NAMED = 12


def recognised(counts: Counts) -> dict[str, str | None]:
    """Say what a file was recognised as, in the columns of sources.csv."""
    return {
        "unknown_columns": "; ".join(counts.unknown_columns) or None,
        "shape": counts.shape or None,
        "encoding": counts.encoding,
        "delimiter": counts.delimiter,
        "decimal_mark": counts.decimal_mark,
        "unit_check": counts.units and counts.units.said,
        "columns_renamed": "; ".join(counts.columns_renamed) or None,
        "reading_notes": "; ".join(counts.notes) or None,
    }


def as_said(
    found: Sequence[SourceFile],
    units: Sequence[tuple[Path, str]] = (),
    released: Sequence[tuple[Path, date]] = (),
) -> list[SourceFile]:
    """Return the sources with the units and release dates that a person gave for their files.

    Raises SettingsError for a file that is none of the sources.
    """
    read = {source.path.resolve() for source in found}
    for option, given in (("--unit", units), ("--released", released)):
        for path, what in given:
            if path not in read:
                raise SettingsError(
                    f"{option} {path.name}={what} names a file that is not read: name one of the "
                    "files given, or of those in the folders given."
                )
    days = dict(released)
    return [
        replace(
            source,
            released=days.get(source.path.resolve(), source.released),
            units=tuple(unit for path, unit in units if path == source.path.resolve()),
        )
        for source in found
    ]


def dated(source: SourceFile) -> SourceFile:
    """Return a source without a date of release with that on which its file was last written."""
    written = datetime.fromtimestamp(source.path.stat().st_mtime, UTC).date()
    return replace(source, released=source.released or written)


def read(
    paths: Sequence[Path], units: Sequence[tuple[Path, str]] = ()
) -> Iterator[dict[str, object] | MirrorError]:
    """Yield what is known of each file, and the error that a run with it would end with."""
    products = frozenset(pl.read_csv(ASSETS / "data" / "reference" / "products.csv",
                                     infer_schema=False)["hs_code"])  # fmt: skip
    for path in paths:
        try:
            found = records.find_sources([path])
        except MirrorError as error:
            yield error
            continue
        own = [one for one in units if one[0] in {source.path.resolve() for source in found}]
        for source in as_said(found, own):
            counts = Counts()
            try:
                yield _described(source, products, counts)
                if counts.units:
                    records.demand_unit(source.label, source.units, counts.units)
            except MirrorError as error:
                yield error


def _described(source: SourceFile, products: frozenset[str], counts: Counts) -> dict[str, object]:
    seen = [_keys(batch.rows) for batch in records.read_file(source, products, counts)]
    keys = pl.concat(seen, how="diagonal").unique()
    return {
        "source_file": source.label,
        "source_kind": counts.kind,
        "rows_read": counts.rows_read,
        "rows_of_gold": counts.rows_read - counts.rows_other_goods,
        "periods": _span(keys["period"]),
        "reporters": _named(keys["reporter_code"]),
        "flows": _named(keys["flow_code"]) if "flow_code" in keys.columns else None,
        "released_date": source.released,
        **recognised(counts),
    }


def _keys(rows: pl.DataFrame) -> pl.DataFrame:
    names = [n for n in ("period", "reporter_code", "flow_code") if n in rows.columns]
    return rows.select(names).unique()


def _span(values: pl.Series) -> str | None:
    known = values.drop_nulls().unique().sort()
    if known.len() < 2:
        return known[0] if known.len() else None
    return f"{known[0]} to {known[-1]} ({known.len()} of them)"


def _named(values: pl.Series) -> str:
    known = values.drop_nulls().unique().sort().to_list()
    more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
    return ", ".join(known[:_MOST_NAMED]) + more
