"""Kinds of faults: each says which cases it has, and plays one of them in a trial."""

from collections.abc import Callable

from benchmarks.faults.trial import Trial

Case = tuple[str, Callable[[Trial], None]]
