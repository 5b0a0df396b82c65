"""What the search for causes shares: the key of a pair, and when two figures differ."""

import polars as pl

PAIR = ["exporter_iso3", "importer_iso3"]
REPORTS = (
    "revised", "newly_reported", "withdrawn", "weight_revised", "unallocated_revised",
    "state_changed",
)  # fmt: skip
"""Causes that a pair's own reporters make: another value, weight, trade without a partner or state.
"""
_SAME = 1e-9


def differs(was: pl.Expr, now: pl.Expr) -> pl.Expr:
    """Whether two numbers differ by more than their last digits, or one of them is missing."""
    far = (now.cast(pl.Float64) - was.cast(pl.Float64)).abs() > _SAME * now.cast(pl.Float64).abs()
    return (
        pl.when(was.is_null() | now.is_null()).then(was.is_null() != now.is_null()).otherwise(far)
    )
