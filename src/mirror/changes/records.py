"""Records that differ between two editions, one row per flow, whoever reports it."""

from collections.abc import Iterator, Sequence

import polars as pl

from mirror.changes.common import PAIR, differs
from mirror.changes.edition import Compared

KEY = ["period", "reporter_iso3", "partner_iso3", "flow_code"]
TABLES = ("declared_flows", "declared_rows", "quarantined_rows")
"""Tables of an edition's database that hold its records."""

_VALUES = {
    "declared_value_usd": None,
    "monetary_value_usd": "monetary gold in",
    "fob_value_usd": "FOB value of",
    "cif_value_usd": "CIF value of",
    "suppressed_value_usd": "suppressed part of",
}
"""Values of a flow, and what a sentence calls each of them."""
_WEIGHTS = ("declared_net_weight_kg", "is_weight_estimated")
_OTHER_CLASS = ("declared_value_usd", "declared_net_weight_kg")
_IMPORTS = ("M", "RM", "FM")


def changed_records(compared: Compared) -> pl.DataFrame:
    """List the flows of gold, scrap or coin that a reporter reports otherwise, each once.

    `how` is the cause that it is of the flow's own pair, `what` the figure if it is not the value
    of gold, `effect_usd` how much it can move. Empty where an edition does not hold its records.
    """
    gold = _published(compared, "declared_flows", [*_VALUES, *_WEIGHTS])
    rows = _published(compared, "declared_rows", ["hs_code", *_OTHER_CLASS])
    found = [] if gold is None else [*_found(*gold, [*_VALUES, *_WEIGHTS], pl.lit(None, pl.String))]
    if rows is not None:
        code = pl.col("hs_code").cast(pl.String)
        others = [frame.filter(~code.str.starts_with("7108")) for frame in rows]
        # a heading holds its subheadings, so that the largest is the class
        found += _found(
            others[0], others[1], _OTHER_CLASS, pl.format("HS {} in", code.str.slice(0, 4))
        )
    if not found:
        return _EMPTY
    flow = ["period", "reporter", "partner", "flow_code"]
    first = pl.concat(found).unique(flow, keep="first", maintain_order=True)
    return _quarantined(first, compared).select(*_EMPTY.columns)


