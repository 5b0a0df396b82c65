"""Which of all causes is given as a pair's: its own records first, then what they hang on."""

import polars as pl

from mirror.changes.common import PAIR, REPORTS
from mirror.changes.corrections import renamed
from mirror.changes.edition import Compared
from mirror.changes.neighbours import largest, neighbouring
from mirror.changes.own import own_causes
from mirror.changes.records import changed_records, prices
from mirror.changes.shared import Shared

KEY = ["direction", *PAIR]
_EXPLAINS = 0.1
"""Share of the change in kg that a difference in the records must be worth to come first."""
_TOLD = {
    "period": pl.Int64, "reporter": pl.String, "partner": pl.String, "flow_code": pl.String,
    "how": pl.String, "what": pl.String, "value_before_usd": pl.Float64,
    "value_after_usd": pl.Float64, "state_before": pl.String, "state_after": pl.String,
}  # fmt: skip
_SCHEMA = {
    **dict.fromkeys(KEY, pl.String), "cause": pl.String, "place": pl.Int32,
    "effect_usd": pl.Float64, **_TOLD,
}  # fmt: skip

OWN_RECORDS, SPAN_AND_PRICE, PARAMETERS, METHOD, OWN_REPORTS = range(5)
LINKED, SHARING, CORRECTIONS, OWN_TRIFLES, TRIFLES, ANYWHERE = range(5, 11)
NEWER_PRICES, CONSEQUENCES, NOBODY = range(11, 14)
"""Places of causes, the first one there is given.

The pair's own values that are large enough to explain the change, and a correction that is about
it; the years of the window and the gold price; what every pair shares; its own weights and states,
and records of its own that no year of the ranking shows. Then records of others that are large
enough, by how near they are to the pair; corrections of other pairs; then what is small; then the
largest record of all; newer gold prices, where they are all of the method that changed; and last
what only follows from records.
"""


def chosen_causes(moved: pl.DataFrame, compared: Compared, shared: Shared) -> pl.DataFrame:
    """Give each pair its cause, and name the others.

    `moved` has `size` (the change, kg of fine gold), `is_own` (evidence or amount changed so that
    it is read) and `is_touched` (a figure of it changed at all).
    """
    records = changed_records(compared).join(prices(compared), on="period", how="left")
    records = records.with_columns(pl.col("price").fill_null(pl.col("price").mean()))
    causes = pl.concat(
        [
            pl.DataFrame(schema=_SCHEMA),
            _own(moved, renamed(own_causes(compared, records), shared.corrections), shared),
            *([] if shared.is_reading_new else _of_others(moved, records, compared)),
            *(
                _everywhere(moved.filter("is_own"), cause, _place(cause, shared))
                for cause in shared.causes()
            ),
            _everywhere(moved.filter("is_own"), "other_records", NOBODY),
            _everywhere(moved.filter(~pl.col("is_own")), "other_pairs", NOBODY),
        ],
        how="diagonal_relaxed",
    )
    return _first(moved, causes)


def _place(cause: str, shared: Shared) -> int:
    if cause in ("parameters", "correction"):
        return PARAMETERS if cause == "parameters" else CORRECTIONS
    is_small = shared.is_price_alone and not shared.is_reading_new
    return NEWER_PRICES if is_small else METHOD


def _own(moved: pl.DataFrame, own: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """Place the causes in a pair's own figures and records."""
    if shared.is_window_chosen:
        own = own.with_columns(pl.col("cause").replace("window", "parameters"))
    found = moved.join(own, on=PAIR)
    of_all_periods = pl.col("effect_usd").sum().over(*KEY, "cause", "reporter")
    cause, is_enough = pl.col("cause"), _is_enough(of_all_periods)
    data = [*shared.data_causes, "parameters"]
    is_data = (cause.is_in(data) | _is_quarantine(shared)) & is_enough & pl.col("is_shown")
    place = (
        pl.when((is_data & cause.is_in(REPORTS)) | (cause == "correction")).then(OWN_RECORDS)
        .when(is_data).then(SPAN_AND_PRICE)
        .when(cause.is_in(REPORTS) & is_enough).then(OWN_REPORTS)
        .when(cause.is_in(REPORTS)).then(OWN_TRIFLES)
        .otherwise(CONSEQUENCES)
    )  # fmt: skip
    is_record = cause.is_in(set(REPORTS) - {"unallocated_revised"})
    can_move = pl.col("is_touched") | is_record  # same figures: only its own records can have
    is_theirs = cause.is_in(data) if shared.causes() else pl.lit(True)
    kept = pl.col("is_own") | (can_move & is_theirs)
    return found.filter(kept).select(*KEY, "cause", "effect_usd", *_told(found), place=place)


def _is_quarantine(shared: Shared) -> pl.Expr:
    """Whether a report can no longer be believed, or can again: its rows are others then."""
    states = pl.col("state_before"), pl.col("state_after")
    is_other = pl.any_horizontal(state.eq_missing(pl.lit("quarantined")) for state in states)
    return is_other & pl.lit("withdrawn" in shared.data_causes)


def _of_others(
    moved: pl.DataFrame, records: pl.DataFrame, compared: Compared
) -> list[pl.DataFrame]:
    """Place the records of others: those near a pair, and for all that changed the largest."""
    touched = moved.filter("is_touched")
    near = neighbouring(touched.select(PAIR).unique(), records, compared)
    found = touched.select(*KEY, "size").join(near, on=PAIR)
    is_enough = _is_enough(pl.col("effect_usd"))
    place = (
        pl.when(is_enough & pl.col("is_linked")).then(LINKED)
        .when(is_enough).then(SHARING)
        .otherwise(TRIFLES)
    )  # fmt: skip
    anywhere = moved.filter("is_own").select(KEY).join(largest(records), how="cross")
    return [
        frame.select(*KEY, "effect_usd", *_told(frame), cause=pl.lit("other_records"), place=place)
        for frame, place in ((found, place), (anywhere, pl.lit(ANYWHERE)))
    ]


def _is_enough(effect_usd: pl.Expr) -> pl.Expr:
    least = _EXPLAINS * pl.col("size") * pl.col("price")
    return effect_usd >= least.fill_null(0)


def _told(frame: pl.DataFrame) -> list[str]:
    return [name for name in _TOLD if name in frame.columns]


def _everywhere(moved: pl.DataFrame, cause: str, place: int) -> pl.DataFrame:
    return moved.select(*KEY, cause=pl.lit(cause), place=pl.lit(place))


def _first(moved: pl.DataFrame, causes: pl.DataFrame) -> pl.DataFrame:
    """Take the cause that comes first, of one place the largest, and name the kinds of others."""
    ordered = causes.sort(
        *KEY, "place", -pl.col("effect_usd").fill_null(0), "cause", "period", "reporter", "partner",
        nulls_last=True,
    )  # fmt: skip
    first = ordered.group_by(KEY, maintain_order=True).agg(
        pl.col("cause", *_TOLD).first(),
        pl.col("cause").unique(maintain_order=True).alias("causes"),
    )
    rest = pl.col("causes").list.slice(1).list.set_difference(["other_records", "other_pairs"])
    return moved.join(first, on=KEY).with_columns(
        other_causes=pl.when(rest.list.len() > 0).then(rest.list.sort().list.join(";"))
    )
