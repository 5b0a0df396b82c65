"""Records of other flows that can move a pair.

A pair hangs on more than its own records: transit sets other flows against its gap, and the other
trade of its two countries makes their pools, balances, hubs and how well they agree with others.
"""

import polars as pl

from mirror.changes.common import PAIR
from mirror.changes.edition import Compared

_OTHER = ["exporter_other", "importer_other"]


def neighbouring(pairs: pl.DataFrame, records: pl.DataFrame, compared: Compared) -> pl.DataFrame:
    """Set beside each pair the changed records of others that it hangs on.

    `is_linked`: transit sets the flow against the pair's gap; else the two share a country.
    """
    named = records.rename(dict(zip(PAIR, _OTHER, strict=True)))
    linked = pairs.join(_links(compared), on=PAIR).join(named, on=_OTHER)
    trade = pl.concat(
        named.with_columns(country=pl.col(side)) for side in ("reporter", "partner")
    ).filter(pl.col("country") != "W00")
    sharing = pl.concat(
        pairs.join(trade, left_on=side, right_on="country").select(*PAIR, *named.columns)
        for side in PAIR
    )
    both = [
        frame.select(*PAIR, *named.columns, pl.lit(is_linked).alias("is_linked"))
        for frame, is_linked in ((linked, True), (sharing, False))
    ]
    own = (pl.col(PAIR[0]) == pl.col(_OTHER[0])) & (pl.col(PAIR[1]) == pl.col(_OTHER[1]))
    flow = [*PAIR, "period", "reporter", "partner", "flow_code"]
    near = pl.concat(both).filter(~own.fill_null(False))
    return near.unique(flow, keep="first", maintain_order=True).drop(_OTHER)


def largest(records: pl.DataFrame) -> pl.DataFrame:
    """The record that changed most, for what hangs on all records: priors, margins, the floor."""
    return records.sort(-pl.col("effect_usd"), "period", "reporter", "partner").head(1).drop(PAIR)


def _links(compared: Compared) -> pl.DataFrame:
    """Which flow transit sets against which pair, in either edition, both ways."""
    unseen = ["unseen_exporter_iso3", "unseen_importer_iso3"]
    third = ["borne_out_by_exporter_iso3", "borne_out_by_importer_iso3"]
    frames = compared.both("transit_moves", [*PAIR, *unseen, *third]) or ()
    found = [pl.DataFrame(schema=dict.fromkeys([*PAIR, *_OTHER], pl.String))]
    for frame in frames:
        for one, other in ((PAIR, unseen), (unseen, PAIR), (PAIR, third)):
            names = dict(zip([*one, *other], [*PAIR, *_OTHER], strict=True))
            found.append(frame.select(pl.col(old).cast(pl.String).alias(new)
                                      for old, new in names.items()))  # fmt: skip
    return pl.concat(found).drop_nulls().unique()
