"""Events, done to the world: each is a release or a withdrawal between two runs."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import numpy as np

from benchmarks.life.countries import COUNTRIES, NEWCOMER, NOWHERE
from benchmarks.life.drawing import FIRST_NEW_YEAR, YEARS, named_by_partner, newcomer_rows
from benchmarks.life.plan import EventKind
from benchmarks.life.truth import Amount, Dataset, Key, World, edition_of

Rng = np.random.Generator
_DAYS_BETWEEN_RUNS = 14
_RECENT_YEARS = 5


def happen(world: World, rng: Rng, kind: EventKind, run_at: datetime) -> None:
    """Let one event come about some time before the run."""
    hours = int(rng.integers(2, 24 * _DAYS_BETWEEN_RUNS))
    _HAPPENINGS[kind](world, rng, run_at - timedelta(hours=hours))


def grow(world: World, rng: Rng, run_at: datetime) -> None:
    """Years that are new: from April of the year after, a sixth of those left each month."""
    for reporter, period in sorted(world.pending):
        is_open = period >= FIRST_NEW_YEAR and (run_at.year, run_at.month) >= (period + 1, 4)
        if is_open and rng.random() < 1 / 6:
            at = run_at - timedelta(hours=int(rng.integers(2, 24 * _DAYS_BETWEEN_RUNS)))
            world.release("newly_reported", (reporter, period), at)


def _recent(world: World, rng: Rng) -> Dataset:
    newest = max(YEARS)
    places = [
        place
        for place, dataset in sorted(world.published.items())
        if place[1] > newest - 1 - _RECENT_YEARS and dataset.amounts and place[0] in COUNTRIES
    ]
    return world.published[places[int(rng.integers(len(places)))]]


def _scaled(amount: Amount, factor: float) -> Amount:
    weight = amount.weight_kg
    scaled = None if weight is None else round(weight * factor, 3)
    return Amount(round(amount.value_usd * factor, 3), scaled)


def _revised_flow(world: World, rng: Rng, at: datetime) -> None:
    dataset = _recent(world, rng)
    flows = [key for key in sorted(dataset.amounts) if key[1] != NOWHERE]
    key = flows[int(rng.integers(len(flows)))]
    factor = float(rng.choice([0.3, 0.7, 1.4, 2.0]))
    amounts = dict(dataset.amounts) | {key: _scaled(dataset.amounts[key], factor)}
    world.release("revised_flow", dataset.place, at, amounts)


def _revised_year(world: World, rng: Rng, at: datetime) -> None:
    dataset = _recent(world, rng)
    amounts = {
        key: _scaled(amount, float(np.exp(rng.normal(0, 0.15))))
        for key, amount in dataset.amounts.items()
    }
    world.release("revised_year", dataset.place, at, amounts)


def _withdrawn(world: World, rng: Rng, at: datetime) -> None:
    world.withdraw(_recent(world, rng).place, at)


def _restored(world: World, rng: Rng, at: datetime) -> None:
    for place in sorted(world.withdrawn)[:1]:
        world.release("restored", place, at)


def _late(world: World, rng: Rng, at: datetime) -> None:
    late = [place for place in sorted(world.pending) if place[1] < FIRST_NEW_YEAR]
    for place in late[:2]:
        world.release("late", place, at)


def _hs_edition(world: World, rng: Rng, at: datetime) -> None:
    dataset = _recent(world, rng)
    other = "H5" if dataset.hs_edition == "H6" else "H6"
    world.release("hs_edition", dataset.place, at, hs_edition=other)


def _weights_gone(world: World, rng: Rng, at: datetime) -> None:
    dataset = _recent(world, rng)
    amounts = {key: Amount(one.value_usd, None) for key, one in dataset.amounts.items()}
    world.release("weights_gone", dataset.place, at, amounts)


def _half_year(world: World, rng: Rng, at: datetime) -> None:
    """Every reporter's rows of one year, half of them; the month after they are whole again."""
    period = int(rng.integers(2019, FIRST_NEW_YEAR))
    for place in [place for place in sorted(world.published) if place[1] == period]:
        whole = world.published[place].amounts
        kept = {key: whole[key] for key in sorted(whole) if rng.random() < 0.5}
        world.halved[place] = whole
        world.release("half_year", place, at, kept or dict(whole))


def _whole_year(world: World, rng: Rng, at: datetime) -> None:
    halved: Mapping[tuple[str, int], Mapping[Key, Amount]] = dict(world.halved)
    for place, whole in halved.items():
        if place in world.published:
            world.release("whole_year", place, at, whole)
    world.halved.clear()


def _newcomer(world: World, rng: Rng, at: datetime) -> None:
    period = FIRST_NEW_YEAR - 1
    place = NEWCOMER.iso3, period
    world.pending[place] = newcomer_rows(rng, period)
    world.release("newcomer", place, at, hs_edition=edition_of(period))
    partner = world.published.get(("ARE", period))
    if partner is not None:
        key, amount = named_by_partner(rng, period)
        world.release("newcomer", partner.place, at, dict(partner.amounts) | {key: amount})


_HAPPENINGS: dict[EventKind, Callable[[World, Rng, datetime], None]] = {
    "revised_flow": _revised_flow,
    "revised_year": _revised_year,
    "withdrawn": _withdrawn,
    "restored": _restored,
    "late": _late,
    "hs_edition": _hs_edition,
    "weights_gone": _weights_gone,
    "half_year": _half_year,
    "whole_year": _whole_year,
    "newcomer": _newcomer,
}
