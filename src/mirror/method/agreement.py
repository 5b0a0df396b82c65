"""Whether two yearly series of amounts are the same gold: agreement over the years.

Two reports of one stream of gold move together: ln of their ratio stays near a constant. Streams of
their own drift apart. Both hypotheses are normal with a normal constant, so that the evidence has a
closed form; one stray year is allowed for by leaving each out in turn.
"""

import numpy as np

from mirror.method.pairs import Array

OWN_ERROR = 0.05
"""Error of a routed amount of its own, ln, yearly and lasting."""
STRAY_SHARE, STRAY_SPREAD = 0.07, 1.5
NEAR_SHARE = 0.75
"""Prior that all of the gold takes the route; the rest: part of it only."""
NEAR_SHARE_OF_PART = 0.4
UNRELATED_LEVEL = 1.3


def same_gold(
    one: Array, other: Array, errors: tuple[Array, Array], lasting: Array, usable: Array,
    drift: float, may_hold_more: bool,
) -> tuple[Array, Array]:  # fmt: skip
    """ln Bayes factor of each edge (same gold against two streams), and the years that tell.

    `one`, `other`: USD, edges by years; `errors` their yearly standard errors, USD; `lasting` the
    error of the ratio that lasts (ln); `drift` how far unrelated streams move apart in a year (ln);
    `may_hold_more`: the other stream may hold other gold beside it.
    """
    big = usable & ((one > 2 * errors[0]) | (other > 2 * errors[1]))
    both = big & (one > 0.3 * errors[0]) & (other > 0.3 * errors[1]) & (one > 0) & (other > 0)
    first, second = np.where(both, one, 1.0), np.where(both, other, 1.0)
    apart = np.log(first / second)
    noise = (np.where(both, errors[0], 0) / first) ** 2 + (
        np.where(both, errors[1], 0) / second
    ) ** 2
    variance = np.clip(2 * OWN_ERROR**2 + noise, 0.02**2, 1.5**2)
    level = np.clip(np.hypot(OWN_ERROR, lasting), OWN_ERROR, 0.8)
    near = NEAR_SHARE_OF_PART if may_hold_more else NEAR_SHARE
    part = (-0.7, 0.6) if may_hold_more else (0.0, 1.0)
    same = np.logaddexp(
        np.log(near) + evidence(apart, variance, both, 0.0, level),
        np.log(1 - near) + evidence(apart, variance, both, part[0], np.full(len(level), part[1])),
    )
    unrelated = evidence(
        apart, variance + drift**2, both, 0.0, np.full(len(level), UNRELATED_LEVEL)
    )
    lone = _of_lone_years(one, other, errors, big & ~both, may_hold_more)
    years = both.sum(1)
    return np.where(years > 0, same - unrelated + lone, -9.0), years


def evidence(values: Array, variance: Array, used: Array, mean: float, spread: Array) -> Array:
    """ln density of values (rows by years) around a constant that is normal (mean, spread).

    With at most one stray year in each row; a year that is not `used` says nothing.
    """
    weight = np.where(used, 1 / variance, 0.0)
    centred = np.where(used, values - mean, 0.0)
    terms = np.where(used, -0.5 * np.log(2 * np.pi * variance), 0.0)
    own = (weight, weight * centred, weight * centred**2, terms)
    sums = [part.sum(1) for part in own]
    years = used.sum(1)
    kept = np.log(1 - STRAY_SHARE)
    whole = years * kept + _closed(sums, spread)
    rest = [total[:, None] - part for total, part in zip(sums, own, strict=True)]
    stray = -0.5 * (centred / STRAY_SPREAD) ** 2 - np.log(STRAY_SPREAD * np.sqrt(2 * np.pi))
    others = (years - 1)[:, None] * kept + _closed(rest, spread[:, None])
    without = np.where(used, np.log(STRAY_SHARE) + stray + others, -np.inf)
    return np.logaddexp(whole, np.logaddexp.reduce(without, axis=1))


def _closed(sums: list[Array], spread: Array) -> Array:
    """Marginal likelihood of a normal mean under a normal prior (Gelman et al. 2013, 2.5).

    `sums` of the weights, of weight times value, of weight times square, of the densities' terms.
    """
    weights, firsts, seconds, terms = sums
    inflated = 1 + spread**2 * weights
    return terms - 0.5 * (np.log(inflated) + seconds - spread**2 * firsts**2 / inflated)


def _of_lone_years(
    one: Array, other: Array, errors: tuple[Array, Array], lone: Array, may_hold_more: bool
) -> Array:
    """Years in which one of the two is large and the other is not there: they speak against it."""
    scale = np.sqrt(
        errors[0] ** 2 + errors[1] ** 2 + (0.1 * np.maximum(np.abs(one), np.abs(other))) ** 2 + 1
    )
    distance = (np.maximum(one, 0) - np.maximum(other, 0)) / scale
    if may_hold_more:
        distance = np.maximum(distance, 0)
    odds = np.log(np.maximum(np.exp(-0.5 * distance**2), 0.02) / 0.3)
    return np.where(lone, odds, 0.0).sum(1) * (0.5 if may_hold_more else 1.0)
