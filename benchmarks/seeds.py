"""Which seeds chose the method and which judge it, and how often the latter were run."""

from benchmarks.worlds import KIND_OF

_CHOOSING = {"routes": range(21, 27), "chain": range(21, 25), "ledgers": range(30, 40)}
_JUDGING = {"routes": range(1001, 1013), "chain": range(1001, 1007), "ledgers": range(1000, 1020)}

SEEDS = {
    "choosing": {mix: _CHOOSING[kind] for mix, kind in KIND_OF.items()},
    "judging": {mix: _JUDGING[kind] for mix, kind in KIND_OF.items()},
}
"""By mix. Everything that was fitted, tried or looked at used choosing seeds; judging seeds are run
when the method stands, by the maintainer, and nothing is changed after that.
"""
RUNS_ON_JUDGING_SEEDS = 1
"""Typed by the maintainer: how often this version of the method was run on the judging seeds."""
