"""Corrections of the maker that only one of two editions has, and the pairs that they are about."""

from collections.abc import Iterator

import polars as pl

from mirror.changes.common import PAIR
from mirror.changes.edition import Compared, EditionTables

_SAID = {
    "correction_kind": pl.String, "exporter_iso3": pl.String, "importer_iso3": pl.String,
    "country_iso3": pl.String, "flow_code": pl.String, "area_code": pl.Int64, "iso3": pl.String,
    "first_year": pl.Int64, "last_year": pl.Int64, "reason": pl.String,
}  # fmt: skip
"""What a correction does, and why; its link, date and place in the file change nothing."""

CAUSED = ("set_aside", "newly_reported", "withdrawn", "state_changed")
"""What a correction looks like in the figures of a pair: excluded, or its area was unknown."""


def changed(compared: Compared) -> pl.DataFrame:
    """The corrections that stand in one edition alone and can move a figure, with `is_added`.

    Those of the name of an area and replies of countries move none.
    """
    before, after = (_of(edition) for edition in compared.editions)
    key = [name for name in _SAID if name != "reason"]
    removed = before.join(after, on=key, how="anti", nulls_equal=True)
    added = after.join(before, on=key, how="anti", nulls_equal=True)
    return pl.concat(
        [removed.with_columns(is_added=pl.lit(False)), added.with_columns(is_added=pl.lit(True))]
    )


def _of(edition: EditionTables) -> pl.DataFrame:
    """The corrections of an edition; none of one that an older version made."""
    found = edition.tables.get("corrections", pl.DataFrame(schema=_SAID))
    kind = pl.col("correction_kind")
    moves = kind.is_in(["exclusion", "series_break"]) | (
        (kind == "area") & pl.col("iso3").is_not_null()
    )
    return found.select(pl.col(n).cast(k) for n, k in _SAID.items()).filter(moves).unique()


def words(corrections: pl.DataFrame) -> str:
    """Say which corrections were added or removed; empty where none was."""
    said = [_words(row) for row in corrections.sort(pl.all()).head(3).iter_rows(named=True)]
    more = corrections.height - len(said)
    return "; ".join([*said, *([f"{more} more"] if more > 0 else [])])


def _words(row: dict[str, object]) -> str:
    how = "added" if row["is_added"] else "removed"
    if row["correction_kind"] == "area":
        return f"area {row['area_code']} {how}"
    who = row["country_iso3"] or f"{row['exporter_iso3']} → {row['importer_iso3']}"
    kind = str(row["correction_kind"]).replace("_", " ")
    first, last = row["first_year"], row["last_year"]
    years = f", {first or ''}–{last or ''}" if first or last else ""
    return f"{kind} of {who}{years} {how}: {row['reason']}"


def renamed(causes: pl.DataFrame, corrections: pl.DataFrame) -> pl.DataFrame:
    """Give `correction` as the cause where one of them is about the pair and the year; `what`."""
    if corrections.is_empty():
        return causes
    period = pl.col("period")
    year = pl.when(period > 9999).then(period // 100).otherwise(period)
    rows = corrections.sort(pl.all()).to_dicts()
    meant = pl.coalesce(pl.when(_is_about(row, year)).then(pl.lit(_words(row))) for row in rows)
    is_theirs = pl.col("cause").is_in(CAUSED) & meant.is_not_null()
    what = pl.col("what") if "what" in causes.columns else pl.lit(None, pl.String)
    return causes.with_columns(
        cause=pl.when(is_theirs).then(pl.lit("correction")).otherwise("cause"),
        what=pl.when(is_theirs).then(meant).otherwise(what),
    )


def _is_about(row: dict[str, object], year: pl.Expr) -> pl.Expr:
    first, last = row["first_year"] or 0, row["last_year"] or 9999
    is_in = year.is_between(pl.lit(first), pl.lit(last))
    is_set_aside = pl.col("cause") == "set_aside"
    if row["correction_kind"] == "area":
        return (
            pl.any_horizontal(pl.col(side) == pl.lit(row["iso3"]) for side in PAIR) & ~is_set_aside
        )
    return pl.any_horizontal(_sides(row)) & is_in & is_set_aside


def _sides(row: dict[str, object]) -> Iterator[pl.Expr]:
    if row["correction_kind"] == "exclusion":
        yield pl.all_horizontal(
            pl.lit(row[side] == "*") | (pl.col(side) == pl.lit(row[side])) for side in PAIR
        )
        return
    for side, flow in zip(PAIR, ("X", "M"), strict=True):
        if row["flow_code"] in (None, flow):
            yield pl.col(side) == pl.lit(row["country_iso3"])
