"""What the service has published at any moment, and how that came about: the truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

Place = tuple[str, int]
"""A reporter (ISO 3166 alpha-3) and a year."""
Key = tuple[str, str]
"""A flow code (M, X) and a partner (ISO 3166 alpha-3)."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What a reporter declares of one flow; a weight that is None is not declared."""

    value_usd: float
    weight_kg: float | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """One release of a reporter's year."""

    reporter: str
    period: int
    amounts: Mapping[Key, Amount]
    hs_edition: str
    first_released: datetime
    last_released: datetime
    version: int

    @property
    def place(self) -> Place:
        """Whose year it is."""
        return self.reporter, self.period


@dataclass(frozen=True, slots=True)
class Event:
    """Something that became of the published records."""

    kind: str
    place: Place
    at: datetime


@dataclass(slots=True)
class World:
    """Published datasets, those that are still to come, and the events so far."""

    pending: dict[Place, Mapping[Key, Amount]]
    published: dict[Place, Dataset] = field(default_factory=dict)
    withdrawn: dict[Place, Dataset] = field(default_factory=dict)
    halved: dict[Place, Mapping[Key, Amount]] = field(default_factory=dict)
    """Whole rows of datasets that lost half of them for a month."""
    events: list[Event] = field(default_factory=list)
    versions: int = 0

    def release(
        self,
        kind: str,
        place: Place,
        at: datetime,
        amounts: Mapping[Key, Amount] | None = None,
        hs_edition: str | None = None,
    ) -> None:
        """Publish a dataset for the first time, or a newer release of it."""
        self.versions += 1
        old = self.published.get(place) or self.withdrawn.pop(place, None)
        if amounts is None:
            amounts = old.amounts if old else self.pending[place]
        self.pending.pop(place, None)
        if old is None:
            edition = hs_edition or edition_of(place[1])
            new = Dataset(*place, amounts, edition, at, at, self.versions)
        else:
            edition = hs_edition or old.hs_edition
            new = replace(
                old,
                amounts=amounts,
                hs_edition=edition,
                last_released=at,
                version=self.versions,
            )
        self.published[place] = new
        self.events.append(Event(kind, place, at))

    def withdraw(self, place: Place, at: datetime) -> None:
        """Take a dataset back, as the service does without a word."""
        self.withdrawn[place] = self.published.pop(place)
        self.events.append(Event("withdrawn", place, at))


def edition_of(period: int) -> str:
    """The edition of the Harmonised System that a year is reported in."""
    return "H6" if period >= 2022 else "H5"
