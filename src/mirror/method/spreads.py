"""How far apart the two reports of one flow lie where nothing is wrong: each reporter's own noise.

ln(M*/X) of a pair is the sum of two errors, one of each reporter. Their variances are found by
expectation maximisation, with Student weights against flows far out, and shrunk to the pool where
flows are few.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

PRIOR_PAIRS = 4.0
"""Weight of the pool, counted in flows of a reporter."""
DEGREES = 30.0
"""Of the Student weights: a flow ten spreads out counts for a quarter."""
ROUNDS = 60
LEAST, MOST = 0.002, 1.5
LEAST_FLOWS = 5
"""Flows from which anything can be learnt."""


@dataclass(frozen=True)
class Noise:
    """One element a flow: spread of ln of the exporter's and of the importer's value, and on how
    many flows of other pairs the less known of the two rests. `kept` is the share of the variance
    that a pair keeps from period to period.
    """

    exporter: np.ndarray
    importer: np.ndarray
    flows: np.ndarray
    kept: float


def spreads(flows: pl.DataFrame, poolwide: float) -> Noise:
    """Learn how noisy reporters are. `flows`: exporter_iso3, importer_iso3 and log_ratio (ln M*/X;
    NaN where a side has no value or the flow is not to be learnt from). A flow's own pair is left
    out of its reporters' spreads. `poolwide` is the spread where nothing can be learnt.
    """
    names = np.unique(flows.select(_SIDES).to_numpy().ravel().astype(str))
    exporter, importer = (np.searchsorted(names, flows[s].to_numpy().astype(str)) for s in _SIDES)
    ratio = flows["log_ratio"].to_numpy()
    known = np.isfinite(ratio)
    if known.sum() < LEAST_FLOWS:
        even = np.full(len(flows), poolwide / np.sqrt(2))
        return Noise(even, even, np.zeros(len(flows), int), 0.0)
    pair = exporter * len(names) + importer
    sums, pool = _maximise(exporter[known], importer[known], ratio[known], len(names), poolwide)
    of_exporter, of_importer, learnt = _without_own_pair(
        sums, pool, (exporter, importer), pair, known, len(names)
    )
    kept = _kept(ratio, pair, np.hypot(of_exporter, of_importer), known)
    return Noise(of_exporter, of_importer, learnt, kept)


_SIDES = ("exporter_iso3", "importer_iso3")


def _maximise(
    exporter: np.ndarray, importer: np.ndarray, ratio: np.ndarray, reporters: int, poolwide: float
) -> tuple[tuple[np.ndarray, np.ndarray], float]:
    """Return each flow's expected squared errors (of exporter, of importer), and the pool's."""
    pool = max(float(np.median(np.abs(ratio))) / 0.6745, poolwide / 10) ** 2 / 2
    variance = np.full(reporters, pool)
    for _ in range(ROUNDS):
        of_both = _expected(variance[exporter], variance[importer], ratio)
        total = np.bincount(exporter, of_both[0], reporters)
        total += np.bincount(importer, of_both[1], reporters)
        flows = np.bincount(exporter, minlength=reporters) + np.bincount(
            importer, minlength=reporters
        )
        pool = float(np.exp(np.average(np.log(variance), weights=flows)))
        variance = (total + PRIOR_PAIRS * pool) / (flows + PRIOR_PAIRS)
    return _expected(variance[exporter], variance[importer], ratio), pool


def _expected(
    of_exporter: np.ndarray, of_importer: np.ndarray, ratio: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    both = of_exporter + of_importer
    weight = (DEGREES + 1) / (DEGREES + ratio**2 / both)
    apart = of_exporter * of_importer / both
    return (
        weight * (of_exporter / both * ratio) ** 2 + apart,
        weight * (of_importer / both * ratio) ** 2 + apart,
    )


def _without_own_pair(
    sums: tuple[np.ndarray, np.ndarray],
    pool: float,
    ends: tuple[np.ndarray, np.ndarray],
    pair: np.ndarray,
    known: np.ndarray,
    reporters: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both spreads of each flow without what its own pair taught, and the flows left."""
    total = sum(np.bincount(e[known], s, reporters) for e, s in zip(ends, sums, strict=True))
    flows = sum(np.bincount(e[known], minlength=reporters) for e in ends)
    size = reporters * reporters
    own_flows = np.bincount(pair[known], minlength=size)[pair]
    spread, left = [], []
    for reporter, part in zip(ends, sums, strict=True):
        own = np.bincount(pair[known], part, size)[pair]
        rest = np.maximum(np.asarray(total)[reporter] - own, 0.0)
        number = np.maximum(np.asarray(flows)[reporter] - own_flows, 0)
        variance = (rest + PRIOR_PAIRS * pool) / (number + PRIOR_PAIRS)
        spread.append(np.clip(np.sqrt(variance), LEAST, MOST))
        left.append(number)
    return spread[0], spread[1], np.minimum(*left)


def _kept(ratio: np.ndarray, pair: np.ndarray, spread: np.ndarray, known: np.ndarray) -> float:
    """Share of the variance that stays with a pair: mean product of its periods' errors."""
    score = np.clip(ratio[known] / spread[known], -2, 2)
    _, codes = np.unique(pair[known], return_inverse=True)
    periods = np.bincount(codes)
    squares = np.bincount(codes, score**2)
    products = np.bincount(codes, score) ** 2 - squares
    couples = (periods * (periods - 1)).sum()
    if couples == 0 or squares.sum() == 0:
        return 0.0
    return float(np.clip(products.sum() / couples / (squares.sum() / len(score)), 0.0, 0.9))
