"""Tables that Python makes between the models of sql/."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Computed:
    """Tables that a function makes of others, for what SQL cannot say well.

    `compute` takes the tables it reads by name and returns those it makes.
    """

    reads: tuple[str, ...]
    makes: tuple[str, ...]
    compute: Callable[[dict[str, pl.DataFrame]], Mapping[str, pl.DataFrame]]
