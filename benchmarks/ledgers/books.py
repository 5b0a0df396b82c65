"""How the two ends of a route write it into their books: classes, partners, dates, weights."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from benchmarks.ledgers.countries import Country
from mirror.records import RECORD_COLUMNS
from mirror.settings import ASSETS

if TYPE_CHECKING:
    from benchmarks.ledgers.worlds import Recipe, Route

OUNCES_PER_KG = 32.1507466
NOT_SPECIFIED = "899"
WORLD = "0"


class Key(NamedTuple):
    """What a record is about; `period` counts from 0."""

    flow: str
    reporter: str
    partner: str
    second_partner: str
    hs_code: str
    period: int


class Ledgers:
    """All reporters' books of one world. Values in USD, weights in kg."""

    def __init__(
        self, random: np.random.Generator, recipe: Recipe, countries: list[Country]
    ) -> None:
        self._random = random
        self._recipe = recipe
        self._countries = {c.area_code: c for c in countries}
        self._prices = _prices(recipe)
        self._rows: dict[Key, np.ndarray] = defaultdict(lambda: np.zeros(3))
        self._truth: list[tuple[int, str, str, float, float]] = []

    @property
    def periods(self) -> list[int]:
        """Periods as records write them: 2016 or 201607."""
        years = range(self._recipe.first_year, self._recipe.first_year + self._recipe.years)
        if self._recipe.frequency == "A":
            return list(years)
        return [year * 100 + month for year in years for month in range(1, 13)]

    def book(self, route: Route) -> None:
        """Write one route into both books, and what is hidden into the truth."""
        if route.exporter.is_silent:
            route.hidden_share = np.ones_like(route.hidden_share)
            route.is_hidden_by_exporter = True
        hidden_kg = route.fine_kg * route.hidden_share
        declared_kg = route.fine_kg - hidden_kg
        unit_values = self._prices * np.exp(self._random.normal(0, 0.01, len(self._prices)))
        side = 1 if route.is_hidden_by_exporter else -1
        for place in np.flatnonzero(hidden_kg):
            self._truth.append(
                (self.periods[place], route.exporter.iso3, route.importer.iso3,
                 side * hidden_kg[place] * self._prices[place], side * hidden_kg[place])
            )  # fmt: skip
        self._export(route, declared_kg if side == 1 else route.fine_kg, unit_values)
        self._import(route, route.fine_kg if side == 1 else declared_kg, unit_values)

    def _booked(self, spread: float, persistent: float, amounts: np.ndarray) -> np.ndarray:
        share = self._recipe.persistent_noise_share
        yearly = self._random.normal(0, 1, len(amounts))
        return amounts * np.exp(
            spread * (np.sqrt(share) * persistent + np.sqrt(1 - share) * yearly)
        )

    def _export(self, route: Route, fine_kg: np.ndarray, unit_values: np.ndarray) -> None:
        exporter, importer = route.exporter, route.importer
        booked_kg = self._booked(exporter.spread, route.persistent[0], fine_kg)
        shares = {importer.area_code: 1.0}
        if route.hub is not None and not route.is_credited_to_hub:
            shares = {importer.area_code: 1 - route.hub_share,
                      route.hub.area_code: route.hub_share}  # fmt: skip
        for period, (kg, unit_value) in enumerate(zip(booked_kg, unit_values, strict=True)):
            for partner, share in shares.items():
                unnamed = self._unnamed(exporter)
                for to, part in ((partner, 1 - unnamed), (NOT_SPECIFIED, unnamed)):
                    self._classes(route, "X", exporter, to, period, kg * share * part, unit_value)

    def _unnamed(self, exporter: Country) -> float:
        share = exporter.pool_share
        if share == 0.0:
            return share
        if self._recipe.pool_hides_routes:
            return float(self._random.random() < share)
        return float(self._random.beta(share * 12, (1 - share) * 12))

    def _classes(
        self, route: Route, flow: str, reporter: Country, partner: str, period: int, kg: float,
        unit_value: float,
    ) -> None:  # fmt: skip
        swapped = route.swapped_share if route.swapped_class else 0.0
        for hs_code, part in (("7108", 1 - swapped), (route.swapped_class or "", swapped)):
            if part > 0 and kg > 0:
                value = kg * part * unit_value
                row = np.array([value, kg * part / reporter.fineness, value])
                if hs_code == "710820":
                    self._rows[Key(flow, reporter.area_code, partner, "0", "7108", period)] += row
                self._rows[Key(flow, reporter.area_code, partner, "0", hs_code, period)] += row

    def _import(self, route: Route, fine_kg: np.ndarray, unit_values: np.ndarray) -> None:
        importer = route.importer
        arrived_kg = _late(route, fine_kg, self._recipe.frequency)
        booked_kg = self._booked(importer.spread, route.persistent[1], arrived_kg)
        shares = {route.exporter.area_code: 1.0}
        if route.hub is not None and route.is_credited_to_hub:
            shares = {route.exporter.area_code: 1 - route.hub_share,
                      route.hub.area_code: route.hub_share}  # fmt: skip
        for period, (kg, unit_value) in enumerate(zip(booked_kg, unit_values, strict=True)):
            margin = 0.0 if importer.is_fob else route.margin * np.exp(self._random.normal(0, 0.2))
            for partner, share in shares.items():
                self._arrive(importer, partner, "0", period, kg * share, unit_value, margin,
                             route.exporter.fineness)  # fmt: skip
            if route.hub is not None and not route.is_credited_to_hub:
                self._show_transit(route, period, kg, unit_value, margin)

    def _arrive(
        self, importer: Country, partner: str, second: str, period: int, kg: float,
        unit_value: float, margin: float, fineness: float,
    ) -> None:  # fmt: skip
        if kg > 0:
            fob = kg * unit_value * (1 + margin) / (1 + margin / self._recipe.margin_factor)
            value = kg * unit_value * (1 + margin)
            key = Key("M", importer.area_code, partner, second, "7108", period)
            self._rows[key] += np.array([value, kg / fineness, fob])

    def _show_transit(
        self, route: Route, period: int, kg: float, unit_value: float, margin: float
    ) -> None:
        if route.importer.gives_second_partner and route.hub is not None:
            self._arrive(
                route.importer, route.exporter.area_code, route.hub.area_code, period,
                kg * route.hub_share, unit_value, margin, route.exporter.fineness,
            )  # fmt: skip

    def misattribute(self, number: int) -> None:
        """Let importers credit small amounts to wrong countries."""
        codes = sorted(self._countries)
        for _ in range(number):
            importer, partner = self._random.choice(len(codes), 2, replace=False)
            period = int(self._random.integers(len(self.periods)))
            kg = float(self._random.exponential(15))
            self._arrive(self._countries[codes[importer]], codes[partner], "0", period, kg,
                         self._prices[period], 0.01, 0.995)  # fmt: skip

    def records(self) -> pl.DataFrame:
        """All rows of reporters that are neither absent nor silent, with World totals, as text."""
        self.misattribute(len(self._countries) * self._recipe.years // 2)
        kept = {
            key: row for key, row in self._rows.items() if self._reports(key.reporter, key.period)
        }
        spoiled = [(key, *self._spoil(key, row)) for key, row in sorted(kept.items())]
        worlds: dict[Key, np.ndarray] = defaultdict(lambda: np.zeros(3))
        for key, value, kg, fob, _ in spoiled:
            if key.second_partner == "0":
                worlds[key._replace(partner=WORLD)] += np.nan_to_num(np.array([value, kg, fob]))
        rows = [self._record(*line) for line in spoiled]
        rows += [
            self._record(key, value, kg, fob, False)
            for key, (value, kg, fob) in sorted(worlds.items())
        ]
        return pl.DataFrame(rows, schema=dict.fromkeys(RECORD_COLUMNS, pl.String))

    def _spoil(self, key: Key, row: np.ndarray) -> tuple[float, float, float, bool]:
        """Let clerks err: no weight, grams for kilograms, a thousandfold value, an estimate."""
        value, kg, fob = (float(x) for x in row)
        draw = self._random.random(3)
        kg *= float(np.exp(self._random.normal(0, 0.01)))
        is_estimated = bool(draw[2] < 0.03)
        if draw[0] < 0.04:
            kg = float("nan")
        elif draw[0] < 0.05:
            kg *= 1000
        if draw[1] < 0.0005 and key.hs_code == "7108":
            value, fob = value * 1000, fob * 1000
        return value, kg, fob, is_estimated

    def _record(
        self, key: Key, value: float, kg: float, fob: float, is_estimated: bool
    ) -> dict[str, str | None]:
        reporter = self._countries[key.reporter]
        shows = key.flow == "M" and (reporter.gives_both_values or reporter.is_fob)
        return {
            "type_code": "C",
            "freq_code": self._recipe.frequency,
            "period": str(self.periods[key.period]),
            "reporter_code": key.reporter,
            "flow_code": key.flow,
            "partner_code": key.partner,
            "partner2_code": key.second_partner,
            "classification_code": "H6",
            "is_original_classification": "true",
            "cmd_code": key.hs_code,
            "customs_code": "C00",
            "mos_code": "0",
            "mot_code": "0",
            "net_wgt": None if np.isnan(kg) else f"{kg:.3f}",
            "is_net_wgt_estimated": str(is_estimated).lower(),
            "cif_value": f"{value:.2f}" if shows and not reporter.is_fob else None,
            "fob_value": f"{fob:.2f}" if shows else None,
            "primary_value": f"{value:.2f}",
            "last_released": None,
        }

    def _reports(self, code: str, period: int) -> bool:
        country = self._countries[code]
        year = self.periods[period] // (1 if self._recipe.frequency == "A" else 100)
        return not country.is_silent and year not in country.absent_years

    def availability(self) -> pl.DataFrame:
        """Which reporters the service holds in each period; absent ones are not among them."""
        rows = [
            {
                "freq_code": self._recipe.frequency,
                "period": str(period),
                "reporter_code": code,
                "total_records": "5000",
            }
            for number, period in enumerate(self.periods)
            for code, country in sorted(self._countries.items())
            if country.is_silent or self._reports(code, number)
        ]
        return pl.DataFrame(rows)

    def other_goods(self) -> pl.DataFrame:
        """Rows of goods other than gold, towards the world, that the reporters at hand show."""
        flows = pl.DataFrame({"flow_code": ["M", "X"]})
        reporters = self.availability().select("freq_code", "period", "reporter_code")
        rows = {"partner_code": pl.lit("0"), "rows": pl.lit(500)}
        return reporters.join(flows, how="cross").with_columns(**rows)

    def truth(self) -> pl.DataFrame:
        """What was hidden, a row for each flow and period; nothing where nothing was."""
        columns = ("period", "exporter_iso3", "importer_iso3", "hidden_usd", "hidden_fine_kg")
        kinds = (pl.Int32, pl.String, pl.String, pl.Float64, pl.Float64)
        schema = dict(zip(columns, kinds, strict=True))
        return (
            pl.DataFrame(self._truth, schema=schema, orient="row")
            .group_by("period", "exporter_iso3", "importer_iso3")
            .sum()
            .sort("period", "exporter_iso3", "importer_iso3")
        )


def _prices(recipe: Recipe) -> np.ndarray:
    """Real mean prices in USD per kg of each period."""
    prices = pl.read_csv(ASSETS / "data" / "reference" / "gold_price.csv").with_columns(
        year=pl.col("month").str.head(4).cast(pl.Int32)
    )
    years = list(range(recipe.first_year, recipe.first_year + recipe.years))
    kept = prices.filter(pl.col("year").is_in(years)).sort("month")
    if recipe.frequency == "A":
        kept = kept.group_by("year").agg(pl.col("price_usd_per_oz").mean()).sort("year")
    return kept["price_usd_per_oz"].to_numpy() * OUNCES_PER_KG


def _late(route: Route, fine_kg: np.ndarray, frequency: str) -> np.ndarray:
    """Move a share of each period's gold to the one in which it arrives."""
    if not route.late_months:
        return fine_kg
    if frequency == "M":
        on_time = fine_kg * (1 - route.late_share)
        on_time[route.late_months :] += (fine_kg * route.late_share)[: -route.late_months]
        return on_time
    share = route.late_share * route.late_months / 12
    return fine_kg * (1 - share) + share * np.concatenate([fine_kg[:1], fine_kg[:-1]])
