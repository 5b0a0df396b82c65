"""Ways in which a service fails, drawn at random from a seed."""

import random
from dataclasses import dataclass, field

WAYS = (
    "busy", "busy_with_time", "error_500", "error_503", "html_200", "html_502", "too_long",
    "cut_body", "cut_open_body", "cut_gzip", "reset", "reset_in_body", "wrong_count", "empty_body",
    "slow_body",
)  # fmt: skip


@dataclass
class Faults:
    """Every call fails with this chance, in one of these ways; `planned` goes first."""

    rate: float = 0.0
    seed: int = 0
    ways: tuple[str, ...] = WAYS
    planned: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def draw(self) -> str:
        """The way this call fails; empty: it does not."""
        if self.planned:
            return self.planned.pop(0)
        return self._chance.choice(self.ways) if self._chance.random() < self.rate else ""
