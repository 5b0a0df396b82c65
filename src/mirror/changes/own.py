"""Causes in a pair's own figures: for each pair and period, what differs between two editions."""

from collections.abc import Iterator, Sequence

import polars as pl

from mirror.changes.common import PAIR, REPORTS, differs
from mirror.changes.edition import Compared

_COLUMNS = """export_value_usd import_value_usd export_net_weight_kg import_net_weight_kg
    import_fob_value_usd exporter_pool_usd importer_pool_usd exporter_state importer_state
    set_aside_reason is_in_window gold_price_usd_per_kg gap_value_usd""".split()
_SIDES = (("export", "exporter"), ("import", "importer"))
_NO_STATES = (pl.lit(None, pl.String), pl.lit(None, pl.String))


def own_causes(compared: Compared, records: pl.DataFrame) -> pl.DataFrame:
    """Every cause in the pairs' own figures and records, by pair, period, cause and reporter.

    `effect_usd` is how much of the gap the difference can move, to find the largest by; the
    states are the side's towards this partner, null where the cause is another one;
    `price` (USD per kg of fine gold) makes kg of it. Figures of periods in the window of either
    edition; `records` (see changed_records) adds what those do not show: other periods, other
    classes of goods, and what else stands in a row.
    """
    figures = _of_figures(compared)
    shown = figures.filter(pl.col("cause").is_in(REPORTS))
    others = records.rename({"how": "cause"}).join(
        shown, on=[*PAIR, "period", "reporter"], how="anti"
    )
    return pl.concat(
        [figures.with_columns(is_shown=pl.lit(True)), others], how="diagonal_relaxed"
    ).with_columns(pl.col("is_shown").fill_null(False))


def _of_figures(compared: Compared) -> pl.DataFrame:
    years = compared.joined("gap_years", [*PAIR, "period"], _COLUMNS).filter(_is_in_window())
    gap = pl.coalesce("gap_value_usd_after", "gap_value_usd_before").abs().fill_null(0)
    price = pl.coalesce("gold_price_usd_per_kg_after", "gold_price_usd_per_kg_before")
    years = years.with_columns(gap=gap, price=price.cast(pl.Float64))
    found = [*_of_sides(years), *_of_pairs(years)]
    return pl.concat(found, how="vertical_relaxed")


def _is_in_window() -> pl.Expr:
    said = pl.col("is_in_window_before"), pl.col("is_in_window_after")
    return pl.any_horizontal(*said).fill_null(False) | pl.all_horizontal(
        *(s.is_null() for s in said)
    )


def _of_sides(years: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """What each reporter reports otherwise: its value, its weight, its pool, its state."""
    for flow, role in _SIDES:
        was, now = pl.col(f"{flow}_value_usd_before"), pl.col(f"{flow}_value_usd_after")
        change = (now.fill_null(0) - was.fill_null(0)).abs()
        by = pl.col(f"{role}_iso3")
        no_news = ~differs(was, now)
        at_all = pl.max_horizontal(change, "gap")  # whether the pair can be assessed hangs on it
        state = [pl.col(f"{role}_state_{side}") for side in ("before", "after")]
        is_quarantine = _both() & state[0].ne_missing(state[1]) & _any(state, "quarantined")
        new = was.is_null() & now.is_not_null() & ~is_quarantine
        gone = was.is_not_null() & now.is_null() & ~is_quarantine
        yield _cause(years, "newly_reported", new, at_all, by, was, now)
        yield _cause(years, "withdrawn", gone, at_all, by, was, now)
        both = was.is_not_null() & now.is_not_null()
        yield _cause(years, "revised", both & differs(was, now), change, by, was, now)
        kg = [pl.col(f"{flow}_net_weight_kg_{side}") for side in ("before", "after")]
        weight = (kg[1].fill_null(0) - kg[0].fill_null(0)).abs() * pl.col("price")
        yield _cause(years, "weight_revised", no_news & differs(*kg), weight, by, was, now)
        pool = [pl.col(f"{role}_pool_usd_{side}") for side in ("before", "after")]
        moved = (pool[1].fill_null(0) - pool[0].fill_null(0)).abs()
        moved = pl.min_horizontal(moved, pl.col("gap"))
        apart = _both() & differs(*pool)
        yield _cause(years, "unallocated_revised", apart, moved, by, pool[0], pool[1])
        told = _both() & no_news & state[0].ne_missing(state[1])
        told |= is_quarantine
        moved = pl.when(is_quarantine).then(at_all).otherwise(pl.col("gap"))
        yield _cause(years, "state_changed", told, moved, by, was, now, state)


def _of_pairs(years: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """What differs although both reports are the same."""
    nobody, none = pl.lit(None, pl.String), pl.lit(None, pl.Float64)
    gap, both = pl.col("gap"), _both()

    def sides(name: str) -> tuple[pl.Expr, pl.Expr]:
        return pl.col(f"{name}_before"), pl.col(f"{name}_after")

    reason, window = sides("set_aside_reason"), sides("is_in_window")
    price, fob, said = (
        sides("gold_price_usd_per_kg"), sides("import_fob_value_usd"), sides("import_value_usd")
    )  # fmt: skip
    apart = both & reason[0].ne_missing(reason[1])
    yield _cause(years, "set_aside", apart, gap, nobody, none, none)
    moved = both & window[0].ne_missing(window[1])
    yield _cause(years, "window", moved, gap, nobody, none, none)
    share = (price[1] / price[0] - 1).abs()
    yield _cause(years, "gold_price", both & differs(*price), share * gap, nobody, none, none)
    freed = both & ~differs(*said) & differs(*fob)
    change = (fob[1].fill_null(0) - fob[0].fill_null(0)).abs()
    yield _cause(years, "freight", freed, change, pl.col("importer_iso3"), *fob)


def _both() -> pl.Expr:
    return pl.col("in_before") & pl.col("in_after")


def _any(columns: Sequence[pl.Expr], value: str) -> pl.Expr:
    return pl.any_horizontal(column.eq_missing(pl.lit(value)) for column in columns)


def _cause(
    years: pl.DataFrame,
    cause: str,
    where: pl.Expr,
    effect: pl.Expr,
    reporter: pl.Expr,
    was: pl.Expr,
    now: pl.Expr,
    states: Sequence[pl.Expr] = _NO_STATES,
) -> pl.DataFrame:
    return years.filter(where).select(
        *PAIR,
        pl.col("period").cast(pl.Int64),
        pl.lit(cause).alias("cause"),
        effect.cast(pl.Float64).fill_null(0).alias("effect_usd"),
        "price",
        reporter.cast(pl.String).alias("reporter"),
        was.cast(pl.Float64).alias("value_before_usd"),
        now.cast(pl.Float64).alias("value_after_usd"),
        states[0].cast(pl.String).alias("state_before"),
        states[1].cast(pl.String).alias("state_after"),
    )
