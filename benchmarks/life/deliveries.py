"""What of the truth has been told: the referee's own account of what a lake can hold."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field

from benchmarks.life.records import Record, records
from benchmarks.life.truth import Dataset, Key, Place, World

RowId = tuple[str, int, str]
"""Flow, partner and product of a record."""


def _row_id(record: Record) -> RowId:
    return record["flowCode"], record["partnerCode"], record["cmdCode"]


@dataclass(slots=True)
class Deliveries:
    """Rows of each dataset's newest version that went out whole, and the periods asked about."""

    versions: dict[Place, int] = field(default_factory=dict)
    rows: dict[Place, set[RowId]] = field(default_factory=dict)
    listed_periods: set[int] = field(default_factory=set)

    def forget_listings(self) -> None:
        """Begin a month: availability has not been asked yet."""
        self.listed_periods.clear()

    def deliver(self, dataset: Dataset, sent: Iterable[Record]) -> None:
        """Some rows of a dataset went out."""
        if self.versions.get(dataset.place) != dataset.version:
            self.versions[dataset.place] = dataset.version
            self.rows[dataset.place] = set()
        self.rows[dataset.place].update(_row_id(record) for record in sent)

    def is_whole(self, dataset: Dataset) -> bool:
        """Whether every row of this very version went out."""
        if self.versions.get(dataset.place) != dataset.version:
            return False
        return self.rows[dataset.place] >= {_row_id(record) for record in records(dataset)}

    def is_begun(self, dataset: Dataset) -> bool:
        """Whether some row of this version went out, and others did not."""
        is_this = self.versions.get(dataset.place) == dataset.version
        return is_this and bool(self.rows[dataset.place]) and not self.is_whole(dataset)

    def lists_all(self, periods: Set[int]) -> bool:
        """Whether availability answered for every one of these years since the month began."""
        return periods <= self.listed_periods


@dataclass(slots=True)
class View:
    """The records as an edition must have seen them."""

    seen: dict[Place, Dataset] = field(default_factory=dict)
    withdrawn: dict[Place, Dataset] = field(default_factory=dict)
    shown_before: dict[Place, frozenset[Key]] = field(default_factory=dict)
    """Flows that an older version of a dataset held: one that it dropped may count as withdrawn."""
    behind: set[Place] = field(default_factory=set)
    open: set[Place] = field(default_factory=set)
    """Places of which only a part is known, of rows or of their state: either may be shown."""

    def after(self, world: World, deliveries: Deliveries) -> "View":
        """The view of a run that ends now: newest versions that went out whole, else the older."""
        view = View(dict(self.seen), dict(self.withdrawn), dict(self.shown_before))
        for place, dataset in world.published.items():
            if deliveries.is_whole(dataset):
                view.seen[place] = dataset
                shown = view.shown_before.get(place, frozenset())
                view.shown_before[place] = shown | dataset.amounts.keys()
                view.withdrawn.pop(place, None)
            else:
                view.behind.add(place)
                if deliveries.is_begun(dataset) or place in view.withdrawn:
                    view.open.add(place)
        for place, dataset in world.withdrawn.items():
            if place not in view.seen:
                continue
            if place[1] in deliveries.listed_periods:
                view.withdrawn[place] = view.seen.pop(place, dataset)
            else:
                view.open.add(place)
        return view

    def moved_since(self, before: "View") -> set[Place]:
        """Reporters' years whose records are not what they were in another view."""
        places = self.seen.keys() | before.seen.keys()
        return {place for place in places if self.seen.get(place) != before.seen.get(place)}

    def events_since(self, before: "View") -> set[Place]:
        """Those, and years of which only the state moved: listed now, but not in the lake."""
        return self.moved_since(before) | self.behind | before.behind | self.open | before.open
