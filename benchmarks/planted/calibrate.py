"""How far apart the two books lie: real records beside the worlds of each mix.

`python -m benchmarks.planted.calibrate [--seeds 3]` prints the table.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.planted.reference import DATA
from benchmarks.planted.settings import MIXES, settings
from benchmarks.planted.world import build, records

LEAST_USD = 1e6  # SPEC section 6: two-sided flows above 1 M USD
SIZES = ((1e4, 1e5), (1e5, 1e6), (1e6, 1e7), (1e7, 1e8), (1e8, 1e12))
# Median margins by value, to take freight off: data/records2/cif_margins_real.txt.
MARGINS = ((1e4, 0.037), (1e6, 0.010), (1e7, 0.0011), (1e13, 0.0013))
NEEDED = ["freq_code", "period", "reporter_code", "flow_code", "partner_code", "partner2_code",
          "cmd_code", "customs_code", "mot_code", "fob_value", "primary_value"]  # fmt: skip
# Printed in SPEC section 6: share within .05, .1, .3 and beyond 1.
PRINTED = {
    "UAE 2016 + Kenya (spec)": (0.13, 0.21, 0.29, 0.47),
    "Burkina Faso (spec)": (0.27, 0.39, 0.59, 0.14),
    "third hand's worlds (spec)": (0.15, 0.26, 0.50, 0.18),
}


def headline(rows: pl.DataFrame) -> pl.DataFrame:
    """Value by reporter, partner, period and flow: 7108 less 710820, else its subheadings."""
    strings = rows.select(pl.col(NEEDED).cast(pl.String).str.strip_chars())
    good = strings.filter(
        (pl.col("freq_code") == "A") & pl.col("partner2_code").is_in(["0"])
        & (pl.col("customs_code") == "C00") & (pl.col("mot_code") == "0")
        & ~pl.col("partner_code").is_in(["0", "899", "838", "839"])
    ).with_columns(pl.col("primary_value", "fob_value").cast(pl.Float64))  # fmt: skip
    key = ["reporter_code", "partner_code", "period", "flow_code"]
    code, value = pl.col("cmd_code"), pl.col("primary_value")
    parts = code.is_in(["710811", "710812", "710813"])
    return good.unique([*key, "cmd_code"], maintain_order=True).group_by(key).agg(
        pl.when((code == "7108").any())
        .then(value.filter(code == "7108").sum() - value.filter(code == "710820").sum())
        .otherwise(value.filter(parts).sum()).alias("value"),
        pl.col("fob_value").filter(code == "7108").sum().alias("fob"),
    ).filter(pl.col("value") > 0)  # fmt: skip


def both_sides(rows: pl.DataFrame) -> pl.DataFrame:
    """Exporter, importer, period with M, X and M less freight, USD; null where a side is silent."""
    head = headline(rows)
    fob = pl.when((pl.col("fob") > 0) & (pl.col("fob") <= pl.col("value"))).then(pl.col("fob"))
    taken = pl.lit(MARGINS[-1][1])
    for most, margin in reversed(MARGINS[:-1]):
        taken = pl.when(pl.col("value") < most).then(pl.lit(margin)).otherwise(taken)
    imports = head.filter(pl.col("flow_code") == "M").select(
        pl.col("partner_code").alias("i"), pl.col("reporter_code").alias("j"), "period",
        m=pl.col("value"), m_fob=fob.otherwise(pl.col("value") / (1 + taken)),
    )  # fmt: skip
    exports = head.filter(pl.col("flow_code") == "X").select(
        pl.col("reporter_code").alias("i"), pl.col("partner_code").alias("j"), "period",
        x=pl.col("value"),
    )  # fmt: skip
    return imports.join(exports, on=["i", "j", "period"], how="full", coalesce=True)


def figures(flows: pl.DataFrame) -> dict[str, float]:
    """Shares of |ln M/X|, robust spread of ln M*/X by size, one-sided flows above 1 M USD."""
    two = flows.filter(pl.col("m").is_not_null() & pl.col("x").is_not_null())
    mean = ((two["m"] + two["x"]) / 2).to_numpy()
    ratio = np.abs(np.log((two["m"] / two["x"]).to_numpy()))
    large = ratio[mean > LEAST_USD]
    out = {"n": float(len(large))}
    for within in (0.05, 0.1, 0.3):
        out[f"<{within}"] = float((large < within).mean()) if len(large) else np.nan
    out[">1"] = float((large > 1).mean()) if len(large) else np.nan
    net = np.abs(np.log((two["m_fob"] / two["x"]).to_numpy()))
    for low, high in SIZES:
        here = net[(mean >= low) & (mean < high)]
        out[f"{low:.0e}"] = 1.4826 * float(np.median(here)) if len(here) >= 5 else np.nan
    single = flows.filter(pl.col("m").fill_null(0) + pl.col("x").fill_null(0) > LEAST_USD)
    out["M only"] = float(single["x"].is_null().sum()) / max(len(large), 1)
    out["X only"] = float(single["m"].is_null().sum()) / max(len(large), 1)
    return out


def real(data: Path) -> dict[str, pl.DataFrame]:
    """Real flows of which both sides are at hand, by set; sets not at hand are left out."""
    read = {
        name: both_sides(pl.read_csv(data / place, infer_schema=False))
        for name, place in (
            ("uae", "sample/uae_2016.csv"),
            ("kenya", "sample/kenya_south_africa_annual.csv"),
            ("colombia", "records2/colombia_two_sides_2012_2025.csv"),
            ("drc", "records2/drc_two_sides_2014_2025.csv"),
        )
        if (data / place).exists()
    }
    uae, kenya = read["uae"].filter(pl.col("j") == "784"), read["kenya"]
    found = {
        "UAE 2016 + Kenya": pl.concat([uae, kenya.filter(pl.col("i") == "404")]),
        "UAE 2016": uae,
        "South Africa": kenya.filter(pl.col("i") == "710"),
    }
    if "colombia" in read:
        found["Colombia to CHE, USA"] = read["colombia"].filter(
            (pl.col("i") == "170") & pl.col("j").is_in(["757", "842"]) & (pl.col("period") < "2025")
        )
    if "drc" in read:
        found["DRC (one-sided counts only)"] = read["drc"].filter(
            pl.col("period").is_between(pl.lit("2017"), pl.lit("2023")) & (pl.col("i") == "180")
        )
    return found


def world_flows(mix: str, seed: int) -> pl.DataFrame:
    """Flows of a world with its own hiding in."""
    return both_sides(pl.concat(list(records(build(settings(mix, seed))).values())))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=DATA)
    asked = parser.parse_args()
    table = {name: figures(flows) for name, flows in real(asked.data).items()}
    for mix in MIXES:
        each = [figures(world_flows(mix, seed)) for seed in range(1, asked.seeds + 1)]
        table[f"{mix}, {asked.seeds} seeds"] = {
            key: float(np.mean([one[key] for one in each])) for key in each[0]
        }
    columns = list(next(iter(table.values())))
    lines = [f"{'set':30}" + "".join(f"{name:>8}" for name in columns)]
    for name, row in table.items():
        lines.append(
            f"{name:30}" + f"{row['n']:8.0f}" + "".join(f"{row[k]:8.2f}" for k in columns[1:])
        )
    for name, known in PRINTED.items():
        lines.append(f"{name:30}" + " " * 8 + "".join(f"{share:8.2f}" for share in known))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
