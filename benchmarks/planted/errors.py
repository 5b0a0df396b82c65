"""Errors of the books: small and large, of a row, a pair or a reporter's year."""

import numpy as np

from benchmarks.planted.books import EXPORTER, Books
from benchmarks.planted.cast import Cast
from benchmarks.planted.draws import Floats, generator
from benchmarks.planted.settings import YEARS, Settings

CARE = {"hub": 0.6, "consumer": 0.8, "producer": 1.0, "conduit": 1.8}  # our judgement
LARGEST_LN = 3.0  # no error of coverage is larger than twenty times
LARGEST_USD = 5e9  # a value above is not multiplied by ten: somebody would have noticed


def errors(settings: Settings, cast: Cast, books: Books, legs_kg: Floats) -> None:
    """Errors of coverage move value and weight alike; scaled by reporter and size of flow."""
    scale = _scale(settings, cast, legs_kg)
    rng = {
        k: generator(settings.seed, k) for k in ("persistent", "reporter_year", "yearly", "heavy")
    }
    n, years = cast.n, len(YEARS)
    lasting = rng["persistent"].standard_t(3, (2, n, n, 1)) * settings.get("persistent")
    _apply(books, "persistent", lasting * scale)
    common = rng["reporter_year"].standard_t(3, (2, n, years)) * settings.get("reporter_year")
    both = np.stack(
        [common[0][:, None, :] + np.zeros((n, n, 1)), common[1][None] + np.zeros((n, n, 1))]
    )
    _apply(books, "reporter_year", both)
    small = rng["yearly"].normal(0, 1, (2, n, n, years)) * settings.get("yearly")
    _apply(books, "noise", small * scale)
    heavy = rng["heavy"].standard_t(2.2, (2, n, n, years)) * settings.get("heavy")
    _apply(books, "noise", heavy * scale)
    _blunders(settings, cast, books)
    _unmatched(settings, cast, books, legs_kg)


def _scale(settings: Settings, cast: Cast, legs_kg: Floats) -> Floats:
    """Scale of errors, shape (2, n, n, 1): care of the reporter times (value / 10 M USD)^-0.12.

    By the gold of the legs, not by what is booked, so that hiding changes none of it.
    """
    rng = generator(settings.seed, "care")
    care = np.exp(rng.normal(0, 0.65, cast.n)) * np.array([CARE[role] for role in cast.role])
    value = legs_kg.mean(axis=-1) * cast.price.mean()
    size = np.clip(np.maximum(value, 1e3) / 1e7, 1e-4, 1e3) ** -0.12
    size = np.where(value > 0, size, 1.0)
    out: Floats = np.stack([care[:, None] * size, care[None, :] * size])[..., None]
    return out


def _apply(books: Books, cause: str, ln: Floats) -> None:
    """Multiply the books by exp(ln)."""
    factor = np.exp(np.clip(ln, -LARGEST_LN, LARGEST_LN))
    books.scale(cause, np.broadcast_to(factor, books.usd.shape))


def _blunders(settings: Settings, cast: Cast, books: Books) -> None:
    """Rows hit: value times ten (15 %), by ten (15 %), lost (20 %), other partner (50 %)."""
    rng = generator(settings.seed, "blunders")
    shape = books.usd.shape
    hit = rng.random(shape) < settings.get("blunders")
    kind = rng.random(shape)
    other = rng.integers(1, cast.n, shape)
    more = hit & (kind < 0.15) & (books.usd < LARGEST_USD)
    factor = np.where(more, 10.0, np.where(hit & (kind >= 0.15) & (kind < 0.30), 0.1, 1.0))
    books.scale("blunders", factor, np.ones_like(factor))
    lost = hit & (kind >= 0.30) & (kind < 0.50)
    books.scale("blunders", (~lost).astype(np.float64))
    usd, kg = books.usd.copy(), books.kg.copy()
    for side, i, j, t in np.argwhere(hit & (kind >= 0.50) & (books.usd > 0)):
        wrong = _partner(cast, int(side), int(i), int(j), int(other[side, i, j, t]))
        for book, old in ((usd, books.usd), (kg, books.kg)):
            book[side, i, j, t] -= old[side, i, j, t]
            book[(side, *wrong, t)] += old[side, i, j, t]
    books.post("blunders", np.maximum(usd, 0), np.maximum(kg, 0))


def _partner(cast: Cast, side: int, i: int, j: int, step: int) -> tuple[int, int]:
    """Pair under which a row lands when its partner is another one than it should be."""
    if side == EXPORTER:
        wrong = (j + step) % cast.n
        return (i, wrong) if wrong != i else (i, j)
    wrong = (i + step) % cast.n
    return (wrong, j) if wrong != j else (i, j)


def _unmatched(settings: Settings, cast: Cast, books: Books, legs_kg: Floats) -> None:
    """Rows that one side lacks; likelier the smaller the flow is, and lasting by pair in half."""
    rng = generator(settings.seed, "unmatched")
    n, years = cast.n, len(YEARS)
    usd = np.maximum(legs_kg * cast.price, 1.0)
    chance = np.minimum(settings.get("unmatched") * np.sqrt(1e5 / usd), 0.6)
    lot = np.where(
        rng.random((2, n, n, 1)) < 0.5, rng.random((2, n, n, 1)), rng.random((2, n, n, years))
    )
    lost = (lot < chance) & (legs_kg > 0)
    books.scale("unmatched", (~lost).astype(np.float64))


def weight_errors(settings: Settings, shape: tuple[int, ...]) -> Floats:
    """Factor on reported weights: a row in 200 in grams, ounces or with a digit lost.

    Goes with the trap `blunders`.
    """
    rng = generator(settings.seed, "weight errors")
    hit = rng.random(shape) < 0.3 * settings.get("blunders")
    out: Floats = np.where(hit, rng.choice([1000.0, 32.1507466, 0.1, 10.0], shape), 1.0)
    return out
