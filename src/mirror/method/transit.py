"""Gold that both ends book under different partners because it passed through a third country.

A gap in which the importer sees more is matched with one in which the exporter does, where both
share an end and the two other ends trade gold with each other. One linear program a period holds
all of them, so that the same money never explains two gaps; its optimum is the upper bound.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, hstack

STEPS = 4
"""Parts of each gap, each worth a little less than the one before: equals are treated alike."""
STEP_LOSS = 1e-3


@dataclass(frozen=True)
class Flows:
    """The flows of one period, one element each; countries are numbers from 0.

    `excess` USD, positive where the importer sees more, what earlier parts left; `trade` USD, the
    larger of the two reports.
    """

    exporter: np.ndarray
    importer: np.ndarray
    excess: np.ndarray
    trade: np.ndarray


@dataclass(frozen=True)
class Transfer:
    """Moves of one period: `amount` USD from flow `seen_by_exporter` to flow `seen_by_importer`,
    with the third flow `via` whose trade bounds it.
    """

    seen_by_importer: np.ndarray
    seen_by_exporter: np.ndarray
    via: np.ndarray
    amount: np.ndarray


def candidates(flows: Flows, least_usd: float) -> Transfer:
    """List every move that the books allow, each with the most it could be by itself.

    Gold of i for j through h: i books h and j credits i (the two gaps share i, and h trades with
    j), or i books j and j credits h (they share j, and i trades with h).
    """
    countries = int(max(flows.exporter.max(initial=-1), flows.importer.max(initial=-1))) + 1
    flow_at = np.full(countries * countries, -1)
    flow_at[flows.exporter * countries + flows.importer] = np.arange(len(flows.excess))
    seen = np.flatnonzero(flows.excess > least_usd)
    unseen = np.flatnonzero(flows.excess < -least_usd)
    found = []
    for shared, others in ((flows.exporter, flows.importer), (flows.importer, flows.exporter)):
        positive, negative = _joined(shared[seen], shared[unseen], countries)
        positive, negative = seen[positive], unseen[negative]
        via = flow_at[others[negative] * countries + others[positive]]
        found.append((positive, negative, via))
    parts = [np.concatenate(part) for part in zip(*found, strict=True)]
    room = np.where(parts[2] >= 0, flows.trade[parts[2]], 0.0)
    most = np.minimum(np.minimum(flows.excess[parts[0]], -flows.excess[parts[1]]), room)
    kept = most > least_usd
    return Transfer(parts[0][kept], parts[1][kept], parts[2][kept], most[kept])


def _joined(left: np.ndarray, right: np.ndarray, keys: int) -> tuple[np.ndarray, np.ndarray]:
    """All couples of places in `left` and `right` with the same key."""
    order = np.argsort(right, kind="stable")
    starts = np.searchsorted(right[order], np.arange(keys + 1))
    counts = starts[left + 1] - starts[left]
    of_left = np.repeat(np.arange(len(left)), counts)
    offset = np.arange(len(of_left)) - np.repeat(np.cumsum(counts) - counts, counts)
    return of_left, order[starts[left[of_left]] + offset]


def solve(flows: Flows, able: Transfer) -> Transfer:
    """Choose the moves that explain the most, none twice. HiGHS, dual simplex.

    Rows and columns are ordered by amounts first, so that which of two countries is called exporter
    does not decide between answers of equal worth.
    """
    rank = _rank(flows)
    ends = rank[able.seen_by_importer], rank[able.seen_by_exporter]
    order = np.lexsort((rank[able.via], np.minimum(*ends), np.maximum(*ends)))
    positive, negative, via, most = (part[order] for part in _parts(able))
    moves = len(most)
    if not moves:
        return able
    gaps, of_gap = _ranked(np.concatenate([positive, negative]), rank)
    vias, of_via = _ranked(via, rank)
    scale = float(most.max())
    steps = np.repeat(np.abs(flows.excess[gaps]) / STEPS, STEPS) / scale
    worth = np.tile(1 - STEP_LOSS * np.arange(STEPS), len(gaps))
    pieces = _incidence(np.repeat(np.arange(len(gaps)), STEPS), len(gaps))
    used = _incidence(of_gap[:moves], len(gaps)) + _incidence(of_gap[moves:], len(gaps))
    answer = linprog(
        c=np.concatenate([np.zeros(moves), -worth]),
        A_ub=hstack([_incidence(of_via, len(vias)), csr_array((len(vias), len(steps)))]).tocsr(),
        b_ub=flows.trade[vias] / scale,
        A_eq=hstack([used, -pieces]).tocsr(),
        b_eq=np.zeros(len(gaps)),
        bounds=np.column_stack(
            [np.zeros(moves + len(steps)), np.concatenate([most / scale, steps])]
        ),
        method="highs",
    )
    if not answer.success:
        raise ArithmeticError(f"the linear program of transit has no answer: {answer.message}")
    return Transfer(positive, negative, via, np.clip(answer.x[:moves] * scale, 0.0, most))


def _parts(able: Transfer) -> tuple[np.ndarray, ...]:
    return able.seen_by_importer, able.seen_by_exporter, able.via, able.amount


def _rank(flows: Flows) -> np.ndarray:
    """A place for each flow that swapping all exporters with all importers does not change."""
    ends = np.minimum(flows.exporter, flows.importer), np.maximum(flows.exporter, flows.importer)
    turned = (flows.exporter < flows.importer) ^ (flows.excess > 0)
    rank = np.empty(len(turned), int)
    rank[np.lexsort((turned, *ends, flows.trade, np.abs(flows.excess)))] = np.arange(len(rank))
    return rank


def _ranked(places: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places that occur, in the order of their size, and where in it each stands."""
    occurring = np.unique(places)
    occurring = occurring[np.argsort(size[occurring], kind="stable")]
    rank = np.zeros(len(size), int)
    rank[occurring] = np.arange(len(occurring))
    return occurring, rank[places]


