"""What the referee found: one line a fault, and a table of the kinds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault: when it showed, what was looked at, what was expected and what was there."""

    seed: int
    month: str
    kind: str
    what: str
    expected: str
    got: str

    def line(self) -> str:
        """The fault in a line."""
        return (
            f"seed {self.seed} {self.month} {self.kind}: {self.what}: "
            f"expected {self.expected}; got {self.got}"
        )


@dataclass(slots=True)
class Findings:
    """Faults of one life, in the order in which they showed."""

    seed: int
    month: str = ""
    found: list[Finding] = field(default_factory=list)

    def add(self, kind: str, what: str, expected: object, got: object) -> None:
        """Write down a fault of the month that is being judged."""
        self.found.append(Finding(self.seed, self.month, kind, what, _short(expected), _short(got)))

    def demand(self, holds: bool, kind: str, what: str, expected: object, got: object) -> bool:
        """Write down a fault if it does not hold; whether it holds."""
        if not holds:
            self.add(kind, what, expected, got)
        return holds


def _short(thing: object) -> str:
    text = " ".join(str(thing).split())
    return text if len(text) <= 300 else f"{text[:297]}..."


def table(found: Sequence[Finding]) -> str:
    """Kinds by how often, each with its first example."""
    counts = Counter(finding.kind for finding in found)
    first = {finding.kind: finding for finding in reversed(found)}
    return "\n".join(
        f"{kind:<28} {count:>5}  {first[kind].line()}" for kind, count in counts.most_common()
    )
