"""What mirror 0.1.0 left on a disk opens, verifies and goes on; `make.py` made it."""

import csv
import json
import tarfile
from pathlib import Path

import pytest

from commands import mirror
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from conftest import Once

ARCHIVE = Path(__file__).with_name("as_0_1_0.tar.xz")
pytestmark = pytest.mark.slow


def left(folder: Path) -> Path:
    """The folder `out` as 0.1.0 left it."""
    with tarfile.open(ARCHIVE) as packed:
        packed.extractall(folder, filter="data")
    return folder / "out"


@pytest.fixture(scope="module")
def upgraded(once: Once) -> Path:
    """That folder, with a month that this version added."""

    def fill(folder: Path) -> None:
        said = mirror("run", "--out", left(folder), "--edition", "2026-11")
        assert said.returncode == 0, said.stderr
        (folder / "stderr").write_text(said.stderr, encoding="utf-8")

    return once("upgraded", fill)


@pytest.fixture(scope="module")
def as_left(once: Once) -> Path:
    """That folder, untouched, for commands that only read."""
    return once("as_0_1_0", lambda folder: (left(folder), None)[1]) / "out"


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}  # fmt: skip


def test_its_editions_and_its_lake_verify(as_left: Path) -> None:
    said = mirror("verify", "--out", as_left)
    assert said.returncode == 0, said.stderr
    named = [line.split(":")[0] for line in said.stdout.splitlines()]
    assert {"2026-09.r1", "2026-10.r1"} < set(named)


def test_its_editions_can_be_asked_or_say_which_version_can(as_left: Path) -> None:
    before = files(as_left)
    assert mirror("sql", "select count(*) from ranked_gaps", "--out", as_left).returncode == 0
    assert mirror("tables", "--out", as_left).returncode == 0
    assert mirror("diff", "2026-09", "2026-10", "--out", as_left).returncode == 0
    for command in (["explain", "ARE", "CHE"], ["profile", "ARE"]):
        said = mirror(*command, "--out", as_left)
        assert said.returncode == 1, said.stdout
        assert said.stderr.count("mirror: ") == 1
        assert "version" in said.stderr or "mirror 0.1.0" in said.stderr
    assert files(as_left) == before


def test_its_lake_needs_no_call_for_what_it_holds(tmp_path: Path) -> None:
    out = left(tmp_path)
    replies = files(out / "lake" / "replies")
    world = World(seed=3, reporters=8, partners=5, first_year=2019, last_year=2024)
    world.revise("2023", 784)
    world.revise("2024", 288)
    with Service(world).running() as service:
        said = mirror(
            "fetch", "--years", "2019-2024", "--out", out, MIRROR_COMTRADE_URL=service.url,
            MIRROR_COMTRADE_KEY=KEY, MIRROR_COMTRADE_PAUSE_SECONDS="0",
        )  # fmt: skip
        assert said.returncode == 0, said.stderr
        assert service.count("get/") == 0 and service.count("getDA") > 0
    kept = files(out / "lake" / "replies")
    assert kept.items() >= replies.items()
    assert len(files(out / "lake" / "entries")) >= 5, "each of its five replies has an entry now"


def test_the_first_edition_of_another_method_says_so(upgraded: Path) -> None:
    edition = upgraded / "out" / "published" / "2026-11"
    summary = json.loads((edition / "summary.json").read_text(encoding="utf-8"))
    (said,) = [one for one in summary["warnings"] if "first edition of this method" in one]
    assert "2026-10" in said and "mirror 0.1.0" in said
    with (edition / "changes.csv").open(encoding="utf-8") as file:
        causes = {row["cause"] for row in csv.DictReader(file)}
    assert causes <= {"method", "parameters"}, "no record moved between the two"


def test_what_it_published_stays_as_it_is(upgraded: Path, as_left: Path) -> None:
    before, now = files(as_left / "published"), files(upgraded / "out" / "published")
    old = {name: content for name, content in before.items() if name.startswith(".files/")}
    assert len(old) > 100
    assert {name: now[name] for name in old} == old


def test_a_back_series_is_marked(upgraded: Path, tmp_path: Path) -> None:
    out = left(tmp_path)
    for step in (["build", "--as-of", "2026-09-30", "--edition", "2026-09"],
                 ["check", "--new-baseline"], ["publish"]):  # fmt: skip
        said = mirror(*step, "--out", out)
        assert said.returncode == 0, said.stderr
    edition = out / "published" / "2026-09"
    summary = json.loads((edition / "summary.json").read_text(encoding="utf-8"))
    assert (summary["as_of"], summary["name"]) == ("2026-09-30", "2026-09.r2")
    assert any("back-series" in one and "2026-09-30" in one for one in summary["warnings"])
    assert json.loads((out / "published" / "latest" / "summary.json").read_text())["edition"] == (
        "2026-10"
    ), "a month before the one that is shown does not take its place"
