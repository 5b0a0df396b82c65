"""One world from its arguments to the files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.chain import accounts, answers, customs, records
from benchmarks.chain.balance import balance
from benchmarks.chain.bars import from_refiners
from benchmarks.chain.chance import Bools, Floats, stream
from benchmarks.chain.countries import Countries, countries
from benchmarks.chain.hiding import Hidden, hide
from benchmarks.chain.ledger import IMPORT, Ledger
from benchmarks.chain.lots import Legs, legs
from benchmarks.chain.monetary import Monetary, monetary
from benchmarks.chain.noise import errors
from benchmarks.chain.publishing import published
from benchmarks.chain.reference import Reference, default_folder, load
from benchmarks.chain.routes import Network, from_mines
from benchmarks.chain.settings import FIRST_YEAR, LAST_YEAR, WARM_UP_YEARS, Settings, settings

YEARS = range(FIRST_YEAR - WARM_UP_YEARS, LAST_YEAR + 1)


@dataclass(frozen=True)
class World:
    """What is physical and what is booked of one seed."""

    real: Reference
    parties: Countries
    network: Network
    book: Ledger
    hidden: Hidden
    walked: Floats
    bank: Monetary
    published: Bools
    causes: pl.DataFrame  # by side, reporter, partner, year and cause
    rows: pl.DataFrame  # by side, reporter, partner and year, after all errors


def network(real: Reference, parties: Countries, seed: int) -> Network:
    """All routes of one seed, the same whatever traps are on."""
    net = Network(real, parties, YEARS, stream(seed, "routes"))
    from_mines(net)
    from_refiners(net)
    balance(net)
    return net


def booked(
    crossings: Legs, parties: Countries, prices: Floats, how: Settings
) -> tuple[Ledger, Hidden, Floats]:
    """The ledger after all traps that concern lots: each lot meets one of them at most."""
    book = Ledger(crossings, prices, len(YEARS), len(parties))
    walked = customs.walked_over(book, how)
    hidden = hide(crossings, parties, len(YEARS), how)
    book.conceal(hidden)
    customs.timing(book, how)
    customs.transit(book, how)
    customs.origin_credited(book, parties, how)
    customs.refining_on_account(book, parties, how)
    customs.free_zones(book, parties, how)
    customs.echoes(book, how)
    customs.pools(book, parties, how)
    return book, hidden, walked


def build(data: Path, how: Settings) -> World:
    """The whole world in memory."""
    real = load(data)
    parties = countries(real, YEARS[0], YEARS[-1])
    prices = real.month_prices(YEARS[0], YEARS[-1])
    net = network(real, parties, how.seed)
    book, hidden, walked = booked(legs(net.routes, how.seed), parties, prices, how)
    bank = monetary(parties, prices, how)
    columns = ["side", "reporter", "partner", "year", "kg", "usd", "cause"]
    lots = accounts.summed([e.select(columns) for e in (*book.entries, bank.mixed)])
    open_years = published(parties, how)
    rows = accounts.with_errors(accounts.rows_of(lots), errors(parties, how), open_years, how)
    causes = pl.concat([lots, accounts.error_causes(rows).select(lots.columns)])
    return World(real, parties, net, book, hidden, walked, bank, open_years, causes, rows)


def fineness(world: World, rows: pl.DataFrame) -> Floats:
    """Of each row's pair: that of the last of its routes; 0.9 where no route goes directly."""
    count = len(world.parties)
    table = np.full((count, count + 1), 0.9)
    for route in world.network.routes:
        for seller, buyer in pairwise(route.path):
            table[seller, buyer] = route.fineness
    who, whom = rows["reporter"].to_numpy(), rows["partner"].to_numpy()
    imports = rows["side"].to_numpy() == IMPORT
    own = np.where(imports, table[np.minimum(whom, count - 1), who], table[who, whom])
    return np.asarray(own, dtype=np.float64)


