"""How much one call may bring: where replies end, what comes in time, and which sizes are doubted.

Sources disagree on the row cap of keyed calls (500 for some free keys, 100,000, 200,000, 250,000);
the choice stands here and nowhere else, and what calls teach goes before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mirror.comtrade.service import PERIODS_A_CALL, Kind

FILL = 0.75
"""Share of the cap that a call is planned to fill, as sizes are guesses."""
SMALL_ROWS = 250
"""A call that brings so few rows and fails does not fail for its size."""
SMALLEST_CAP = 500
"""The smallest cap that a source names: fewer rows, if not round, are never doubted."""


@dataclass(frozen=True)
class Limits:
    """Rows a reply can hold. `suspect` are the counts at which a reply is always taken as cut.

    What calls taught, by kind: `caps`, where replies end; `in_time`, the rows that a call is
    planned for at most.
    """

    preview_rows: int = 500
    keyed_rows: int = 100_000
    suspect: frozenset[int] = frozenset({500, 100_000, 200_000, 250_000})
    caps: Mapping[Kind, int] = field(default_factory=dict)
    in_time: Mapping[Kind, int] = field(default_factory=dict)

    def max_records(self, kind: Kind) -> int:
        """The rows to ask for: the cap named by the sources, whatever an account was found to get,
        so that one that is allowed more later gives more.
        """
        return {"preview": self.preview_rows, "records": self.keyed_rows}.get(kind, 0)

    def rows(self, kind: Kind) -> int:
        """Where a reply of this kind ends, as far as is known."""
        named = self.preview_rows if kind == "preview" else self.keyed_rows
        return self.caps.get(kind, named)

    def room(self, kind: Kind) -> float:
        """Rows that a call of this kind is planned to bring at most."""
        return min(FILL * self.rows(kind), self.in_time.get(kind, self.keyed_rows))

    def periods(self, kind: Kind) -> int:
        """Periods that a call of this kind may name."""
        return 1 if kind == "preview" else PERIODS_A_CALL

    def is_cut(self, kind: Kind, rows: int) -> bool:
        """Whether a reply with so many rows must be taken as cut."""
        ends = rows in self.suspect or rows == self.rows(kind)
        return ends or (kind == "preview" and rows >= self.preview_rows)

    def is_doubtful(self, kind: Kind, rows: int, proven: int, may_lack: bool) -> bool:
        """Whether a reply may be cut at a cap that nobody named, so that a count has to confirm it.

        It may if it is of a round number; or, where no cap is known from calls, if it is larger
        than `proven`, the largest one known to be whole, and `may_lack`: a reporter that published
        is not in it, or there are so few that it may end within the last.
        """
        if is_round(rows):
            return True
        beyond = kind not in self.caps and rows > max(proven, SMALLEST_CAP)
        return beyond and may_lack

    def with_cap(self, kind: Kind, rows: int) -> "Limits":
        """The same, with replies that end at so many rows."""
        return replace(self, caps={**self.caps, kind: rows})

    def with_rows_in_time(self, kind: Kind, rows: int) -> "Limits":
        """The same, with calls of at most so many rows."""
        return replace(self, in_time={**self.in_time, kind: rows})


LIMITS = Limits()


def is_round(rows: int) -> bool:
    """Whether a number of rows is one that somebody may have set as a cap: a multiple of 100 below
    1,000, of 250 below 10,000, of 5,000 beyond.
    """
    step = 100 if rows < 1_000 else 250 if rows < 10_000 else 5_000
    return rows > 0 and rows % step == 0
