"""Causes that every pair shares: parameters and the method, which is code and reference data; and
which of a pair's own causes the inputs of the two editions allow.
"""

from dataclasses import dataclass

import polars as pl

from mirror.changes import corrections
from mirror.changes.edition import Compared

RECORDS = frozenset({"revised", "newly_reported", "withdrawn", "unallocated_revised", "window"})
"""Causes that need other records."""
PRICE = "gold_price.csv"


@dataclass(frozen=True)
class Shared:
    """What differs between two editions beside the records, each in words; empty where nothing.

    `data_causes`: causes in a pair's own figures that are differences in the records or the gold
    price. Where the method differs and the same files were read, other figures are its doing
    (`is_reading_new`). `corrections`: those that one edition has. `is_price_alone`: the gold
    price is all of the method that differs.
    """

    parameters: str
    method: str
    corrections: pl.DataFrame
    is_window_chosen: bool
    data_causes: frozenset[str]
    is_reading_new: bool = False
    is_price_alone: bool = False

    def causes(self) -> list[str]:
        """The names of the causes, the strongest first."""
        said = {
            "parameters": self.parameters, "method": self.method,
            "correction": corrections.words(self.corrections),
        }  # fmt: skip
        return [name for name, words in said.items() if words]


def shared_causes(compared: Compared) -> Shared:
    """Find what the two editions' parameters, sources and versions say of a difference."""
    parameters = compared.joined("parameters", ["name"], ["value"]).sort("name")
    changed = parameters.filter(
        pl.col("in_before") & pl.col("in_after") & pl.col("value_before").ne(pl.col("value_after"))
    )
    words = [f"{name} from {was} to {now}" for name, was, now in changed.select(
        "name", "value_before", "value_after").iter_rows()]  # fmt: skip
    files = _reference(compared)
    method = _method(compared, parameters, files)
    is_reading_new = bool(method) and _same_records(compared)
    prices = [name for name in files if name.endswith(PRICE)]
    return Shared(
        parameters=", ".join(words),
        method=method,
        corrections=corrections.changed(compared),
        is_window_chosen="window_years" in changed["name"],
        data_causes=_data_causes(is_reading_new=is_reading_new, is_price_new=bool(prices)),
        is_reading_new=is_reading_new,
        is_price_alone=files == prices and not _code(compared, parameters),
    )


def _method(compared: Compared, parameters: pl.DataFrame, files: list[str]) -> str:
    before, after = compared.before, compared.after
    if before.method_id is not None and before.method_id == after.method_id:
        return ""
    said = [_code(compared, parameters)]
    # the parameters are told of by name
    others = [name for name in files if not name.endswith("parameters.csv")]
    if others:
        said.append(f"the reference data {', '.join(others)} changed")
    return " and ".join(words for words in said if words)


def _code(compared: Compared, parameters: pl.DataFrame) -> str:
    before, after = compared.before, compared.after
    if before.version != after.version:
        return f"mirror {before.version} made the one, mirror {after.version} the other"
    known = before.code_id is not None and after.code_id is not None
    if (known and before.code_id != after.code_id) or _names(parameters):
        return f"the code, the models or a library of mirror {after.version} changed"
    return ""


def _names(parameters: pl.DataFrame) -> list[str]:
    """Parameters that only one edition has: its code must differ."""
    return parameters.filter(pl.col("in_before") != pl.col("in_after"))["name"].to_list()


def _reference(compared: Compared) -> list[str]:
    """Reference files that differ."""
    key = ["source_file", "source_kind"]
    files = compared.joined("sources", key, ["sha256"]).filter(
        (pl.col("source_kind") == "reference")
        & pl.col("sha256_before").ne_missing(pl.col("sha256_after"))
    )
    return sorted(files["source_file"])


def _data_causes(*, is_reading_new: bool, is_price_new: bool) -> frozenset[str]:
    """Causes that the files read allow; all of them where the method is the same."""
    if not is_reading_new:
        return RECORDS | {"gold_price"}
    return frozenset({"gold_price"} if is_price_new else ())


def _same_records(compared: Compared) -> bool:
    """Whether both editions read the same files of records, whatever their names."""
    read = [
        _records(edition.tables.get("sources")) for edition in (compared.before, compared.after)
    ]
    return read[0] == read[1] != frozenset()


def _records(sources: pl.DataFrame | None) -> frozenset[str]:
    if sources is None or not {"source_kind", "sha256"} <= set(sources.columns):
        return frozenset()
    return frozenset(
        sources.filter(~pl.col("source_kind").is_in(["reference", "corrections"]))["sha256"]
    )
