"""The clock is wrong: years ahead, in 1970, at a quota day, at the end of a month; and months that
are none."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial

from benchmarks.faults import judge
from benchmarks.faults.kinds import Case
from benchmarks.faults.stage import FIRST_REVISIONS, NOVEMBER, Stage
from benchmarks.faults.trial import BROKEN, EXIT, READERS, SENTENCES, STALE, Trial

WRONG = {
    "a day ahead": NOVEMBER + timedelta(days=1, hours=3),
    "three weeks ahead": NOVEMBER + timedelta(days=21),
    "a year ahead": NOVEMBER + timedelta(days=365),
    "ten years ahead": NOVEMBER + timedelta(days=3653),
    "a century ahead": datetime(2126, 1, 1, 5, tzinfo=UTC),
    "1970": datetime(1970, 1, 1, 0, 0, 30, tzinfo=UTC),
    "2000": datetime(2000, 1, 1, 0, 0, 30, tzinfo=UTC),
    "a year behind": NOVEMBER - timedelta(days=365),
}
MONTHS = (
    "2036-02", "2026-12", "9999-12", "٢٠٢٦-11", "2026-١١", "２０２６-11", "2026-13", "2026-00",
    "2026-1", "26-11", "2026-11 ", " 2026-11", "2026-11\n", "2026-11.r2", "2026/11", "../2026-11",
    "2026-11-05", "", "latest", "0000-01", "-2026-11", "2026_11", "2026-11\x00"[:7] + "x",
)  # fmt: skip
LATER = [["2022", 784]]


def cases(stage: Stage, trials: int, chance: random.Random) -> list[Case]:
    """Every clock with every deed, then the months and the boundaries."""
    found: list[Case] = [
        ("the month ends during the run", boundary),
        ("the clock falls back by hours between runs", falls_back),
        ("the quota's day at a wrong clock", partial(quota_day, "a century ahead")),
        ("fetched a year ahead", partial(fetched, "a year ahead")),
    ]
    found += [(f"--edition {month!r}", partial(month_that_is_none, month)) for month in MONTHS]
    found += [(f"{deed.__name__}: {name}", partial(deed, name))
              for deed in (fetched, published, quota_day) for name in WRONG]  # fmt: skip
    head, rest = found[:6], found[6:]
    chance.shuffle(rest)
    return ((head + rest) * (1 + trials // len(found)))[:trials]


def fetched(name: str, trial: Trial) -> None:
    """A fetch at a wrong clock; then it is right and a revision came: it is seen."""
    trial.take("old", later=[])
    right, trial.now = trial.now, WRONG[name]
    trial.mirror("fetch", "--years", "2018-2024", codes=(0, 1, 2))
    trial.service.set(revise=FIRST_REVISIONS)
    trial.now = right
    trial.stands()
    said = trial.next_run("run")
    if WRONG[name] > right + timedelta(days=2) and "WARNING" not in said.stderr:
        trial.find(SENTENCES, said, "a time in the future is named in a warning")
    trial.mirror("verify", codes=(0,))


def published(name: str, trial: Trial) -> None:
    """A whole run at a wrong clock; then it is right: the month is published and is `latest`."""
    trial.take("old", later=FIRST_REVISIONS)
    right, trial.now = trial.now, WRONG[name]
    trial.mirror("run", codes=(0, 1))
    trial.stands()
    shown = judge.edition_of(trial.out / "published" / "latest")
    if WRONG[name] < right and shown != trial.before.latest:
        trial.find(STALE, None, "an edition of an earlier month does not take latest", shown)
    trial.now = right
    said = trial.mirror("run", codes=(0,))
    trial.stands()
    shown = judge.edition_of(trial.out / "published" / "latest")
    same = judge.figures(trial.out / "published" / "latest").get("gap_years.csv")
    if said.code == 0 and not shown.startswith("2026-11"):
        trial.find(STALE, said, "latest shows the month of the right clock", shown)
    elif said.code == 0 and same != trial.stage.figures["done"]["gap_years.csv"]:
        trial.find(STALE, said, "the figures of a run without a fault", shown)
    trial.readers(READERS[0])


def quota_day(name: str, trial: Trial) -> None:
    """The quota is used up at a wrong clock; then clock and quota are right: calls go on."""
    trial.take("old", later=FIRST_REVISIONS)
    right, trial.now = trial.now, WRONG[name]
    trial.service.set(quota=0)
    trial.mirror("fetch", "--years", "2018-2024", codes=(0, 1, 2))
    trial.service.set(quota=None)
    trial.now = right
    trial.stands()
    trial.next_run("run")


def month_that_is_none(month: str, trial: Trial) -> None:
    """A month that is none, or not yet: exit 2, one sentence, nothing is made."""
    trial.take("done")
    before = judge.hashes(trial.out)
    command = trial.chance.choice(("run", "build", "publish"))
    said = trial.mirror(command, "--edition", month, codes=(2,))
    after = judge.hashes(trial.out)
    for flaw in sorted(set(before.items()) ^ set(after.items())):
        if flaw[0] != "mirror.lock":
            trial.find(BROKEN, said, "nothing is made or changed", flaw[0])
    trial.stands()
    shown = judge.edition_of(trial.out / "published" / "latest")
    if shown != trial.before.latest:
        trial.find(BROKEN, said, "latest stays", shown)


def boundary(trial: Trial) -> None:
    """The month ends during the run: the edition is of one month, in its name and in its files."""
    trial.take("old", later=FIRST_REVISIONS)
    trial.now = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC) - timedelta(
        minutes=10, seconds=trial.chance.uniform(-0.9, 3)
    )
    said = trial.mirror("run", codes=(0,))
    latest = trial.out / "published" / "latest"
    name = judge.edition_of(latest)
    if said.code == 0 and name[:7] not in ("2026-11", "2026-12"):
        trial.find(EXIT, said, "an edition of one of both months", name)
    if said.code == 0 and latest.resolve().name[:7] != name[:7]:
        trial.find(BROKEN, said, "the folder's name is the edition's", latest.resolve().name)
    trial.stands()
    trial.true("done")
    trial.mirror("run", codes=(0,))
    trial.stands()


def falls_back(trial: Trial) -> None:
    """The clock is set back between two runs: the second knows what the first knew."""
    trial.take("done", later=LATER)
    trial.now += timedelta(days=3)
    trial.mirror("run", codes=(0,))
    told = judge.figures(trial.out / "published" / "latest").get("gap_years.csv")
    trial.now -= timedelta(days=3, hours=trial.chance.randrange(1, 60))
    said = trial.mirror("run", codes=(0,))
    now = judge.figures(trial.out / "published" / "latest").get("gap_years.csv")
    if told == trial.stage.figures["done"]["gap_years.csv"]:
        trial.find(STALE, trial.commands[0], "three days later a revision is seen", "old figures")
    if said.code == 0 and now != told:
        trial.find(STALE, said, "the newest reply counts, whatever its time says", str(now))
    trial.stands()