def _published(
    compared: Compared, table: str, names: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Both editions' records of the frequency that they publish; the other one moves nothing."""
    frames = compared.both(table, ["frequency", *KEY, *names])
    if frames is None:
        return None
    is_published = pl.col("frequency") == compared.after.frequency
    return frames[0].filter(is_published), frames[1].filter(is_published)


def prices(compared: Compared) -> pl.DataFrame:
    """Price of fine gold by period, USD per kg."""
    both = compared.joined("gap_years", [*PAIR, "period"], ["gold_price_usd_per_kg"])
    price = pl.coalesce("gold_price_usd_per_kg_after", "gold_price_usd_per_kg_before")
    return both.group_by("period").agg(price.cast(pl.Float64).max().alias("price"))


def _found(
    was: pl.DataFrame, now: pl.DataFrame, names: Sequence[str], goods: pl.Expr
) -> Iterator[pl.DataFrame]:
    """Yield the flows that are new, gone or of another value, then those of another weight."""
    key = [*KEY, "goods"]
    sides = [
        frame.with_columns(goods.alias("goods"), pl.col("period").cast(pl.Int64))
        .group_by(key)
        .agg(pl.col(names).max())
        .with_columns(here=pl.lit(True))
        for frame in (was, now)
    ]
    both = sides[0].join(sides[1], on=key, how="full", coalesce=True, nulls_equal=True, suffix="_2")
    is_in = pl.col("here").is_not_null(), pl.col("here_2").is_not_null()
    value = pl.col("declared_value_usd"), pl.col("declared_value_usd_2")
    change = _size(value[1].fill_null(0) - value[0].fill_null(0))
    yield _rows(both, is_in[1] & ~is_in[0], "newly_reported", None, change, value)
    yield _rows(both, is_in[0] & ~is_in[1], "withdrawn", None, change, value)
    here = is_in[0] & is_in[1]
    for name, what in _VALUES.items():
        if name in names:
            pair = pl.col(name), pl.col(f"{name}_2")
            moved = _size(pair[1].fill_null(0) - pair[0].fill_null(0))
            yield _rows(both, here & differs(*pair), "revised", what, moved, pair)
    for name in _WEIGHTS:
        if name in names:
            pair = pl.col(name).cast(pl.Float64), pl.col(f"{name}_2").cast(pl.Float64)
            share = _size(pair[1].fill_null(0) - pair[0].fill_null(0)) / pl.max_horizontal(*pair)
            moved = share * pl.max_horizontal(*value)
            yield _rows(both, here & differs(*pair), "weight_revised", "weight of", moved, value)


def _size(change: pl.Expr) -> pl.Expr:
    return change.cast(pl.Float64).abs().fill_null(0)


def _rows(
    both: pl.DataFrame,
    where: pl.Expr,
    how: str,
    what: str | None,
    effect: pl.Expr,
    value: tuple[pl.Expr, pl.Expr],
) -> pl.DataFrame:
    reporter, partner = pl.col("reporter_iso3"), pl.col("partner_iso3")
    is_import = pl.col("flow_code").cast(pl.String).is_in(_IMPORTS)
    return both.filter(where).select(
        pl.when(is_import).then(partner).otherwise(reporter).alias("exporter_iso3"),
        pl.when(is_import).then(reporter).otherwise(partner).alias("importer_iso3"),
        "period",
        reporter.alias("reporter"),
        partner.alias("partner"),
        "flow_code",
        pl.lit(how).alias("how"),
        pl.coalesce("goods", pl.lit(what, pl.String)).alias("what"),
        value[0].cast(pl.Float64).alias("value_before_usd"),
        value[1].cast(pl.Float64).alias("value_after_usd"),
        effect.cast(pl.Float64).fill_null(0).alias("effect_usd"),
    )


_EMPTY = pl.DataFrame(
    schema={
        **dict.fromkeys(PAIR, pl.String), "period": pl.Int64, "reporter": pl.String,
        "partner": pl.String, "flow_code": pl.String, "how": pl.String, "what": pl.String,
        "value_before_usd": pl.Float64, "value_after_usd": pl.Float64, "effect_usd": pl.Float64,
        "state_before": pl.String, "state_after": pl.String,
    }
)  # fmt: skip


def _quarantined(found: pl.DataFrame, compared: Compared) -> pl.DataFrame:
    """A row that is quarantined, or no longer is, is neither withdrawn nor new."""
    frames = compared.both("quarantined_rows", KEY)
    flow = ["period", "reporter", "partner", "flow_code"]
    for side, number in (("before", 0), ("after", 1)):
        rows = frames[number] if frames else pl.DataFrame(schema=dict.fromkeys(KEY, pl.String))
        key = rows.select(
            pl.col("period").cast(pl.Int64),
            *(
                pl.col(old).cast(pl.String).alias(new)
                for old, new in zip(KEY[1:], flow[1:], strict=True)
            ),
        ).unique()
        state = pl.lit("quarantined").alias(f"state_{side}")
        found = found.join(key.with_columns(state), on=flow, how="left", nulls_equal=True)
    is_apart = pl.any_horizontal(pl.col("state_before", "state_after").is_not_null())
    is_reported = pl.col("value_before_usd").is_not_null(), pl.col("value_after_usd").is_not_null()
    return found.with_columns(
        pl.when(is_apart).then(pl.lit("state_changed")).otherwise("how").alias("how"),
        *(
            pl.when(is_apart & pl.col(f"state_{side}").is_null() & is_there)
            .then(pl.lit("reported"))
            .otherwise(f"state_{side}")
            .alias(f"state_{side}")
            for side, is_there in zip(("before", "after"), is_reported, strict=True)
        ),
    )
