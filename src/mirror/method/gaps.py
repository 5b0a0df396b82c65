"""The flows of all periods as arrays, in an order of their own."""

from dataclasses import dataclass

import numpy as np
import polars as pl

KEY = ("frequency", "period", "exporter_iso3", "importer_iso3")


@dataclass(frozen=True)
class Gaps:
    """Flows sorted by their key; `frame` has the columns of int_gaps, nulls as they are."""

    frame: pl.DataFrame

    @classmethod
    def of(cls, frame: pl.DataFrame) -> "Gaps":
        """Sort flows by frequency, period, exporter and importer."""
        return cls(frame.sort(KEY))

    def number(self, column: str, null: float = 0.0) -> np.ndarray:
        """A column as float64, with a value for null."""
        return self.frame[column].cast(pl.Float64).fill_null(null).to_numpy()

    def flag(self, column: str) -> np.ndarray:
        """A boolean column; null is false."""
        return self.frame[column].fill_null(False).to_numpy()

    def codes(self, *columns: str) -> np.ndarray:
        """Number the distinct values of columns, in their order."""
        return np.unique(np.array(self.names(*columns), str), return_inverse=True)[1]

    def names(self, *columns: str) -> list[str]:
        """The text of columns, joined, flow by flow."""
        return self.frame.select(pl.concat_str(columns, separator="|")).to_series().to_list()

    @property
    def is_left_for_transit(self) -> np.ndarray:
        """Flows that are compared: assessed, not set aside, without an error of value."""
        return self.flag("is_assessed") & ~self.flag("is_set_aside") & ~self.flag("has_value_error")

    def __len__(self) -> int:
        return self.frame.height
