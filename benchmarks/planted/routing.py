"""Gold that goes through a hub, and who books it how: the cases of SPEC 4.7."""

from dataclasses import dataclass

import numpy as np

from benchmarks.planted.cast import Cast
from benchmarks.planted.draws import Bools, Floats, generator, spells
from benchmarks.planted.settings import YEARS, Settings

CASES = (1, 2, 4, 5, 7, 8, 9)
LEAST_KG = 50.0  # a year; smaller routes are not worth a detour
HUB_ORIGINS = 0.5  # routes that begin at a hub are routed half as often


@dataclass(frozen=True)
class Route:
    """Gold of the pair (i, j) by way of h, and of g in case 9; `share` of the pair's by year."""

    i: int
    h: int
    g: int | None
    j: int
    case: int
    share: Floats


@dataclass(frozen=True)
class Entries:
    """Cells (side, exporter, importer) in which the gold of a route is booked, in and out.

    `declared` is the exporter's own; gold that it hides shows in `shows`, the cell in which
    somebody credits it to the exporter, or nowhere (None), and then in `behind`.
    """

    declared: tuple[int, int]
    exports: tuple[tuple[int, int], ...]
    imports: tuple[tuple[int, int], ...]
    shows: tuple[int, int] | None
    behind: tuple[int, int] | None = None


def entries(route: Route) -> Entries:
    """Who books what, line by line of the table of SPEC 4.7; exports are those of hubs."""
    i, h, j = route.i, route.h, route.j
    match route.case:
        case 1:
            return Entries((i, h), (), ((i, j),), shows=(i, j))
        case 2:
            return Entries((i, h), (), ((h, j),), shows=None, behind=(h, j))
        case 4:
            return Entries((i, j), (), ((h, j),), shows=None, behind=(h, j))
        case 5:
            return Entries((i, h), ((h, j),), ((i, h), (i, j)), shows=(i, h))
        case 7:
            return Entries((i, j), ((h, j),), ((i, j), (i, h)), shows=(i, j))
        case 8:
            return Entries((i, j), ((h, j),), ((i, h), (h, j)), shows=(i, h))
        case _:
            g = h if route.g is None else route.g
            return Entries((i, h), ((h, g), (g, j)), ((i, h), (h, g), (i, j)), shows=(i, h))


def routes(settings: Settings, cast: Cast, moved_kg: Floats) -> list[Route]:
    """Routes that are routed; every case has its own stretch of the same uniform draw."""
    rng = generator(settings.seed, "routing")
    n, years = cast.n, len(YEARS)
    lot = rng.random((n, n))
    lot[cast.has("hub")] /= HUB_ORIGINS
    part = np.where(rng.random((n, n)) < 0.4, 1.0, rng.uniform(0.3, 0.95, (n, n)))
    drift = np.exp(rng.normal(0, 0.15, (n, n, years)))
    share = np.clip(part[..., None] * drift, 0, 1) * spells(rng, n, years, 0.25, 0.15)
    hub_lot = rng.random((n, n, 2))
    found: list[Route] = []
    trades = moved_kg.sum(axis=-1) > 0
    for i, j in np.argwhere(moved_kg.mean(axis=-1) > LEAST_KG):
        case = _case(settings, float(lot[i, j]))
        if case is not None:
            h, g = _hubs(cast, trades, int(i), int(j), hub_lot[i, j])
            second = g if case == 9 else None
            found.append(Route(int(i), h, second, int(j), case, share[i, j]))
    return found


def legs(moved_kg: Floats, found: list[Route]) -> Floats:
    """Kg that a pair's books may speak of: what moves between them, and legs of routed gold.

    Sets the scale of errors; hiding has no part in it.
    """
    out = moved_kg.copy()
    for route in found:
        where = entries(route)
        for cell in {where.declared, *where.exports, *where.imports} - {(route.i, route.j)}:
            out[cell] += moved_kg[route.i, route.j] * route.share
    return out


def _case(settings: Settings, lot: float) -> int | None:
    """Case of a route by its draw; the stretches do not move when a trap is switched off."""
    width = 0.143
    for k, case in enumerate(CASES):
        if k * width <= lot < k * width + min(width, settings.get(f"case_{case}")):
            return case
    return None


def _hubs(cast: Cast, trades: Bools, i: int, j: int, lot: Floats) -> tuple[int, int]:
    """Two hubs between i and j by pull; one that trades with both ends is likelier, not certain."""
    weight = cast.pull * cast.has("hub")
    weight = weight * (0.4 + 0.6 * (trades[i] & trades[:, j]))
    weight[[i, j]] = 0
    first = int(np.searchsorted(np.cumsum(weight / weight.sum()), lot[0] * 0.999999))
    weight[first] = 0
    second = int(np.searchsorted(np.cumsum(weight / weight.sum()), lot[1] * 0.999999))
    return first, second
