"""What the draws say of a flow and of a pair: intervals, bands of ranks, odds of being material."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from mirror.method.gaps import Gaps
from mirror.method.spreads import Noise

Array = np.ndarray
LOW, HIGH = 0.05, 0.95


class PairDraws:
    """Takes the draws of one period after the other; then ranks the pairs in each draw.

    A pair's amount in a draw is the sum of its residuals, in kg of fine gold, over the counted
    years whose best estimate points in the direction, as a positive number; its net is the sum over
    all counted years.
    """

    def __init__(self, gaps: Gaps, best: Array, draws: int, parameters: Mapping[str, Any]) -> None:
        self._gaps = gaps
        self._draws = draws
        self._parameters = parameters
        self._pair = gaps.codes("exporter_iso3", "importer_iso3")
        self._counted = gaps.flag("is_counted") & ~gaps.flag("has_value_error")
        self._side = np.sign(np.where(self._counted, best, 0.0))
        pairs = int(self._pair.max(initial=-1)) + 1
        self._amounts = {side: np.zeros((pairs, draws), np.float32) for side in (1, -1)}
        self._net = np.zeros((pairs, draws), np.float32)
        flows = len(gaps)
        self.usd_low, self.usd_high = np.zeros(flows), np.zeros(flows)
        self.fine_kg_low, self.fine_kg_high = np.zeros(flows), np.zeros(flows)
        self.noise = Noise(np.zeros(flows), np.zeros(flows), np.zeros(flows, int), 0.0)
        self.pairs = pl.DataFrame()

    def start(self, place: Array) -> None:
        """Begin with the flows of a period, given by their places."""
        self._place = place
        self._usd = np.empty((len(place), self._draws), np.float32)
        self._kg = np.empty((len(place), self._draws), np.float32)

    def add(self, block: slice, residual_usd: Array, price_usd_per_kg: Array) -> None:
        """Take one block of draws."""
        self._usd[:, block] = residual_usd
        self._kg[:, block] = residual_usd / price_usd_per_kg

    def finish(self) -> None:
        """Close a period: add its amounts to the pairs, keep the quantiles of its flows."""
        for side in (1, -1):
            rows = np.flatnonzero(self._side[self._place] == side)
            self._amounts[side][self._pair[self._place[rows]]] += side * self._kg[rows]
        rows = np.flatnonzero(self._counted[self._place])
        self._net[self._pair[self._place[rows]]] += self._kg[rows]
        self.usd_low[self._place], self.usd_high[self._place] = quantiles(self._usd)
        self.fine_kg_low[self._place], self.fine_kg_high[self._place] = quantiles(self._kg)

    def rank(self) -> None:
        """Fill `pairs`: a row per exporter, importer and direction that has an amount."""
        frames = [self._direction(side) for side in (1, -1)]
        self.pairs = pl.concat(frames)

    def _direction(self, side: int) -> pl.DataFrame:
        rows = np.flatnonzero(self._side == side)
        pairs, first = np.unique(self._pair[rows], return_index=True)
        amounts = self._amounts[side][pairs]
        low, high = quantiles(amounts)
        material = self._material(pairs)
        net = side * self._net[pairs]
        rank_low, rank_high = bands(amounts / material[:, None])
        named = self._gaps.frame[rows[first].tolist()].select("exporter_iso3", "importer_iso3")
        direction = "undeclared_export" if side == 1 else "undeclared_import"
        return named.select(
            pl.lit(direction).alias("direction"),
            "exporter_iso3",
            "importer_iso3",
            pl.Series("sum_fine_kg_low", low),
            pl.Series("sum_fine_kg_high", high),
            pl.Series("material_fine_kg", material),
            pl.Series("probability_material", (amounts > material[:, None]).mean(axis=1)),
            pl.Series("probability_net", (net > material[:, None]).mean(axis=1)),
            pl.Series("net_fine_kg_low", quantiles(net)[0]),
            pl.Series("net_fine_kg_mid", np.median(net, axis=1) if len(net) else net[:, 0]),
            pl.Series("draw_rank_low", rank_low),
            pl.Series("draw_rank_high", rank_high),
        )

    def _material(self, pairs: Array) -> Array:
        """What is material over the counted years, in kg of fine gold: the larger of the parameters
        material_fine_kg and material_share of the mean of both sides.
        """
        fob = self._gaps.number("import_value_usd") / (1 + self._gaps.number("margin_mid"))
        mean = (fob + self._gaps.number("export_value_usd")) / 2
        kg = np.where(self._counted, mean / self._gaps.number("gold_price_usd_per_kg", 1.0), 0.0)
        total = np.bincount(self._pair, kg, len(self._amounts[1]))[pairs]
        least, share = (float(self._parameters[n]) for n in ("material_fine_kg", "material_share"))
        return np.maximum(least, share * total)


def quantiles(draws: Array) -> tuple[Array, Array]:
    """The 5 and 95 % quantiles over the draws (columns), as order statistics."""
    if not draws.size:
        return np.zeros(len(draws)), np.zeros(len(draws))
    last = draws.shape[1] - 1
    places = [round(LOW * last), round(HIGH * last)]
    ordered = np.partition(draws, places, axis=1)
    return ordered[:, places[0]].astype(float), ordered[:, places[1]].astype(float)


def bands(amounts: Array) -> tuple[Array, Array]:
    """The 5 and 95 % quantiles of each pair's rank over the draws, 1 = largest."""
    ranks = np.empty(amounts.shape, np.int32)
    for draw in range(amounts.shape[1]):
        order = np.argsort(-amounts[:, draw], kind="stable")
        ranks[order, draw] = np.arange(1, len(order) + 1)
    low, high = quantiles(ranks)
    return low.astype(int), high.astype(int)
