"""First entries: gold is shipped, routed and hidden, and each side books what it must."""

from dataclasses import dataclass

import numpy as np

from benchmarks.planted.books import EXPORTER, IMPORTER, Books
from benchmarks.planted.cast import Cast
from benchmarks.planted.draws import Floats, generator
from benchmarks.planted.hiding import Hiding
from benchmarks.planted.routing import Entries, Route, entries
from benchmarks.planted.settings import YEARS, Settings

HIDDEN_KINDS = ("direct", "through_hub", "behind_hub", "import")


@dataclass
class Secret:
    """Hidden and shipped kg by kind, shape (n, n, years), at the pair that can show them."""

    hidden_kg: dict[str, Floats]
    shipped_kg: dict[str, Floats]


def pair_price(settings: Settings, cast: Cast) -> Floats:
    """USD per fine kg by pair and year: months of shipment differ, 1.5 % (our judgement)."""
    rng = generator(settings.seed, "price")
    off = rng.normal(0, 0.015, (cast.n, cast.n, len(YEARS)))
    out: Floats = cast.price * np.exp(off)
    return out


def open_books(
    settings: Settings, cast: Cast, moved_kg: Floats, found: list[Route], hidden: Hiding
) -> tuple[Books, Secret]:
    """Books after shipping, routing and hiding; causes `case_1` to `case_9` and `hidden*`."""
    n, years = cast.n, len(YEARS)
    books = Books.empty(n, years)
    secret = Secret(*({k: np.zeros((n, n, years)) for k in HIDDEN_KINDS} for _ in range(2)))
    price = pair_price(settings, cast)
    direct = moved_kg.copy()
    for route in found:
        direct[route.i, route.j] *= 1 - route.share
    _book_direct(books, direct, price, hidden, secret)
    for route in found:
        _book_route(settings, books, moved_kg, price, hidden, secret, route)
    return books, secret


def _book_direct(books: Books, kg: Floats, price: Floats, hidden: Hiding, secret: Secret) -> None:
    """Both sides book the direct gold; then exporters, then importers, leave out their shares."""
    books.post("trade", np.stack([kg * price, kg * price]), np.stack([kg, kg]))
    none = np.zeros_like(kg)
    books.scale("hidden", 1 - np.stack([hidden.by_exporter, none]))
    books.scale("hidden_import", 1 - np.stack([none, hidden.by_importer]))
    secret.hidden_kg["direct"] += kg * hidden.by_exporter
    secret.hidden_kg["import"] += kg * hidden.by_importer
    secret.shipped_kg["direct"] += kg
    secret.shipped_kg["import"] += kg


def _book_route(
    settings: Settings,
    books: Books,
    moved_kg: Floats,
    price: Floats,
    hidden: Hiding,
    secret: Secret,
    route: Route,
) -> None:
    """Book the routed gold of one route; what is hidden of it first, where it shows."""
    kg = moved_kg[route.i, route.j] * route.share
    at = price[route.i, route.j]
    share = hidden.by_exporter[route.i, route.j] * settings.on("hide_routed")
    where = entries(route)
    name = f"case_{route.case}"
    _enter(books, name, [(EXPORTER, where.declared)], kg * (1 - share), at)
    cells = [(EXPORTER, cell) for cell in where.exports]
    cells += [(IMPORTER, cell) for cell in where.imports]
    _enter(books, name, cells, kg * (1 - share), at)
    _hide(books, where, name, kg * share, at)
    kind = "behind_hub" if where.shows is None else "through_hub"
    pair = where.shows or (route.i, route.j)
    secret.hidden_kg[kind][pair] += kg * share
    secret.shipped_kg[kind][pair] += kg


def _hide(books: Books, where: Entries, name: str, kg: Floats, price: Floats) -> None:
    """Book hidden routed gold: as hidden in the cell that shows it, the rest as routing."""
    shown = where.shows or where.behind
    cause = "hidden" if where.shows else "hidden_behind_hub"
    rest = [(EXPORTER, cell) for cell in where.exports]
    rest += [(IMPORTER, cell) for cell in where.imports if cell != shown]
    if shown is not None:
        _enter(books, cause, [(IMPORTER, shown)], kg, price)
    _enter(books, name, rest, kg, price)


def _enter(
    books: Books, cause: str, cells: list[tuple[int, tuple[int, int]]], kg: Floats, price: Floats
) -> None:
    """Add kg to cells of the books."""
    gap = books.gaps.setdefault(cause, np.zeros(books.usd.shape[1:]))
    for side, pair in cells:
        books.usd[side][pair] += kg * price
        books.kg[side][pair] += kg
        gap[pair] += kg * price * (1 if side == IMPORTER else -1)
