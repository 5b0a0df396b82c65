"""Central banks' gold: shipped between vaults, booked as 710820, in the headline, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.chain.chance import Floats, stream
from benchmarks.chain.countries import Countries
from benchmarks.chain.ledger import EXPORT, IMPORT
from benchmarks.chain.settings import FIRST_YEAR, LAST_YEAR, WARM_UP_YEARS, Settings

BANKS = ("GBR", "CHE", "USA", "DEU", "FRA", "TUR", "RUS", "UZB", "KAZ", "POL", "HUN", "IND")
VAULTS = ("GBR", "CHE", "USA", "FRA")
SWAPS_A_YEAR = 14
COLUMNS = {"side": pl.Int64, "reporter": pl.Int64, "partner": pl.Int64, "year": pl.Int64,
           "kg": pl.Float64, "usd": pl.Float64, "cause": pl.String}  # fmt: skip


@dataclass(frozen=True)
class Monetary:
    """Entries that reporters mix into the headline, and those that they book as 710820."""

    mixed: pl.DataFrame
    apart: pl.DataFrame


def monetary(parties: Countries, prices: Floats, how: Settings) -> Monetary:
    """Swaps of 1 to 40 tonnes; three in ten go back within a few months."""
    rng = stream(how.seed, "monetary")
    habit = rng.choice(["mix", "apart", "none"], len(parties), p=_habits(how))
    rows: list[tuple[int, int, int, int, float, float, str]] = []
    years = range(FIRST_YEAR, LAST_YEAR + 1) if how.strength("monetary") > 0 else range(0)
    for year in years:
        for _ in range(SWAPS_A_YEAR):
            one, other = rng.choice(BANKS), rng.choice(VAULTS)
            kg, month = float(rng.lognormal(np.log(6000), 0.9)), int(rng.integers(0, 12))
            back = rng.random() < 0.3
            usd = kg * float(prices[12 * (year - FIRST_YEAR + WARM_UP_YEARS) + month])
            if one != other:
                a, b = parties.at(str(one)), parties.at(str(other))
                ways = [(a, b), (b, a)] if back else ([(a, b)] if month % 2 else [(b, a)])
                for seller, buyer in ways:
                    rows.append((EXPORT, seller, buyer, year, kg, usd, "monetary"))
                    rows.append((IMPORT, buyer, seller, year, kg, usd, "monetary"))
    table = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    kind = (
        pl.Series(habit[table["reporter"].to_numpy()]) if rows else pl.Series([], dtype=pl.String)
    )
    return Monetary(table.filter(kind == "mix"), table.filter(kind == "apart"))


def _habits(how: Settings) -> list[float]:
    """Reporters that mix, book apart and book nothing, as IMTS 2010 1.17 recommends."""
    mix = min(how.strength("monetary"), 1.0)
    return [mix, 0.45 * (1 - mix), 0.55 * (1 - mix)]
