"""Who hides: which routes, which of their lots, and how much of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.chain.chance import Bools, Floats, Ints, stream
from benchmarks.chain.countries import SELLERS, TRADERS, Countries
from benchmarks.chain.lots import Legs
from benchmarks.chain.settings import WARM_UP_YEARS, Settings

EXPORTER_SHARE = 0.20  # of the routes of producing and transit countries
IMPORTER_SHARE = 0.03  # of all routes; our judgement
LEAST_KG_A_YEAR = 20.0  # routes below it are left alone: a fifth of a material gap
HUB_KG_A_YEAR = 2500.0  # median of the most that a hub's route hides a year; our judgement
LATE_SHARE = 0.30  # begin to hide in a later year


@dataclass(frozen=True)
class Hidden:
    """kg that the exporter and the importer of each leg leave out, and how, by pair key."""

    by_exporter: Floats
    by_importer: Floats
    export_kinds: dict[int, str]
    import_kinds: dict[int, str]


def pair_keys(legs: Legs, parties: int) -> Ints:
    """One number by seller and buyer of each leg."""
    return np.asarray(legs.seller * parties + legs.buyer, dtype=np.int64)


def plan(rng: np.random.Generator, flow: Floats, gentle: bool) -> tuple[str, Floats]:
    """How one route hides: its kind and the hidden share of every year's kg.

    `flow` is kg by year. Gentle routes (hubs) hide a smaller part: half of a hub's trade would be
    more than all mines dig.
    """
    years = len(flow)
    level = float(rng.uniform(0.1, 0.6) if gentle else rng.uniform(0.25, 0.95))
    kind = str(rng.choice(["share", "bursts", "tonnes"], p=[0.66, 0.19, 0.15]))
    share = np.clip(level * np.exp(rng.normal(0, 0.1, years)), 0, 0.97)
    if kind == "bursts":
        share *= rng.random(years) < rng.uniform(0.25, 0.5)
    if kind == "tonnes":
        fixed = level * float(np.median(flow[flow > 0])) if (flow > 0).any() else 0.0
        share = np.minimum(fixed / np.maximum(flow, 1e-9), 0.97)
    if gentle:
        share = np.minimum(share, HUB_KG_A_YEAR * rng.lognormal(0, 1) / np.maximum(flow, 1e-9))
    if rng.random() < LATE_SHARE:
        share[: WARM_UP_YEARS + rng.integers(2, 8)] = 0
    return kind, share


def months_of_bursts(rng: np.random.Generator, kind: str) -> Floats:
    """Factor on the share by calendar month: half of the bursts last some months of the year."""
    months = np.ones(12)
    if kind == "bursts" and rng.random() < 0.5:
        start, length = int(rng.integers(0, 12)), int(rng.integers(3, 7))
        months[:] = 0
        months[(start + np.arange(length)) % 12] = 1
    return months


def chances(keys: Ints, parties: Countries, hubs: float) -> tuple[Floats, Floats, Bools]:
    """Chances that the exporter and that the importer of each pair hides; and who is a hub.

    Artisanal producers hide more often than industrial ones, and those too hide now and then.
    """
    count = len(parties)
    seller, buyer = keys // count, keys % count
    names = np.array(parties.iso3)
    producing = np.isin(seller, parties.producers) | np.isin(names[seller], list(TRADERS))
    hub = np.isin(names[seller], list(SELLERS)) & ~np.isin(names[seller], ["PAN", "LBN", "JOR"])
    tilt = 0.6 + 1.6 * parties.artisanal[seller]
    export = np.where(producing & ~hub, tilt, 0.0)
    if (export > 0).any():
        export *= EXPORTER_SHARE / export[export > 0].mean()
    export = np.where(hub, hubs, export)
    into_hub = parties.is_hub[buyer] > 0
    imports = np.where(into_hub, 0.7 * hubs, IMPORTER_SHARE)
    return np.clip(export, 0, 0.9), imports, np.asarray(hub, dtype=np.bool_)


def hide(legs: Legs, parties: Countries, years: int, how: Settings) -> Hidden:
    """Draws the hiding routes; the draws do not depend on how strong hiding is."""
    open_legs = legs.walked == 0
    keys = pair_keys(legs, len(parties))
    pairs, place = np.unique(keys, return_inverse=True)
    year = np.minimum(legs.month // 12, years - 1)
    flows = np.zeros((len(pairs), years))
    np.add.at(flows, (place[open_legs], year[open_legs]), legs.kg[open_legs])
    large = flows.mean(axis=1) >= LEAST_KG_A_YEAR
    export, imports, hub = chances(pairs, parties, how.strength("hubs_hide"))
    luck = stream(how.seed, "hiding").random((len(pairs), 2))
    exporter = large & (luck[:, 0] < export)
    importer = large & ~exporter & (luck[:, 1] < imports)
    into_hub = parties.is_hub[pairs % len(parties)] > 0
    export_kinds, out = _shares(pairs, flows, exporter, hub, how, "exporter")
    import_kinds, into = _shares(pairs, flows, importer, hub | into_hub, how, "importer")
    calendar = legs.month % 12
    by_exporter = legs.kg * out[place, year, calendar] * open_legs * how.hiding
    by_importer = legs.kg * into[place, year, calendar] * open_legs * how.hiding
    return Hidden(by_exporter, by_importer, export_kinds, import_kinds)


def _shares(
    pairs: Ints, flows: Floats, hides: Bools, gentle: Bools, how: Settings, side: str
) -> tuple[dict[int, str], Floats]:
    """Kinds by pair key and hidden shares by pair, year and calendar month."""
    share = np.zeros((*flows.shape, 12))
    kinds: dict[int, str] = {}
    for row in np.flatnonzero(hides):
        rng = stream(how.seed, side, str(pairs[row]))
        kind, yearly = plan(rng, flows[row], bool(gentle[row]))
        share[row] = yearly[:, None] * months_of_bursts(rng, kind)[None, :]
        kinds[int(pairs[row])] = kind
    return kinds, share
