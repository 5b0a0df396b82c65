"""Causes that every pair shares: parameters, code, reference data."""

from dataclasses import dataclass

import polars as pl

from mirror.changes.edition import Compared


@dataclass(frozen=True)
class Shared:
    """What differs between two editions beside the records, each in words; empty where nothing."""

    parameters: str
    code: str
    reference: str
    is_window_chosen: bool

    def causes(self) -> list[str]:
        """The names of the causes, the strongest first."""
        said = {"parameters": self.parameters, "code": self.code, "reference": self.reference}
        return [name for name, words in said.items() if words]


def shared_causes(compared: Compared) -> Shared:
    """Find what the two editions' parameters, sources and versions say of a difference."""
    parameters = compared.joined("parameters", ["name"], ["value"]).sort("name")
    changed = parameters.filter(
        pl.col("in_before") & pl.col("in_after") & pl.col("value_before").ne(pl.col("value_after"))
    )
    words = [f"{name} from {was} to {now}" for name, was, now in changed.select(
        "name", "value_before", "value_after").iter_rows()]  # fmt: skip
    return Shared(
        parameters=", ".join(words),
        code=_code(compared, parameters),
        reference=_reference(compared),
        is_window_chosen="window_years" in changed["name"],
    )


def _code(compared: Compared, parameters: pl.DataFrame) -> str:
    before, after = compared.before, compared.after
    if before.version != after.version:
        return f"mirror {before.version} made the one, mirror {after.version} the other"
    known = before.code_id is not None and after.code_id is not None
    if (known and before.code_id != after.code_id) or _names(parameters):
        return f"the models or the method of mirror {after.version} changed"
    return ""


def _names(parameters: pl.DataFrame) -> list[str]:
    """Parameters that only one edition has: its code must differ."""
    return parameters.filter(pl.col("in_before") != pl.col("in_after"))["name"].to_list()


def _reference(compared: Compared) -> str:
    """Reference files that differ; parameters and what the options set are told of by name."""
    key = ["source_file", "source_kind"]
    files = compared.joined("sources", key, ["sha256"]).filter(
        (pl.col("source_kind") == "reference")
        & pl.col("sha256_before").ne_missing(pl.col("sha256_after"))
        & ~pl.col("source_file").str.ends_with("parameters.csv")
    )
    return ", ".join(sorted(files["source_file"]))
