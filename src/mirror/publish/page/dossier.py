"""The dossier of a pair as one page."""

from collections.abc import Mapping

import polars as pl

from mirror.publish.page.contents import PARTS, TIERS, yearly
from mirror.publish.page.figures import EXPORTER, IMPORTER, QUIET
from mirror.publish.page.lines import drawing
from mirror.publish.page.render import render


def dossier(
    title: str, edition: str, version: str, frames: Mapping[str, pl.DataFrame], left_out: str = ""
) -> bytes:
    """Fill the dossier in. `frames`: years, waterfall, ranking, hub, set_aside, replies, rows;
    `left_out`: why no row is there.
    """
    rows = frames["rows"].drop("year", strict=False)
    return render(
        "dossier.html",
        title=title,
        edition=edition,
        version=version,
        parts=PARTS,
        tiers=TIERS,
        columns=rows.columns,
        rows=rows.to_dicts(),
        readings=sorted(set(frames["years"]["reading"])),
        **{
            name: frames[name].to_dicts()
            for name in ("years", "waterfall", "ranking", "hub", "set_aside", "replies")
        },
        left_out=left_out,
        **_drawings(frames["years"]),
    )


def _drawings(years: pl.DataFrame) -> dict[str, object]:
    """Draw both reports and both unit values; months are added up to years."""
    amounts = [f"{s}_{a}" for s in ("export", "import") for a in ("value_usd", "net_weight_kg")]
    added = [pl.when(pl.col(a).count() > 0).then(pl.col(a).sum()).alias(a) for a in amounts]
    price = pl.col("gold_price_usd_per_kg").mean()
    yearly_rows = years.drop("year", strict=False).with_columns(year=yearly())
    frame = yearly_rows.group_by("year").agg(*added, price).sort("year")
    values = [
        (pl.col(f"{side}_value_usd") / pl.col(f"{side}_net_weight_kg")).alias(side)
        for side in ("export", "import")
    ]
    reports = [("Exporter declares", "export_value_usd", EXPORTER, ""),
               ("Importer declares", "import_value_usd", IMPORTER, "6 3")]  # fmt: skip
    sides = [("Exporter", "export", EXPORTER, ""), ("Importer", "import", IMPORTER, "6 3"),
             ("Gold price", "gold_price_usd_per_kg", QUIET, "2 3")]  # fmt: skip
    return {
        "reports": drawing(frame, "Both reports, million USD by year", reports, 1e6),
        "unit_values": drawing(
            frame.with_columns(values), "Value of a kilogram, thousand USD per kg", sides
        ),
    }
