"""Which records are at hand: years that were never published, and files that hold a part."""

from dataclasses import dataclass

import numpy as np

from benchmarks.planted.books import EXPORTER, IMPORTER, Books
from benchmarks.planted.cast import Cast
from benchmarks.planted.draws import Bools, generator
from benchmarks.planted.settings import YEARS, Settings

LEAST_USD = 1.0  # a row below a dollar is no row


@dataclass(frozen=True)
class Coverage:
    """Years published (n, years), reporters held in part (n,), partners held (n, n)."""

    published: Bools
    partial: Bools
    partners: Bools


def coverage(settings: Settings, cast: Cast) -> Coverage:
    """Draw it: the latest year is missing three times as often, hubs a third as often.

    Half as many producers and conduits again never publish.
    """
    rng = generator(settings.seed, "coverage")
    n, years = cast.n, len(YEARS)
    chance = np.full((n, years), settings.get("missing_years"))
    chance[:, -1] *= 3
    chance[cast.has("hub")] /= 3
    never = (rng.random(n) < 1.5 * settings.get("missing_years")) & cast.has("producer", "conduit")
    published = (rng.random((n, years)) >= chance) & ~never[:, None]
    published[:, 0] = True
    large = cast.pull >= 0.3
    partial = (rng.random(n) < settings.get("partial")) & ~large
    partners = rng.random((n, n)) < 0.45
    return Coverage(published, partial, ~partial[:, None] | partners)


def close_books(books: Books, held: Coverage) -> None:
    """Drop what is no record: rows below a dollar, unpublished years, partners not asked for."""
    books.scale("rounding", (books.usd >= LEAST_USD).astype(float))
    keep = np.ones_like(books.usd)
    keep[EXPORTER] *= held.published[:, None, :]
    keep[IMPORTER] *= held.published[None, :, :]
    _drop(books, "missing_years", keep)
    keep = np.ones_like(books.usd)
    keep[EXPORTER] *= held.partners[..., None]
    keep[IMPORTER] *= held.partners.T[..., None]
    _drop(books, "partial", keep)
    here = held.published & ~held.partial[:, None]
    books.pool_usd, books.pool_kg = books.pool_usd * here, books.pool_kg * here


def _drop(
    books: Books, cause: str, keep: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> None:
    """Drop cells of the headline and of the other products."""
    books.scale(cause, keep)
    for book in (books.aside_usd, books.aside_kg):
        for product in book:
            book[product] = book[product] * keep


def has_world_rows(books: Books, held: Coverage) -> Bools:
    """Reporter-years with a World total of either flow, shape (n, years)."""
    exports = books.usd[EXPORTER].sum(axis=1) + books.pool_usd
    rows = (exports > 0) | (books.usd[IMPORTER].sum(axis=0) > 0)
    out: Bools = rows & held.published & ~held.partial[:, None]
    return out
