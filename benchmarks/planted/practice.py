"""Lawful bookkeeping that parts the books: zones, swaps, valuation, years, pools, thresholds."""

import numpy as np

from benchmarks.planted.books import EXPORTER, IMPORTER, Books
from benchmarks.planted.cast import ZONES, Cast
from benchmarks.planted.draws import Bools, Floats, generator
from benchmarks.planted.settings import YEARS, Settings


def before_errors(settings: Settings, cast: Cast, books: Books) -> None:
    """What is decided when gold is declared: zones, product, value, year."""
    _free_zones(settings, cast, books)
    _swap(settings, cast, books, "monetary", "710820")
    _swap(settings, cast, books, "class_swap", "7112")
    _low_valuation(settings, cast, books)
    _years(settings, cast, books)


def _free_zones(settings: Settings, cast: Cast, books: Books) -> None:
    """Hubs with free zones book some pairs' gold not at all (six in ten of them) or in part."""
    rng = generator(settings.seed, "free zones")
    lot, part = rng.random((2, cast.n, cast.n)), rng.uniform(0.3, 0.9, (2, cast.n, cast.n))
    full = rng.random((2, cast.n, cast.n)) < 0.6
    share = np.where(full, 1.0, part) * (lot < settings.get("free_zones"))
    zone = cast.among(ZONES)
    share[EXPORTER][~zone] = 0
    share[IMPORTER][:, ~zone] = 0
    books.scale("free_zones", np.broadcast_to(1 - share[..., None], books.usd.shape))


def _swap(settings: Settings, cast: Cast, books: Books, trap: str, product: str) -> None:
    """One side of some pairs books half or all of the gold under another product for some years."""
    rng = generator(settings.seed, trap)
    n, years = cast.n, len(YEARS)
    lot, side = rng.random((n, n)), rng.random((n, n)) < 0.5
    share = np.where(rng.random((n, n)) < 0.5, 1.0, rng.uniform(0.3, 0.9, (n, n)))
    begin, length = rng.integers(0, years, (n, n, 1)), rng.integers(1, years, (n, n, 1))
    t = np.arange(years)
    lasts = (t >= begin) & (t < begin + length)
    moved = (share * (lot < settings.get(trap)))[..., None] * lasts
    books.put_aside(trap, product, np.stack([moved * side[..., None], moved * ~side[..., None]]))


def _low_valuation(settings: Settings, cast: Cast, books: Books) -> None:
    """Some exporters, no hubs, value 5 to 40 % low, half of them from a later year on."""
    rng = generator(settings.seed, "low valuation")
    n = cast.n
    low = (rng.random(n) < settings.get("low_valuation")) & ~cast.has("hub")
    part = rng.uniform(0.05, 0.40, n) * low
    begin = np.where(rng.random(n) < 0.5, rng.integers(2, 9, n), 0)
    factor = np.ones_like(books.usd)
    off = part[:, None] * (np.arange(len(YEARS)) >= begin[:, None])
    factor[EXPORTER] -= off[:, None, :]
    books.scale("low_valuation", factor, np.ones_like(factor))


def _years(settings: Settings, cast: Cast, books: Books) -> None:
    """A part of last year's gold is booked this year: fiscal years, and ships at sea in January."""
    rng = generator(settings.seed, "years")
    n = cast.n
    fiscal = (rng.random(n) < settings.get("fiscal_years")) * rng.choice([0.25, 0.5, 0.75], n)
    late = np.zeros_like(books.usd)
    late[EXPORTER], late[IMPORTER] = fiscal[:, None, None], fiscal[None, :, None]
    books.post("fiscal_years", _delay(books.usd, late), _delay(books.kg, late))
    late = np.zeros_like(books.usd)
    late[IMPORTER] = (rng.random((n, n)) * settings.get("timing"))[..., None]
    books.post("timing", _delay(books.usd, late), _delay(books.kg, late))


def _delay(book: Floats, late: Floats) -> Floats:
    """Book with the share `late` of each year moved into the next; the first keeps its own."""
    before = np.concatenate([book[..., :1], book[..., :-1]], axis=-1)
    return book * (1 - late) + before * late


def pools(settings: Settings, cast: Cast, books: Books) -> Bools:
    """Some reporters, no hubs, book whole flows under 899; says which flows and years."""
    rng = generator(settings.seed, "pools")
    n, years = cast.n, len(YEARS)
    may = np.flatnonzero(cast.has("producer", "conduit", "consumer"))
    who = np.zeros(n, dtype=bool)
    who[rng.permutation(may)[: int(settings.get("pools"))]] = True
    share = np.where(rng.random(n) < 0.3, 0.95, rng.uniform(0.2, 0.7, n))
    always = rng.random((n, n)) < share[:, None]
    skip = rng.random((n, n, years)) < 0.15
    which: Bools = (who[:, None] & always)[..., None] & ~skip
    books.pool("pools", which)
    return which


def thresholds(settings: Settings, cast: Cast, books: Books) -> None:
    """Some reporters drop rows below a value of 1,000 to 200,000 USD."""
    rng = generator(settings.seed, "thresholds")
    has = rng.random(cast.n) < settings.get("thresholds")
    least = has * np.exp(rng.uniform(np.log(1e3), np.log(2e5), cast.n))
    keep = np.ones_like(books.usd)
    keep[EXPORTER] = books.usd[EXPORTER] >= least[:, None, None]
    keep[IMPORTER] = books.usd[IMPORTER] >= least[None, :, None]
    books.scale("thresholds", keep)
