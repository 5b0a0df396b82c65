"""What a life holds: which month brings which events and which trouble."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.life.troubles import NO_TROUBLE, Trouble, TroubleKind

EventKind = Literal[
    "revised_flow",
    "revised_year",
    "withdrawn",
    "restored",
    "late",
    "hs_edition",
    "weights_gone",
    "half_year",
    "whole_year",
    "newcomer",
]
_TROUBLES: tuple[TroubleKind, ...] = (
    "quota",
    "down",
    "nobody",
    "renamed_field",
    "refused",
    "busy",
    "quota_at_once",
    "cut_body",
    "new_field",
    "quota",
)
_SPECIAL: tuple[EventKind, ...] = (
    "withdrawn",
    "hs_edition",
    "weights_gone",
    "half_year",
    "late",
    "newcomer",
    "late",
    "withdrawn",
    "revised_year",
)
_LEAST_MONTHS_OF_A_WHOLE_LIFE = 16
RERUN_SHARE = 0.2
"""Share of good months in which the schedule runs twice."""
STATUS_REFUSED_SHARE = 0.15
"""Share of months in which nothing answers when `status` is asked."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month: what becomes of the records before the run, and how the service is then."""

    index: int
    events: tuple[EventKind, ...] = ()
    trouble: Trouble = NO_TROUBLE
    is_quiet: bool = False
    runs_twice: bool = False
    is_status_refused: bool = False


def plan(rng: np.random.Generator, months: int) -> list[Month]:
    """A life: the first month is plain, two or more are quiet, each trouble has its month."""
    if months < _LEAST_MONTHS_OF_A_WHOLE_LIFE:
        return _SHORT[:months]
    later = [int(month) for month in rng.permutation(np.arange(1, months))]
    quiet = set(later[:2])
    busy = later[2:]
    troubles = dict(zip(sorted(busy[: len(_TROUBLES)]), _shuffled(rng, _TROUBLES), strict=True))
    specials: dict[int, list[EventKind]] = {}
    for month, kind in zip(rng.choice(busy, len(_SPECIAL), replace=False), _SPECIAL, strict=True):
        specials.setdefault(int(month), []).append(kind)
    return [
        _month(rng, index, quiet, troubles.get(index), specials.get(index, []))
        for index in range(months)
    ]


def _shuffled(rng: np.random.Generator, kinds: Sequence[TroubleKind]) -> list[TroubleKind]:
    return [kinds[int(place)] for place in rng.permutation(len(kinds))]


def _month(
    rng: np.random.Generator,
    index: int,
    quiet: set[int],
    trouble: TroubleKind | None,
    special: list[EventKind],
) -> Month:
    """A month; one with a trouble has something new, so that the trouble is met."""
    if index == 0 or index in quiet:
        return Month(index, is_quiet=index > 0, runs_twice=index > 0)
    events = list(special)
    events += ["revised_flow"] * int(rng.integers(1 if trouble else 0, 4))
    events += ["revised_year"] * int(rng.random() < (0.5 if trouble else 0.2))
    return Month(
        index,
        tuple(events),
        Trouble(trouble or "none", calls=1 if trouble in ("busy", "cut_body") else 0),
        runs_twice=rng.random() < RERUN_SHARE,
        is_status_refused=rng.random() < STATUS_REFUSED_SHARE,
    )


_SHORT = [
    Month(0),
    Month(1, ("revised_flow", "withdrawn"), is_status_refused=True),
    Month(2, ("revised_year", "late"), Trouble("quota")),
    Month(3, is_quiet=True, runs_twice=True),
    *(Month(index, ("revised_flow", "late")) for index in range(4, 16)),
]
"""The first months of the shortest lives: what tells most comes first."""
