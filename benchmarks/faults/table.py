"""What was found, as a table of kinds and the first example of each finding."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.faults.trial import CLASSES

Line = dict[str, Any]


def table(lines: Sequence[Line], kinds: Iterable[str]) -> str:
    """A row for each kind: trials with at least one finding of a class, not findings."""
    classes = [*CLASSES, "referee"]
    head = ["kind", "trials", "clean", "s a trial", *classes]
    rows = [head, *([kind, *_row([one for one in lines if one["kind"] == kind], classes)]
                    for kind in kinds)]  # fmt: skip
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    text = "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return f"{text}\n{_examples(lines)}"


def _row(lines: Sequence[Line], classes: Sequence[str]) -> list[str]:
    found = Counter(what for line in lines for what in {one["what"] for one in line["findings"]})
    clean = sum(not line["findings"] for line in lines)
    seconds = sum(line["seconds"] for line in lines) / max(1, len(lines))
    return [str(len(lines)), str(clean), f"{seconds:.1f}", *(str(found[name]) for name in classes)]


def _examples(lines: Sequence[Line]) -> str:
    first: dict[tuple[str, str], Line] = {}
    for line in lines:
        for one in line["findings"]:
            first.setdefault((one["kind"], one["what"]), one)
    return "".join(
        f"\n{kind}, {what}: {one['point']} · {one['command']} · expected: {one['expected']}"
        f" · got: {(one['got'] or one['stderr'])[-160:]!r}"
        for (kind, what), one in first.items()
    ) + "\n" * bool(first)  # fmt: skip
