"""One or two cheap cases of each kind for the tests: of publishing, which takes under a second.

The numbers are odd, so that the next run is the step again and not a whole run.
"""

from collections.abc import Mapping
from functools import partial

from benchmarks.faults.hooks import FULL
from benchmarks.faults.kinds import Case, clock, damage, disk, kills, operator, readonly, together

SMALL: Mapping[str, tuple[tuple[int, Case], ...]] = {
    "kills": (
        (1, ("publish before operation 40", partial(kills.at_operation, "publish", 40))),
        (3, ("fetch before operation 12", partial(kills.fetch_only, 12))),
    ),
    "disk": ((1, ("publish refused at operation 30", partial(disk.refuse, "publish", 30, FULL))),),
    "readonly": ((1, ("readers of another user", readonly.readers_only)),),
    "together": ((1, ("two publishes", partial(together.group, "two publishes", False))),),
    "clock": (
        (1, ("--edition '٢٠٢٦-11'", partial(clock.month_that_is_none, "٢٠٢٦-11"))),
        (3, ("--edition '2036-02'", partial(clock.month_that_is_none, "2036-02"))),
    ),
    "damage": (
        (1, ("latest sources.csv flipped", partial(damage.in_standing, "sources.csv", "flipped"))),
        (3, ("a copy named 2026-10-backup", partial(operator.copied, "2026-10-backup"))),
    ),
}  # fmt: skip
