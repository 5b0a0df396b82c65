"""Everything an edition says of one country, on two printed pages."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from mirror.publish.page.contents import TIERS, Contents, yearly
from mirror.publish.page.figures import EXPORTER, IMPORTER, QUIET
from mirror.publish.page.lines import Drawing, drawing
from mirror.publish.page.render import render

_PARTNERS = 7
_ASIDE = 4
_HUBS = 3
_YEARS = 10
_SIDES = {"exporter": "importer", "importer": "exporter"}


@dataclass(frozen=True)
class Profile:
    """One country: yearly balance, its pairs as exporter and importer, and how it reports.

    `hubs`: its gaps as a hub, which stand apart; `aside`: pairs kept out of the ranking;
    `coverage`: a row a year; `weights`: years of each weight's quality.
    """

    iso3: str
    name: str
    balance: pl.DataFrame
    as_exporter: pl.DataFrame
    as_importer: pl.DataFrame
    hubs: pl.DataFrame
    aside: pl.DataFrame
    coverage: pl.DataFrame
    weights: pl.DataFrame

    @property
    def reading(self) -> tuple[int, str] | None:
        """The newest year whose balance is put in words, and the words; null where none is."""
        said = self.balance.drop_nulls("balance_reading").select("year", "balance_reading")
        return None if said.is_empty() else said.row(-1)

    @property
    def usual_delay_days(self) -> int | None:
        """Median of days from a period's end to the first release; null where no date is stated."""
        days = self.coverage["days_to_release"].drop_nulls().median()
        return None if days is None else round(float(str(days)))


