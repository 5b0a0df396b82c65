"""Which edition a build's row counts are held against: one that answered the same question."""

from pathlib import Path

import pytest

from mirror.steps.check import row_ranges
from mirror.steps.run import Run
from standing import stand

LAKE = ("lake", "A", 5)


def edition(out: Path, month: str, rows: int, **said: object) -> None:
    window = {"first_year": 2021, "last_year": 2025}
    summary = {"source_kind": "lake", "window": window, "rows": {"gap_years": rows}}
    stand(out / "published", month, **(summary | said))


def held(out: Path, month: str = "2026-11", kind: tuple[str, str, int] = LAKE) -> object:
    return row_ranges(Run(out, edition=month), kind).get("gap_years")


def test_the_newest_edition_is_the_measure(tmp_path: Path) -> None:
    edition(tmp_path, "2026-09", 1000)
    edition(tmp_path, "2026-10", 400)
    assert held(tmp_path) == (200, 800)
    assert row_ranges(Run(tmp_path, edition="2026-11", new_baseline=True), LAKE) == {}


def test_an_edition_that_is_made_anew_is_not_held_against_a_later_one(tmp_path: Path) -> None:
    edition(tmp_path, "2026-09", 1000)
    edition(tmp_path, "2026-11", 400)
    assert held(tmp_path, "2026-10") == (500, 2000)
    assert held(tmp_path, "2026-08") is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"window": {"first_year": 2019, "last_year": 2025}}, LAKE),  # seven years, not five
        ({}, ("lake", "A", 7)),
        ({"frequency": "M"}, LAKE),
        ({"source_kind": "files"}, LAKE),
        ({"window": None}, LAKE),
    ],
)
def test_an_answer_to_another_question_is_no_measure(
    tmp_path: Path, said: dict[str, object], kind: tuple[str, str, int]
) -> None:
    edition(tmp_path, "2026-09", 1000)
    edition(tmp_path, "2026-10", 400, **said)
    assert held(tmp_path, kind=kind) == ((500, 2000) if kind == LAKE else None)