def published_rows(world: World, how: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Headline rows with freight and weights, and the same rows with 710820 by product."""
    there = world.rows.filter((pl.col("state") == "there") & (pl.col("booked_usd") >= 0.005))
    head = records.priced(there, world.parties, how)
    head = records.weighed(head, fineness(world, head), world.parties, how)
    bank = world.bank.apart.group_by(records.KEY).agg(
        booked_usd=pl.col("usd").sum(), booked_kg=pl.col("kg").sum()
    ).sort(records.KEY)  # fmt: skip
    who, year = bank["reporter"].to_numpy(), bank["year"].to_numpy() - FIRST_YEAR
    bank = records.priced(bank.filter(pl.Series(world.published[who, year])), world.parties, how)
    bank = records.weighed(bank, np.full(bank.height, 0.995), world.parties, how)
    return head, records.by_product(head, bank, world.parties, how.seed)


def gaps(world: World, head: pl.DataFrame) -> pl.DataFrame:
    """causes.csv by index: every cause of the pairs' gaps, freight included."""
    freight = head.select(*records.KEY, cause=pl.lit("freight"), kg=pl.lit(0.0), usd="freight")
    causes = world.causes.filter(pl.col("cause") != "physical")
    physical = world.causes.filter(pl.col("cause") == "physical")
    parts = [causes, physical, freight.select(causes.columns)]
    table = accounts.pair_gaps(pl.concat(parts), len(world.parties))
    return table.filter((pl.col("cause") != "physical") | (pl.col("gap").abs() > 0.01))


def counts(world: World, truth: pl.DataFrame, how: Settings) -> dict[str, object]:
    """For world.json."""
    crossings = world.book.legs
    seen = truth.filter(pl.col("is_comparable") & (pl.col("direction") == "undeclared_export"))
    pairs = np.unique(crossings.seller * len(world.parties) + crossings.buyer)
    return {
        "countries": len(world.parties), "producers": len(world.parties.producers),
        "routes": len(world.network.routes), "lots_by_border": len(crossings),
        "trading_pairs": len(pairs), "absent_reporter_years": int((~world.published).sum()),
        "hidden_fine_kg": round(float(truth["hidden_fine_kg"].sum()), 1),
        "hidden_fine_kg_by_exporters_comparable": round(float(seen["hidden_fine_kg"].sum()), 1),
        "walked_fine_kg": round(float(world.walked.sum()), 1),
        "hiding_pairs": truth.select("exporter_iso3", "importer_iso3").unique().height,
        "traps_kg": _trap_kg(world),
    }  # fmt: skip


def _trap_kg(world: World) -> dict[str, float]:
    tables = [t for t in world.book.routings if t.height]
    total: dict[str, float] = {}
    for table in tables:
        case = str(table["case"][0])
        total[case] = round(total.get(case, 0.0) + float(table["kg"].sum()), 1)
    return dict(sorted(total.items()))


def write(
    folder: Path,
    mix: str,
    seed: int,
    off: tuple[str, ...] = (),
    only: tuple[str, ...] | None = None,
    hiding: float = 1.0,
    data: Path | None = None,
) -> None:
    """Writes `records/`, truth.csv, routes.csv, causes.csv and world.json below `folder`.

    `hiding` scales what is hidden, 0 to 1; `data` holds `reference/`. Raises ValueError for an
    unknown mix or trap.
    """
    how = settings(mix, seed, off, only, hiding)
    world = build(data or default_folder(), how)
    head, rows = published_rows(world, how)
    folder.mkdir(parents=True, exist_ok=True)
    records.write_records(rows, world.real, world.parties, folder / "records")
    hidden = answers.hidden_kg(world.book, world.hidden, world.walked, len(world.parties))
    pooled = answers.pooled_kg(world.book)
    truth = answers.comparable(hidden, world.rows, pooled, world.published)
    named = answers.named_truth(truth, world.parties)
    named.write_csv(folder / "truth.csv")
    answers.routings(world.book, world.parties).write_csv(folder / "routes.csv")
    answers.named_causes(gaps(world, head), world.parties).write_csv(folder / "causes.csv")
    about = {"mix": mix, "seed": seed, "hiding": hiding, "traps": how.on()}
    text = json.dumps(about | {"counts": counts(world, named, how)}, indent=1, sort_keys=True)
    (folder / "world.json").write_text(text + "\n")