class Profiles:
    """The profiles of an edition; its tables are split by country once."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.names = contents.names
        coverage = _coverage(contents.coverage)
        self._none = coverage.clear()
        self._balance = _by(_balance(contents.tables["country_balance"]), "iso3")
        self._coverage = _by(coverage, "reporter_iso3")

    @cached_property
    def codes(self) -> list[str]:
        """Countries that declared gold or that others declare gold from or to."""
        return sorted(code for code in self._balance if code in self.names)

    @cached_property
    def _pairs(self) -> dict[str, dict[str, pl.DataFrame]]:
        ranking = self.contents.ranking.sort("tier", "rank", "direction")
        return {side: _by(ranking, f"{side}_iso3") for side in _SIDES}

    @cached_property
    def _aside(self) -> dict[str, dict[str, pl.DataFrame]]:
        gap = pl.col("gap_value_usd").abs()
        aside = self.contents.tables["set_aside_pairs"].sort(gap, descending=True, nulls_last=True)
        return {side: _by(aside, f"{side}_iso3") for side in _SIDES}

    @cached_property
    def _weights(self) -> dict[str, pl.DataFrame]:
        years = self.contents.tables["gap_years"]
        said = [
            years.select(
                pl.lit(flow).alias("flow"),
                pl.col(f"{side}_iso3").alias("iso3"),
                pl.col(f"{flow}_weight_quality").alias("quality"),
            )
            for side, flow in (("exporter", "export"), ("importer", "import"))
        ]
        counted = pl.concat(said).drop_nulls().group_by("iso3", "flow", "quality").len("flows")
        return _by(counted.sort(pl.all()), "iso3")

    def of(self, code: str) -> Profile:
        """Gather what the tables say of a country."""
        pairs, aside = self._pairs, self._aside
        ranking, kept = self.contents.ranking, self.contents.tables["set_aside_pairs"]
        return Profile(
            iso3=code,
            name=self.names.get(code, code),
            balance=self._balance[code],
            as_exporter=pairs["exporter"].get(code, ranking.clear()),
            as_importer=pairs["importer"].get(code, ranking.clear()),
            hubs=self.contents.tables["gaps_of_hubs"].filter(exporter_iso3=code),
            aside=pl.concat([aside[side].get(code, kept.clear()) for side in _SIDES]),
            coverage=self._coverage.get(code, self._none),
            weights=self._weights.get(code, pl.DataFrame()),
        )

    def page(self, code: str) -> bytes:
        """Fill the two pages of a country in."""
        said, contents = self.of(code), self.contents
        return render(
            "profile.html",
            edition=contents.edition,
            version=contents.version,
            window=contents.summary["window"],
            profile=said,
            tiers=TIERS,
            hubs=said.hubs.head(_HUBS).to_dicts(),
            hubs_count=said.hubs.height,
            balance=said.balance.tail(_YEARS).to_dicts(),
            exports=_exports(said.balance),
            imports=_imports(said.balance),
            partners=[
                ("As exporter", "importer_name", said.as_exporter.head(_PARTNERS).to_dicts(),
                 said.as_exporter.height),
                ("As importer", "exporter_name", said.as_importer.head(_PARTNERS).to_dicts(),
                 said.as_importer.height),
            ],
            aside=said.aside.head(_ASIDE).to_dicts(),
            coverage=said.coverage.tail(_YEARS).to_dicts(),
            weights=said.weights.to_dicts(),
        )  # fmt: skip


def profile(contents: Contents, code: str) -> Profile | None:
    """Return the profile of one country, or null where no table names it."""
    made = Profiles(contents)
    return made.of(code) if code in made.codes else None


def _by(frame: pl.DataFrame, column: str) -> dict[str, pl.DataFrame]:
    parts = frame.partition_by(column, maintain_order=True, as_dict=True)
    return {str(key[0]): part for key, part in parts.items()}


def _balance(table: pl.DataFrame) -> pl.DataFrame:
    """Take the yearly figures that a profile shows; months are added up."""
    wanted = [
        "export_world_value_usd", "mirrored_export_value_usd", "export_balance_usd",
        "import_world_value_usd", "mirrored_import_value_usd", "import_balance_usd",
        "export_world_fine_kg", "mirrored_export_fine_kg", "import_world_fine_kg",
    ]  # fmt: skip
    added = [pl.when(pl.col(c).count() > 0).then(pl.col(c).sum()).alias(c) for c in wanted]
    price = pl.col("gold_price_usd_per_kg").mean()
    numbers = [pl.col(c).max() for c in ("importers_reporting", "exporters_reporting")]
    words = [pl.col("country_role").last(), pl.col("balance_reading").drop_nulls().last()]
    mirrored = pl.col("mirrored_import_value_usd") / pl.col("gold_price_usd_per_kg")
    return (
        table.with_columns(year=yearly())
        .sort("iso3", "period")
        .group_by("iso3", "year", maintain_order=True)
        .agg(*added, price, *numbers, pl.col("production_kg").max(), *words)
        .with_columns(mirrored_import_fine_kg=mirrored)
        .filter(pl.any_horizontal(pl.col(*wanted, "production_kg").is_not_null()))
    )


def _coverage(flows: pl.DataFrame) -> pl.DataFrame:
    """One row per reporter and year: the state of both flows, partners, and days to release."""
    end = pl.date(pl.col("year"), 12, 31)
    return (
        flows.group_by("reporter_iso3", "year", maintain_order=True)
        .agg(
            export=pl.col("reporter_state").filter(pl.col("flow_code") == "X").first(),
            imports=pl.col("reporter_state").filter(pl.col("flow_code") == "M").first(),
            partners=pl.col("partner_count").max(),
            first_released_date=pl.col("first_released_date").min(),
            last_released_date=pl.col("last_released_date").max(),
        )
        .with_columns(days_to_release=(pl.col("first_released_date") - end).dt.total_days())
    )


def _exports(balance: pl.DataFrame) -> Drawing | None:
    return drawing(
        balance,
        "Gold exported, tonnes of fine gold by year",
        [("Country declares", "export_world_fine_kg", EXPORTER, ""),
         ("Partners declare", "mirrored_export_fine_kg", IMPORTER, "6 3"),
         ("Mine production", "production_kg", QUIET, "2 3")],
    )  # fmt: skip


def _imports(balance: pl.DataFrame) -> Drawing | None:
    return drawing(
        balance,
        "Gold imported, tonnes of fine gold by year",
        [("Country declares", "import_world_fine_kg", EXPORTER, ""),
         ("Partners declare", "mirrored_import_fine_kg", IMPORTER, "6 3")],
    )  # fmt: skip
