"""The traps that concern which lot is booked where and when."""

from __future__ import annotations

import numpy as np

from benchmarks.chain.chance import Floats, Ints, chosen_to_share, logistic, stream, walk
from benchmarks.chain.countries import Countries
from benchmarks.chain.ledger import EXPORT, IMPORT, Ledger
from benchmarks.chain.settings import Settings

OWNERS = ("GBR", "CHE", "USA", "CAN")  # for whose account refiners work
REFINERS = ("CHE", "ZAF", "AUS", "CAN", "ITA", "DEU", "IND", "ARE", "USA", "HKG", "TUR", "BEL")
FREE_ZONES = ("ARE", "TUR", "HKG", "PAN", "SGP", "LBN", "CHE", "KWT")


def by_route(book: Ledger, rng: np.random.Generator, share: float) -> Floats:
    """Weight of each leg: its route's habit (most routes have none) times the year's mood."""
    routes = int(book.legs.route.max()) + 1
    habit = (rng.random(routes) < share) * rng.beta(1.5, 1.0, routes)
    mood = np.exp(walk(rng, routes, book.years + 1, 0.4, 0.7))
    year = np.minimum(book.legs.month // 12, book.years)
    return np.asarray(habit[book.legs.route] * mood[book.legs.route, year])


def timing(book: Ledger, how: Settings) -> None:
    """Importers book lots one or two months later, some routes often, some never."""
    rng = stream(how.seed, "timing")
    mean = how.strength("timing")
    routes = int(book.legs.route.max()) + 1
    late = rng.beta(0.45, 0.45 * (1 - mean) / mean, routes) if mean > 0 else np.zeros(routes)
    rows = np.flatnonzero(
        (rng.random(len(book.legs)) < late[book.legs.route]) & (book.legs.walked == 0)
    )
    months = book.legs.month[rows]
    later = months + rng.choice([1, 2], len(rows), p=[0.7, 0.3])
    kg, partner = book.arriving_kg[rows], book.legs.seller[rows]
    book.post(IMPORT, rows, partner, months, -kg, "timing")
    book.post(IMPORT, rows, partner, later, kg, "timing")
    smuggled, buyer = book.smuggled_kg[rows], book.legs.buyer[rows]
    for cause, sign in (("hiding", 1.0), ("timing", -1.0)):  # hidden in the year of the import
        book.post(EXPORT, rows, buyer, months, sign * smuggled, cause)
        book.post(EXPORT, rows, buyer, later, -sign * smuggled, cause)
    book.in_month[rows] = later


def walked_over(book: Ledger, how: Settings) -> Floats:
    """Neither side books gold that is walked over the border; kg by leg."""
    kg = book.legs.kg * (book.legs.walked > 0) * how.strength("walked_over") * min(how.hiding, 1.0)
    rows = np.flatnonzero(kg > 0)
    for side, partner in ((EXPORT, book.legs.buyer), (IMPORT, book.legs.seller)):
        book.post(side, rows, partner[rows], book.legs.month[rows], -kg[rows], "walked_over")
    return np.asarray(kg, dtype=np.float64)


def transit(book: Ledger, how: Settings) -> None:
    """The hub books a lot neither in nor out: cases 1, 2 and 4 of the table of routes."""
    rng = stream(how.seed, "transit")
    legs = book.legs
    first = (legs.before < 0) & (legs.after >= 0) & book.free
    weight = by_route(book, rng, 0.35) * first
    rows = _taken(book, rng, weight, how.strength("transit"))
    case_of = rng.choice(["1", "2", "4"], int(legs.route.max()) + 1, p=[0.4, 0.3, 0.3])
    book.erase(IMPORT, rows, "transit")
    book.erase(EXPORT, legs.after[rows], "transit")
    for case in ("1", "2", "4"):
        some = rows[case_of[legs.route[rows]] == case]
        on = legs.after[some]
        if case == "1":
            book.credit(IMPORT, on, legs.seller[some], "transit")
        if case == "4":
            book.credit(EXPORT, some, legs.buyer[on], "transit")
        book.free[some], book.free[on] = False, False
        none = np.full(len(on), -1, dtype=np.int64)
        book.note(on, f"transit_{case}", legs.seller[on], none, legs.seller[some])


def origin_credited(book: Ledger, parties: Countries, how: Settings) -> None:
    """Importers credit the country of origin on gold that hubs lawfully bought and sold on.

    Each importer has a rule of its own, and its use of it drifts by hub and year.
    """
    rng = stream(how.seed, "origin_credited")
    legs, count = book.legs, len(parties)
    rule = rng.normal(0, 3.0, count)
    drift = walk(rng, count * count, book.years + 1, 1.2, 0.6)
    year = np.minimum(legs.month // 12, book.years)
    use = logistic(rule[legs.buyer] + drift[legs.seller * count + legs.buyer, year])
    weight = use * (legs.before >= 0) * book.free
    rows = _taken(book, rng, weight, how.strength("origin_credited"))
    book.credit(IMPORT, rows, legs.origin[rows], "origin_credited")
    earlier = legs.before[rows]
    two = legs.before[earlier] >= 0
    first = np.where(two, legs.seller[earlier], legs.seller[rows])
    second = np.where(two, legs.seller[rows], -1)
    book.note(rows, "origin_credited", first, second, legs.origin[rows])


def refining_on_account(book: Ledger, parties: Countries, how: Settings) -> None:
    """Gold refined for its owner: credited to the owner's country, or booked by one side only."""
    rng = stream(how.seed, "refining_on_account")
    legs = book.legs
    routes = int(legs.route.max()) + 1
    refiner = np.isin(np.array(parties.iso3)[legs.buyer], REFINERS)
    weight = by_route(book, rng, 0.3) * refiner * (legs.after < 0) * book.free
    rows = _taken(book, rng, weight, how.strength("refining_on_account"))
    case = rng.choice(3, routes, p=[0.5, 0.25, 0.25])[legs.route[rows]]
    owners = np.array([parties.at(name) for name in OWNERS])
    owner = owners[rng.integers(0, len(owners), routes)[legs.route[rows]]]
    clash = (owner == legs.seller[rows]) | (owner == legs.buyer[rows])
    case = np.where(clash & (case == 0), 1, case)
    credited, none = rows[case == 0], np.full(int((case == 0).sum()), -1, dtype=np.int64)
    book.credit(IMPORT, credited, owner[case == 0], "refining_on_account")
    book.note(credited, "refining_owner", owner[case == 0], none, legs.seller[credited])
    for number, side, name in ((1, IMPORT, "in"), (2, EXPORT, "out")):
        book.erase(side, rows[case == number], "refining_on_account")
        book.note_pair(rows[case == number], f"refining_not_booked_{name}")


def free_zones(book: Ledger, parties: Countries, how: Settings) -> None:
    """Four importers record nothing of what enters their free zones."""
    rng = stream(how.seed, "free_zones")
    blind = rng.choice(FREE_ZONES, 4, replace=False)
    into = np.isin(np.array(parties.iso3)[book.legs.buyer], blind)
    weight = by_route(book, rng, 0.3) * into * book.free
    rows = _taken(book, rng, weight, how.strength("free_zones"))
    book.erase(IMPORT, rows, "free_zones")
    book.note_pair(rows, "free_zone")


def echoes(book: Ledger, how: Settings) -> None:
    """A lot recorded twice: on release from a free zone, by the exporter, or as re-import."""
    rng = stream(how.seed, "echoes")
    legs = book.legs
    weight = by_route(book, rng, 0.12) * book.free
    rows = _taken(book, rng, weight, how.strength("echoes"))
    case = rng.choice(3, int(legs.route.max()) + 1, p=[0.5, 0.3, 0.2])[legs.route[rows]]
    again = book.in_month[rows] + rng.integers(1, 4, len(rows))
    seller, buyer, kg = legs.seller[rows], legs.buyer[rows], book.in_kg[rows]
    one, two, three = (np.flatnonzero(case == n) for n in range(3))
    book.post(IMPORT, rows[one], seller[one], again[one], kg[one], "echoes")
    book.post(EXPORT, rows[two], buyer[two], again[two], kg[two], "echoes")
    book.post_as(
        IMPORT, rows[three], seller[three], buyer[three], again[three], kg[three], "echoes"
    )
    for some, name in ((one, "release"), (two, "export"), (three, "reimport")):
        book.note_pair(rows[some], f"echo_{name}")
    book.free[rows] = False


def pools(book: Ledger, parties: Countries, how: Settings) -> None:
    """Some exporters book a part or all to 'Areas, nes': by lot, by route, or whole years."""
    rng = stream(how.seed, "pools")
    legs, count = book.legs, len(parties)
    selling = rng.random(count) < how.strength("pools")
    habit = rng.choice(3, count)
    part = rng.uniform(0.1, 0.6, count)
    whole = rng.random((count, book.years + 1)) < 0.6
    by_lot = rng.random(len(legs)) < part[legs.seller]
    by_pair = rng.random((count, count))[legs.seller, legs.buyer] < 0.5 * part[legs.seller]
    year = np.minimum(legs.month // 12, book.years)
    use = np.choose(habit[legs.seller], [by_lot, by_pair, whole[legs.seller, year]])
    rows = np.flatnonzero(use & selling[legs.seller] & book.free & (book.out_kg > 0))
    book.credit(EXPORT, rows, np.full(len(rows), book.pool, dtype=np.int64), "pools")
    book.note_pair(rows, "pool")


def _taken(book: Ledger, rng: np.random.Generator, weight: Floats, share: float) -> Ints:
    """Rows whose kg make up about `share` of the kg of all border crossings."""
    target = share * float(book.legs.kg.sum())
    return np.asarray(
        np.flatnonzero(chosen_to_share(rng, weight, book.legs.kg, target)), dtype=np.int64
    )
