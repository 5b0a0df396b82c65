"""Re-tabulate the sample and the reference tables from the figures that their sources publish.

    python data/retabulate.py FOLDER     FOLDER holds comtrade/, records2/ and reference/
    python data/retabulate.py --check FOLDER     check tables that --reference is to take

Writes data/sample/*.csv and data/reference/*.csv: the needed columns, sorted, one layout. Figures
are taken over as text, so nothing is rounded. Which file comes from where: data/README.md. What it
writes is checked as a run checks the tables of --reference: columns, keys and how values look.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import polars as pl

from mirror.errors import MirrorError
from mirror.steps import reference

DATA = Path(__file__).parent
RECORD_COLUMNS = {
    "freqCode": "freq_code",
    "period": "period",
    "reporterCode": "reporter_code",
    "flowCode": "flow_code",
    "partnerCode": "partner_code",
    "partner2Code": "partner2_code",
    "classificationCode": "classification_code",
    "cmdCode": "cmd_code",
    "customsCode": "customs_code",
    "motCode": "mot_code",
    "netWgt": "net_wgt",
    "isNetWgtEstimated": "is_net_wgt_estimated",
    "cifvalue": "cif_value",
    "fobvalue": "fob_value",
    "primaryValue": "primary_value",
}
SAMPLE = {
    "uae_2016.csv": ["comtrade/uae_2016/*.csv"],
    "kenya_south_africa_annual.csv": ["comtrade/kenya_south_africa/annual_*.csv"],
    "kenya_south_africa_monthly.csv": ["comtrade/kenya_south_africa/monthly_*/*.csv"],
    "export_totals_2017_2023.csv": ["comtrade/world_totals_exports_2017_2023.csv"],
    "colombia.csv": ["records2/colombia_two_sides_*.csv"],
    "congo_uganda_zimbabwe.csv": ["records2/drc_two_sides_*.csv", "records2/uganda_zimbabwe_*.csv"],
}
OLD_CEPII_CODES = {"ZAR": "COD", "ROM": "ROU", "YUG": "SRB", "TMP": "TLS", "PAL": "PSE"}
CONTINENTS_NOT_IN_CEPII = {  # United Nations M49; the names of the continents are CEPII's
    "SSD": "Africa", "MYT": "Africa", "CUW": "America", "SXM": "America", "BES": "America",
    "MNE": "Europe", "LIE": "Europe", "GGY": "Europe", "JEY": "Europe", "IMN": "Europe",
    "GUM": "Pacific", "ASM": "Pacific", "S19": "Asia",
}  # fmt: skip


def read_download(path: Path) -> pl.DataFrame:
    """Read a download of the website (Latin-1, CRLF, a comma too many in every row), or a table
    that has the sample's columns already, as trimmed text.
    """
    text = path.read_text(encoding="latin-1").encode()
    frame = pl.read_csv(BytesIO(text), infer_schema=False, truncate_ragged_lines=True)
    frame = frame.rename(RECORD_COLUMNS, strict=False)
    return frame.select(pl.col(*RECORD_COLUMNS.values()).str.strip_chars())


def sample_table(files: Iterable[Path]) -> pl.DataFrame:
    """Join downloads; rows that are the same to the last figure are kept once."""
    table = pl.concat([read_download(path) for path in files]).unique()
    numbers = pl.col("period", "reporter_code", "partner_code").cast(pl.Int64)
    return table.sort("freq_code", "flow_code", numbers, "cmd_code", pl.all())


def read_reference(folder: Path, name: str) -> pl.DataFrame:
    """Read a reference file as text, trimmed, empty = null."""
    raw = (folder / "reference" / name).read_bytes()
    plain = gzip.decompress(raw) if name.endswith(".gz") else raw
    frame = pl.read_csv(BytesIO(plain), infer_schema=False)
    return frame.with_columns(pl.all().str.strip_chars().replace("", None))


def areas(folder: Path) -> pl.DataFrame:
    """One row per Comtrade area code, with what kind of area it is.

    An alpha-3 code that a partner which is no country shares with another area (MCO for "Europe EU,
    nes") becomes X and the area code, so that a join by ISO code cannot take one for the other.
    """
    partners = read_reference(folder, "comtrade_partner.csv").select(
        area_code=pl.col("id").cast(pl.Int64), iso3="iso_3", name="country",
        first_year=year("entry_year"), last_year=year("exit_year"),
    )  # fmt: skip
    reporters = reporter_areas(folder).join(partners, on="area_code", how="anti")
    not_specified = read_reference(folder, "areas_not_specified.csv")["PartnerCode"].cast(pl.Int64)
    everyone = pl.concat([partners, reporters]).with_columns(
        kind=pl.when(pl.col("area_code") == 0).then(pl.lit("world"))
        .when(pl.col("area_code").is_in(reporters["area_code"].implode())).then(pl.lit("group"))
        .when(pl.col("area_code") == 490).then(pl.lit("country"))  # Taiwan, as Comtrade books it
        .when(pl.col("area_code").is_in(not_specified.implode())).then(pl.lit("not_specified"))
        .otherwise(pl.lit("country"))
    )  # fmt: skip
    shared = (pl.col("kind") == "not_specified") & pl.col("iso3").is_duplicated()
    own = pl.when(pl.col("kind") == "world").then(pl.lit("W00")).when(
        shared | (pl.col("area_code") == 492)
    ).then(pl.format("X{}", "area_code")).otherwise("iso3")  # fmt: skip
    named = everyone.with_columns(iso3=own)
    return named.join(continents(folder), on="iso3", how="left").select(
        "area_code", "iso3", "name", "kind", "first_year", "last_year", "continent"
    ).sort("area_code")  # fmt: skip


def year(column: str) -> pl.Expr:
    """Year of entry or exit; 1900 and 1901 stand for "always" and become null."""
    value = pl.col(column).str.slice(0, 4).cast(pl.Int64)
    return pl.when(value > 1901).then(value)


def reporter_areas(folder: Path) -> pl.DataFrame:
    """Read the service's list of reporters, which adds groups such as the European Union."""
    text = (folder / "reference" / "Reporters.json").read_text(encoding="utf-8-sig")
    fields = {"reporterCode": pl.Int64, "reporterCodeIsoAlpha3": pl.String, "text": pl.String,
              "entryEffectiveDate": pl.String, "entryExpiredDate": pl.String}  # fmt: skip
    rows = [{k: row.get(k) for k in fields} for row in json.loads(text)["results"]]
    return pl.DataFrame(rows, schema=fields).select(
        area_code="reporterCode", iso3=pl.col("reporterCodeIsoAlpha3").str.strip_chars(),
        name=pl.col("text").str.strip_chars(),
        first_year=year("entryEffectiveDate"), last_year=year("entryExpiredDate"),
    )  # fmt: skip


def continents(folder: Path) -> pl.DataFrame:
    """Continent by ISO code in today's codes."""
    listed = read_reference(folder, "cepii_countries.csv").select(
        iso3=pl.col("iso3").replace(OLD_CEPII_CODES), continent="continent"
    )
    added = pl.DataFrame(list(CONTINENTS_NOT_IN_CEPII.items()), listed.schema, orient="row")
    return pl.concat([listed, added.join(listed, on="iso3", how="anti")])


def areas_not_specified(folder: Path) -> pl.DataFrame:
    """Partners that are no country, by the code and name that `areas.csv` gives them."""
    is_no_country = pl.col("kind") == "not_specified"
    return areas(folder).filter(is_no_country).select("area_code", "iso3", "name")


def gold_price(folder: Path) -> pl.DataFrame:
    """Mean price of each month since the Harmonised System began, USD per troy ounce."""
    prices = read_reference(folder, "gold_price_usd_per_oz_monthly.csv")
    table = prices.select(month="Date", price_usd_per_oz="Price")
    return table.filter(pl.col("month") >= "1988-01")


def gold_mine_production(folder: Path) -> pl.DataFrame:
    """Mine production in kg; the rows that are named "Congo" are the Republic's, not the D.R.'s."""
    table = read_reference(folder, "gold_mine_production_kg.csv")
    is_republic = pl.col("country") == "Congo"
    iso3 = pl.when(is_republic).then(pl.lit("COG")).otherwise("iso3").alias("iso3")
    return table.select(iso3, "year", production_kg="kilograms", note="note").sort("iso3", "year")


def distances(folder: Path) -> pl.DataFrame:
    """Distance between two countries, each pair once (first code before second), in km."""
    table = read_reference(folder, "cepii_distance.csv.gz").select(
        iso3_a=pl.col("iso3_from").replace(OLD_CEPII_CODES),
        iso3_b=pl.col("iso3_to").replace(OLD_CEPII_CODES),
        distance_km="distance_km", shares_border="shares_border",
    )  # fmt: skip
    once = table.filter((pl.col("iso3_a") < pl.col("iso3_b")) & pl.col("distance_km").is_not_null())
    return once.sort("iso3_a", "iso3_b")


def check(folder: Path) -> None:
    """Check the tables of a folder; raise MirrorError with the first fault. Say how old they are.

    The ages are those of a run with this folder.
    """
    reference.tables(folder)
    for name, until in reference.ages(folder).items():
        sys.stdout.write(f"{name}: {until}\n")


def main() -> None:
    """Write every table of the sample and the reference, or check those of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing, check FOLDER")
    given = parser.parse_args()
    if not given.check:
        write(given.folder)
    try:
        check(given.folder if given.check else DATA / "reference")
    except MirrorError as error:
        sys.exit(str(error))


def write(folder: Path) -> None:
    """Write every table of the sample and the reference."""
    for name, patterns in SAMPLE.items():
        files = sorted(path for pattern in patterns for path in folder.glob(pattern))
        sample_table(files).write_csv(DATA / "sample" / name)
    for make in (areas, areas_not_specified, gold_price, gold_mine_production, distances):
        make(folder).write_csv(DATA / "reference" / f"{make.__name__}.csv")


if __name__ == "__main__":
    main()
