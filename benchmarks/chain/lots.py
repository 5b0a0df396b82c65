"""Physical lots by month, and the borders that each of them crosses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.chain.chance import Floats, Ints, stream
from benchmarks.chain.routes import Route

MOST_LEGS = 3


@dataclass(frozen=True)
class Legs:
    """One row per lot and border. `month` counts from January of the warm-up year.

    `before` and `after` are the rows of the same lot's neighbouring legs, -1 where there is none;
    `origin` is the country in which the lot began; `kg` is fine gold.
    """

    route: Ints
    origin: Ints
    seller: Ints
    buyer: Ints
    month: Ints
    before: Ints
    after: Ints
    kg: Floats
    walked: Ints

    def __len__(self) -> int:
        return len(self.kg)


def monthly(route: Route, rng: np.random.Generator) -> Floats:
    """kg of every month; small routes send seldom, the year's sum is kept."""
    years = len(route.kg)
    mean = float(route.kg.mean())
    busy = (
        1.0
        if mean > 2000
        else float(rng.uniform(0.4, 1.0) if mean > 200 else rng.uniform(0.1, 0.5))
    )
    size = rng.gamma(3.0, 1.0, (years, 12)) * (rng.random((years, 12)) < busy)
    size[np.arange(years), rng.integers(0, 12, years)] += 0.5
    return np.asarray((size / size.sum(axis=1, keepdims=True) * route.kg[:, None]).ravel())


def legs(routes: list[Route], seed: int) -> Legs:
    """All crossings of all lots; a hub sends a lot on in the same month or one or two later."""
    rng = stream(seed, "lots")
    columns: dict[str, list[Ints]] = {
        k: [] for k in ("route", "origin", "seller", "buyer", "month")
    }
    before, after, kilos, walked = [], [], [], []
    rows = 0
    for number, route in enumerate(routes):
        kg = monthly(route, rng)
        lots = np.flatnonzero(kg > 0.001)
        month = lots.astype(np.int64)
        steps = len(route.path) - 1
        for step in range(steps):
            here = np.arange(rows, rows + len(lots), dtype=np.int64)
            columns["route"].append(np.full(len(lots), number))
            columns["origin"].append(np.full(len(lots), route.path[0]))
            columns["seller"].append(np.full(len(lots), route.path[step]))
            columns["buyer"].append(np.full(len(lots), route.path[step + 1]))
            columns["month"].append(month)
            before.append(here - len(lots) if step else np.full(len(lots), -1))
            after.append(here + len(lots) if step < steps - 1 else np.full(len(lots), -1))
            kilos.append(kg[lots])
            walked.append(np.full(len(lots), int(route.kind == "walked")))
            rows += len(lots)
            month = month + rng.choice([0, 1, 2], len(lots), p=[0.62, 0.3, 0.08])
    whole = {name: np.concatenate(parts).astype(np.int64) for name, parts in columns.items()}
    return Legs(
        **whole,
        before=np.concatenate(before).astype(np.int64),
        after=np.concatenate(after).astype(np.int64),
        kg=np.concatenate(kilos),
        walked=np.concatenate(walked).astype(np.int64),
    )
