"""The gold that moves: kg of fine gold of every route and year, before anybody books it."""

import numpy as np

from benchmarks.planted.cast import Cast
from benchmarks.planted.draws import Bools, Floats, generator, spells, walk
from benchmarks.planted.settings import YEARS, Settings


def flows(settings: Settings, cast: Cast) -> Floats:
    """Fine gold by exporter, importer and year in kg; about a thousand routes."""
    moved = _from_mines(settings, cast) + _from_conduits(settings, cast)
    moved += _from_hubs(settings, cast, moved)
    moved += _odd_lots(settings, cast)
    for k in range(cast.n):
        moved[k, k] = 0
    moved[moved < 0.02] = 0  # nobody ships less than twenty grams of gold
    return moved


def _choose(rng: np.random.Generator, cast: Cast, i: int, number: int, may: Bools) -> Floats:
    """Shares of `number` destinations of country i, drawn by pull and distance; shape (n,)."""
    liking = cast.pull * np.exp(-cast.distance_km[i] / 9000) * may
    liking[i] = 0
    number = min(number, int((liking > 0).sum()))
    chosen = rng.choice(cast.n, number, replace=False, p=liking / liking.sum())
    shares = np.zeros(cast.n)
    shares[chosen] = rng.gamma(0.7, 1, number) * np.sqrt(cast.pull[chosen]) + 1e-4
    out: Floats = shares / shares.sum()
    return out


def _shares(rng: np.random.Generator, cast: Cast, who: Bools, least: int, more: float) -> Floats:
    """Shares of destinations by year, shape (n, n, years): they drift, begin late and end early."""
    base = np.zeros((cast.n, cast.n))
    for i in np.flatnonzero(who):
        base[i] = _choose(rng, cast, int(i), least + int(rng.poisson(more)), np.full(cast.n, True))
    years = len(YEARS)
    drift = np.exp(walk(rng, (cast.n, cast.n, years), 0.4, 0.6))
    last = spells(rng, cast.n, years, 0.12, 0.10)
    shares = base[..., None] * drift * last
    out: Floats = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)
    return out


def _from_mines(settings: Settings, cast: Cast) -> Floats:
    """Mines ship what they produce; some of it stays at home."""
    rng = generator(settings.seed, "mines")
    shares = _shares(rng, cast, cast.has("producer"), 3, 4.5)
    sold = cast.production_kg * rng.uniform(0.75, 1.0, (cast.n, 1))
    return shares * sold[:, None, :]


def _from_conduits(settings: Settings, cast: Cast) -> Floats:
    """Conduits ship 1 to 40 t a year that they do not mine; a tenth came in by the books."""
    rng = generator(settings.seed, "conduits")
    who = cast.has("conduit")
    shares = _shares(rng, cast, who, 2, 2.0)
    total = np.exp(rng.normal(np.log(6000), 0.8, (cast.n, 1)))
    total = total * np.exp(walk(rng, (cast.n, len(YEARS)), 0.4, 0.6))
    out = shares * total[:, None, :]
    mines = cast.has("producer") & (cast.production_kg.mean(axis=1) > 0)
    for h in np.flatnonzero(who):
        near = np.argsort(cast.distance_km[h] + 1e6 * ~mines)[:2]
        out[near, h] += 0.05 * total[h] * rng.uniform(0.3, 1.7, (2, 1))
    return out


def _from_hubs(settings: Settings, cast: Cast, moved: Floats) -> Floats:
    """Hubs sell most of what they got, and bars from their vaults, to consumers and other hubs."""
    rng = generator(settings.seed, "hubs")
    who = cast.has("hub")
    shares = _shares(rng, cast, who, 14, 7.0)
    vault = rng.uniform(20e3, 200e3, (cast.n, 1)) * cast.pull[:, None]
    mined = cast.production_kg * 0.8  # South Africa and the United States mine as well
    sold = (moved.sum(axis=0) * rng.uniform(0.5, 0.95, (cast.n, 1)) + vault + mined) * who[:, None]
    out: Floats = shares * sold[:, None, :]
    return out


def _odd_lots(settings: Settings, cast: Cast) -> Floats:
    """Scrap, jewellers' metal, returns: consumers' exports, and small lots between anybody."""
    rng = generator(settings.seed, "odd lots")
    years = len(YEARS)
    shares = _shares(rng, cast, cast.has("consumer"), 6, 5.0)
    total = np.exp(rng.normal(np.log(4000), 1.2, (cast.n, 1))) * (0.3 + 3 * cast.pull[:, None])
    large = shares * total[:, None, :] * np.exp(walk(rng, (cast.n, cast.n, years), 0.5, 0.3))
    here = rng.random((cast.n, cast.n)) < 0.05
    small = np.exp(rng.normal(np.log(4), 1.8, (cast.n, cast.n)))[..., None]
    small = small * np.exp(walk(rng, (cast.n, cast.n, years), 0.8, 0.3))
    seen = rng.random((cast.n, cast.n, years)) < 0.6
    out: Floats = large + here[..., None] * small * seen
    return out
