"""How the worlds lie beside real records: `python -m benchmarks.chain.calibrate`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.chain.chance import Floats
from benchmarks.chain.reference import default_folder
from benchmarks.chain.settings import MIXES
from benchmarks.chain.world import write

LEAST_USD = 1e6  # the specification counts two-sided flows above it
CLASSES = ((1e6, 1e7), (1e7, 1e8), (1e8, 1e12))
HEAD = "within .05  .1   .3  beyond 1 | spread 1-10M 10-100M >100M | two-sided  only M  only X"
# Printed in the specification.
PRINTED = {
    "SPEC UAE 2016 + Kenya": ".13 .21 .29 .47",
    "SPEC Burkina Faso": ".27 .39 .59 .14",
    "SPEC third hand": ".15 .26 .50 .18",
}


def flows(files: list[Path]) -> pl.DataFrame:
    """One row per exporter, importer and year: M (FOB where given) and X in USD, null if none."""
    parts = [pl.read_csv(f, infer_schema_length=0) for f in files]
    rows = pl.concat(parts).filter(
        (pl.col("cmd_code") == "7108")
        & (pl.col("freq_code") == "A")
        & (pl.col("partner_code") != "0")
    )
    usd = [pl.col(c).cast(pl.Float64) for c in ("fob_value", "primary_value")]
    rows = rows.with_columns(usd)
    own = pl.when(pl.col("fob_value") > 0).then("fob_value").otherwise("primary_value")
    key = ["exporter", "importer", "period"]
    sides = []
    for flow, names in (
        ("M", ("partner_code", "reporter_code")),
        ("X", ("reporter_code", "partner_code")),
    ):
        side = rows.filter(pl.col("flow_code") == flow).select(
            exporter=names[0], importer=names[1], period="period", **{flow: own}
        )
        sides.append(side.group_by(key).agg(pl.col(flow).sum()))
    joined = sides[0].join(sides[1], on=key, how="full", coalesce=True)
    return joined.filter(~pl.any_horizontal(pl.col("exporter", "importer") == "899"))


def line(table: pl.DataFrame) -> str:
    """Shares of |ln M/X|, robust spread (1.48 times the median distance) by size, and counts."""
    both = table.filter((pl.col("M") > 0) & (pl.col("X") > 0))
    ratio = np.log(both["M"].to_numpy() / both["X"].to_numpy())
    size = np.sqrt(both["M"].to_numpy() * both["X"].to_numpy())
    large = size > LEAST_USD
    wide = np.abs(ratio[large])
    if not large.any():
        return "     no flow above it with both sides"
    within = [f"{(wide < edge).mean():.2f}" for edge in (0.05, 0.1, 0.3)]
    spreads = [_spread(ratio[(size > low) & (size <= high)]) for low, high in CLASSES]
    only = [
        table.filter((pl.col(a) > LEAST_USD) & pl.col(b).is_null()).height for a, b in ("MX", "XM")
    ]
    beyond = f"{(wide > 1).mean():.2f}"
    return (
        f"     {' '.join(within)}  {beyond}     |   {' '.join(spreads)}    |"
        f" {int(large.sum()):6d} {only[0]:7d} {only[1]:7d}"
    )


def _spread(ratio: Floats) -> str:
    if len(ratio) < 5:
        return "   -"
    return f"{1.4826 * np.median(np.abs(ratio - np.median(ratio))):7.3f}"


def real(data: Path) -> dict[str, str]:
    """The same figures of the records at hand; a set whose file is not there is left out."""
    sample, more = data / "sample", data / "records2"
    sets = {
        "UAE 2016": [sample / "uae_2016.csv"],
        "Kenya and South Africa": [sample / "kenya_south_africa_annual.csv"],
        "Colombia": [more / "colombia_two_sides_2012_2025.csv"],
    }
    here = {name: files for name, files in sets.items() if all(f.exists() for f in files)}
    out = {name: line(flows(files)) for name, files in here.items()}
    kenya = flows(sets["Kenya and South Africa"])
    kenya = kenya.filter((pl.col("exporter") == "404") | (pl.col("importer") == "404"))
    return out | {"UAE 2016 + Kenya": line(pl.concat([flows(sets["UAE 2016"]), kenya]))}


def made(mix: str, seed: int) -> str:
    """One world's line."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), mix, seed)
        return line(flows(sorted((Path(folder) / "records").glob("*.csv"))))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chain.calibrate")
    parser.add_argument("--seeds", type=int, default=4)
    seeds = parser.parse_args().seeds
    out = [f"{'':24s}{HEAD}"]
    out += [f"{name:24s}     {text}" for name, text in PRINTED.items()]
    out += [f"{name:24s}{text}" for name, text in real(default_folder()).items()]
    for mix in MIXES:
        out += [f"{f'{mix} seed {s}':24s}{made(mix, s)}" for s in range(1, seeds + 1)]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
