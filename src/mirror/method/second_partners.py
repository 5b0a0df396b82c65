"""Transit that the importers' own rows show: gold of one country that came through another."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from mirror.method.gaps import Gaps
from mirror.method.pairs import Array

ROUTE = ("exporter_iso3", "hub_iso3", "importer_iso3")


def shown(
    gaps: Gaps, left: Array, rows: pl.DataFrame, parameters: Mapping[str, Any]
) -> tuple[Array, list[tuple[int, int, float]]]:
    """What second partners show of each flow, USD, signed like its gap in `left`; and the moves:
    place of the flow that is explained, of the one that explains it, USD.

    Taken first from what the exporter booked to the hub, then from what the hub booked to the
    importer; no more than the gaps hold.
    """
    moved = np.zeros(len(gaps))
    moves: list[tuple[int, int, float]] = []
    rows = rows.filter(pl.col("frequency") == parameters["frequency"]).sort("period", *ROUTE)
    keys = gaps.frame.select("period", "exporter_iso3", "importer_iso3").iter_rows()
    place = {key: n for n, key in enumerate(keys)} if rows.height else {}
    for period, i, h, j, usd in rows.select("period", *ROUTE, "value_usd").iter_rows():
        seen = place.get((period, i, j), -1)
        for unseen in (place.get((period, i, h), -1), place.get((period, h, j), -1)):
            if seen < 0 or unseen < 0:
                continue
            free = left[seen] - moved[seen], moved[unseen] - left[unseen]
            amount = min(usd, *free)
            if amount > 0:
                moved[seen] += amount
                moved[unseen] -= amount
                usd -= amount
                moves.append((seen, unseen, amount))
    return moved, moves
