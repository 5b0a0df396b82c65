"""Lawful causes of a gap that no single pair of gaps proves: gold routed in ways that leave traces
only in sums, origins that importers credit, noise that hides a route.

Each cause has a strength between 0 and 1 for every pair and, for each kind of world, a chance at
full strength; causes act each by itself (noisy or). The chances are maximum-likelihood fits to
artificial worlds by different hands (`make fit`); which kind the real world is nobody knows, so the
kind that accuses least counts.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from mirror.method.agreement import same_gold
from mirror.method.edges import DRIFT, Edges, State, joined
from mirror.method.pairs import Array, by_group

GROUP_PRIOR = 0.3
"""Prior that the gaps of a group are the same gold, before their sums are compared."""
REFUTED = -2.0
"""ln Bayes factor around which agreement over the years refutes a route."""
MOST = 0.98

CAUSES = (
    "row_agrees", "column_agrees", "chain_agrees", "row_open", "row_holds", "column_holds",
    "row_blind", "column_blind", "passing_on", "unnamed_origin", "hub", "row_short",
)  # fmt: skip


@dataclass(frozen=True)
class Kinds:
    """Chance of each cause at full strength, by kind of world: causes by kinds."""

    names: tuple[str, ...]
    chances: Array

    @classmethod
    def of(cls, table: pl.DataFrame, direction: str) -> "Kinds":
        """Read one direction of `lawful_causes`: direction, cause, kind_of_world, chance."""
        rows = table.filter(pl.col("direction") == direction)
        names = sorted(rows["kind_of_world"].unique())
        known = {(c, k): p for c, k, p in rows.select("cause", "kind_of_world", "chance").rows()}
        return cls(tuple(names), np.array([[known[c, k] for k in names] for c in CAUSES]))

    def lawful(self, strengths: Array) -> Array:
        """Chance that a lawful cause is behind the gap: the largest over the kinds of world."""
        apart = np.ones((len(strengths), len(self.names)))
        for cause in range(len(CAUSES)):
            apart *= 1 - strengths[:, cause, None] * self.chances[cause]
        return np.clip(1 - apart.min(axis=1), 0.0, MOST)

    def strongest(self, strengths: Array) -> list[str | None]:
        """Name the likeliest cause of each pair by its largest chance in any kind of world."""
        chances = strengths * self.chances.max(axis=1)
        best = chances.argmax(axis=1)
        return [
            CAUSES[cause] if chances[row, cause] > 0.01 else None for row, cause in enumerate(best)
        ]


@dataclass(frozen=True)
class Standing:
    """What is known of a pair besides its gaps: `through`, `unnamed`, `room`, `row_kg` as in
    Bounds, `is_hub`: the side that would hide is a hub, `hidden_kg`: what it hides if it does.
    """

    through: Array
    unnamed: Array
    room: Array
    row_kg: Array
    is_hub: Array
    hidden_kg: Array


def strengths_of(state: State, edges: Edges, standing: Standing) -> Array:
    """Strength of each cause for each pair's positive gaps, pairs by causes.

    `edges` are those left after the best ones were taken out, seen so that `gap` is the positive
    one. What an exporter never declared to anybody it cannot have sold through others: noise hides
    a route, and an importer credits an origin, only as far as there is `room`.
    """
    ends = state.tables.exporter, state.tables.importer
    holds = (_held(state, ends[0]), _held(state, ends[1]))
    chains = [_group(state, ends[0], ends[1]), _group(state, ends[1], ends[0])]
    columns = {
        "row_agrees": _group(state, ends[0], ends[0]),
        "column_agrees": _group(state, ends[1], ends[1]),
        "chain_agrees": 1 - (1 - chains[0]) * (1 - chains[1]),
        "row_open": _open(state, edges),
        "row_holds": holds[0],
        "column_holds": holds[1],
        "row_blind": standing.room * _blind(state, ends[0]),
        "column_blind": standing.room * _blind(state, ends[1]),
        "passing_on": standing.through * np.maximum(*holds),
        "unnamed_origin": standing.unnamed * standing.room,
        "hub": standing.is_hub.astype(float),
        "row_short": 1 - np.clip(standing.row_kg / np.maximum(standing.hidden_kg, 1.0), 0, 1),
    }
    return np.stack([columns[cause] for cause in CAUSES], axis=1)


def _cover(state: State, edges: Edges) -> Array:
    size = np.maximum(state.left[edges.gap], 0)
    agreed = np.minimum(state.tables.imported, state.tables.exported)
    is_double = (edges.kind == 3)[:, None]
    holds = np.where(is_double, agreed[edges.other], np.maximum(-state.left[edges.other], 0))
    return np.minimum(size, holds).sum(1) / np.maximum(size.sum(1), 1.0)


def _open(state: State, edges: Edges) -> Array:
    """Largest share that one negative gap of the exporter holds and agreement does not refute."""
    same = edges.kind == 0
    factor = np.clip(edges.factor - REFUTED, -30, 30)
    best = np.zeros(state.tables.number)
    share = _cover(state, edges) / (1 + np.exp(-factor))
    np.maximum.at(best, edges.gap[same], share[same])
    return best


def _held(state: State, group: Array) -> Array:
    """Share of the positive gaps of a group that its negative ones could hold."""
    countries = len(state.tables.countries)
    out = 2 * np.hypot(state.error, 0.7 * state.lasting)
    is_positive = (state.left > out).any(1)
    wanted = np.where(is_positive[:, None], np.maximum(state.left, 0), 0.0)
    free = np.where(state.left < -out, -state.left, 0.0)
    asked, held = by_group(group, wanted, countries), by_group(group, free, countries)
    got = wanted * np.minimum(held / np.maximum(asked, 1e-9), 1.0)[group]
    return np.clip(got.sum(1) / np.maximum(wanted.sum(1), 1.0), 0.0, 1.0)


def _blind(state: State, group: Array) -> Array:
    """Share of the group's trade in flows whose errors are half of the gap or more: a routed gap of
    this size would not show in them.
    """
    gap = np.maximum(state.left, 0).sum(1)
    trade = state.tables.fuller.sum(1)
    error = np.sqrt((state.error**2).sum(1) + state.lasting.sum(1) ** 2)
    one, other = joined(group, group, len(state.tables.countries))
    apart = one != other
    pairs = state.tables.number
    hidden = np.bincount(one, trade[other] * (apart & (error[other] > 0.5 * gap[one])), pairs)
    return hidden / np.maximum(np.bincount(one, trade[other] * apart, pairs), 1.0)


def _group(state: State, of_gap: Array, of_other: Array) -> Array:
    """Chance that the positive gaps with `of_gap` in a group are the gold that its negative ones
    lack, by agreement of their sums over the years, times the share that these could hold.
    """
    countries = len(state.tables.countries)
    sums, errors, lasting = [], [], []
    for sign, group in ((1, of_gap), (-1, of_other)):
        distinct = state.significant(sign).sum(1) > 0
        amount = np.where(distinct[:, None], np.maximum(sign * state.left, 0), 0.0)
        there = amount > 0
        total = by_group(group, amount, countries)
        sums.append(total)
        errors.append(np.sqrt(by_group(group, np.where(there, state.error, 0) ** 2, countries)))
        spread = np.sqrt(by_group(group, np.where(there, state.lasting, 0) ** 2, countries))
        lasting.append(spread.sum(1) / np.maximum(total.sum(1), 1.0))
    factor, _ = same_gold(
        sums[0], sums[1], (errors[0], errors[1]), np.hypot(*lasting),
        np.ones(sums[0].shape, bool), DRIFT, may_hold_more=False,
    )  # fmt: skip
    odds = GROUP_PRIOR * np.exp(np.clip(factor, -30, 30))
    cover = np.minimum(*sums).sum(1) / np.maximum(sums[0].sum(1), 1.0)
    return (odds / (1 + odds) * cover)[of_gap]
