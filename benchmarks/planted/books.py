"""Two books of every pair: what the exporter and the importer write, and why they differ."""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.planted.draws import Bools, Floats

EXPORTER, IMPORTER = 0, 1


@dataclass
class Books:
    """Headline gold in USD (FOB) and fine kg, shape (side, exporter, importer, year).

    `gaps` holds, by cause, what it adds to importer minus exporter, USD; they add up to the gap
    of the books at any time, since every change goes through `post`.
    """

    usd: Floats
    kg: Floats
    gaps: dict[str, Floats] = field(default_factory=dict)
    pool_usd: Floats = field(default_factory=lambda: np.zeros(0))
    pool_kg: Floats = field(default_factory=lambda: np.zeros(0))
    aside_usd: dict[str, Floats] = field(default_factory=dict)
    aside_kg: dict[str, Floats] = field(default_factory=dict)

    @staticmethod
    def empty(n: int, years: int) -> "Books":
        """Books without an entry; pools by exporter and year, `aside` by product code."""
        shape = (2, n, n, years)
        books = Books(np.zeros(shape), np.zeros(shape))
        books.pool_usd, books.pool_kg = np.zeros((n, years)), np.zeros((n, years))
        for product in ("710820", "7112"):
            books.aside_usd[product], books.aside_kg[product] = np.zeros(shape), np.zeros(shape)
        return books

    @property
    def gap(self) -> Floats:
        """Importer minus exporter, USD."""
        out: Floats = self.usd[IMPORTER] - self.usd[EXPORTER]
        return out

    def post(self, cause: str, usd: Floats, kg: Floats) -> None:
        """Replace the books, and write down what this changes in the gaps under `cause`."""
        before = self.gap
        self.usd, self.kg = usd, kg
        self.gaps[cause] = self.gaps.get(cause, np.zeros_like(before)) + self.gap - before

    def scale(self, cause: str, usd: Floats, kg: Floats | None = None) -> None:
        """Multiply the books by factors that fit their shape; weights as values if not given."""
        self.post(cause, self.usd * usd, self.kg * (usd if kg is None else kg))

    def put_aside(self, cause: str, product: str, share: Floats) -> None:
        """Book a share of every cell under another product, outside of the headline."""
        self.aside_usd[product] = self.aside_usd[product] + self.usd * share
        self.aside_kg[product] = self.aside_kg[product] + self.kg * share
        self.scale(cause, 1 - share)

    def pool(self, cause: str, which: Bools) -> None:
        """Move whole exports to 'Areas, nes'."""
        self.pool_usd = self.pool_usd + (self.usd[EXPORTER] * which).sum(axis=1)
        self.pool_kg = self.pool_kg + (self.kg[EXPORTER] * which).sum(axis=1)
        keep = np.ones_like(self.usd)
        keep[EXPORTER][which] = 0
        self.scale(cause, keep)