def _incidence(rows: np.ndarray, height: int) -> csr_array:
    ones = np.ones(len(rows))
    return coo_array((ones, (rows, np.arange(len(rows)))), shape=(height, len(rows))).tocsr()


def net(moves: Transfer, flows: int) -> np.ndarray:
    """What moves explain of each flow, USD, signed like its gap."""
    taken = np.bincount(moves.seen_by_importer, moves.amount, flows)
    return taken - np.bincount(moves.seen_by_exporter, moves.amount, flows)


def most(flows: Flows, able: Transfer) -> np.ndarray:
    """What transit could explain of each flow if no other flow needed it, signed like its gap."""
    size = np.abs(flows.excess)
    alone = net(able, len(size))
    return np.clip(alone, -size, size)


def shown(
    flows: Flows, exporter: np.ndarray, hub: np.ndarray, importer: np.ndarray, value: np.ndarray
) -> Transfer:
    """Moves that importers' second partners show: gold of `exporter` that came through `hub`.

    Taken first from what the exporter booked to the hub, then from what the hub booked to the
    importer; no more than the gaps hold.
    """
    place = {pair: n for n, pair in enumerate(zip(flows.exporter, flows.importer, strict=True))}
    left = flows.excess.copy()
    moves = []
    for i, h, j, usd in zip(exporter, hub, importer, value, strict=True):
        seen = place.get((i, j), -1)
        for unseen in (place.get((i, h), -1), place.get((h, j), -1)):
            moved = min(usd, left[seen], -left[unseen]) if seen >= 0 and unseen >= 0 else 0.0
            if moved > 0:
                moves.append((seen, unseen, unseen, moved))
                left[seen] -= moved
                left[unseen] += moved
                usd -= moved
    taken = np.array(moves, float).reshape(-1, 4)
    seen_by, unseen_by, via = taken[:, :3].astype(int).T
    return Transfer(seen_by, unseen_by, via, taken[:, 3])
