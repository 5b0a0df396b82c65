"""Many worlds on two processes, each with one thread."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

WORKERS = 2
THREADS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")

Given = TypeVar("Given")
Made = TypeVar("Made")


def in_parallel(make: Callable[[Given], Made], items: Sequence[Given]) -> Iterator[Made]:
    """Apply a function of a module to every item; results in the order of the items."""
    for name in THREADS:
        os.environ.setdefault(name, "1")
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as workers:
        yield from workers.map(make, items)
