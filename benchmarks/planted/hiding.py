"""Who hides what: shares of routes that exporters, and a few importers, leave out."""

from dataclasses import dataclass

import numpy as np

from benchmarks.planted.cast import Cast
from benchmarks.planted.draws import Bools, Floats, generator
from benchmarks.planted.settings import (
    HIDING_BY_IMPORTERS,
    HIDING_LATER,
    HIDING_ROUTES,
    HIDING_SHARE,
    YEARS,
    Settings,
)


@dataclass(frozen=True)
class Hiding:
    """Share of the gold of a route and year that is left out, shape (n, n, years)."""

    by_exporter: Floats
    by_importer: Floats


def hiding(settings: Settings, cast: Cast, moved_kg: Floats) -> Hiding:
    """A fifth of the routes of producers and conduits; importers a tenth of that volume.

    Drawn from streams of their own, so a world without hiding is the same in all else.
    """
    rng = generator(settings.seed, "hiding")
    roles = ("producer", "conduit", "hub") if settings.on("hubs_hide") else ("producer", "conduit")
    routes = moved_kg[..., 1:].sum(axis=-1) > 0
    who = (rng.random((cast.n, cast.n)) < HIDING_ROUTES) & cast.has(*roles)[:, None] & routes
    exporters = _by_year(rng, cast.n) * who[..., None]
    target = HIDING_BY_IMPORTERS * float((exporters * moved_kg)[..., 1:].sum())
    importers = _importers(settings, cast, moved_kg, routes & ~who, target)
    return Hiding(exporters * settings.hiding, importers * settings.hiding)


def _by_year(rng: np.random.Generator, n: int) -> Floats:
    """Share hidden by year: wavers by a few percent, and begins later in three of ten."""
    base = rng.uniform(*HIDING_SHARE, (n, n, 1))
    later = np.where(rng.random((n, n)) < HIDING_LATER, rng.integers(3, 9, (n, n)), 0)
    share = np.clip(base * np.exp(rng.normal(0, 0.05, (n, n, len(YEARS)))), 0, 0.97)
    out: Floats = share * (np.arange(len(YEARS)) >= later[..., None])
    return out


def _importers(
    settings: Settings, cast: Cast, moved_kg: Floats, may: Bools, target_kg: float
) -> Floats:
    """Routes in random order until they hold the volume wanted; the one that overshoots is passed.

    Hubs do not hide imports unless `hubs_hide`.
    """
    rng = generator(settings.seed, "importers")
    shares = _by_year(rng, cast.n)
    kg = (shares * moved_kg)[..., 1:].sum(axis=-1)
    if not settings.on("hubs_hide"):
        may = may & ~cast.has("hub")[None, :]
    chosen = np.zeros((cast.n, cast.n), dtype=bool)
    left = target_kg
    for place in rng.permutation(cast.n * cast.n):
        i, j = divmod(int(place), cast.n)
        if may[i, j] and kg[i, j] <= left and chosen.sum() < 60:
            chosen[i, j] = True
            left -= kg[i, j]
    return shares * chosen[..., None]
