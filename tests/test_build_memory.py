"""A build remembers its edition and options: check and publish go by what was built."""

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from mirror.cli import app
from mirror.steps.run import Run

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_2027")]


def mirror(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(*arguments: str | Path) -> str:
    """The one sentence of a command that is wrong usage."""
    said = mirror(*arguments)
    assert said.exit_code == 2, said.output
    (sentence,) = [line for line in said.stderr.splitlines() if not line.startswith("INFO")]
    return sentence


def done(*arguments: str | Path) -> str:
    said = mirror(*arguments)
    assert said.exit_code == 0, said.output
    return said.stdout.strip()


@pytest.fixture
def out(sample_run: Run, tmp_path: Path) -> Path:
    """A folder in which edition 2026-11 stands."""
    shutil.copytree(sample_run.out, tmp_path / "out", symlinks=True)
    return tmp_path / "out"


def test_publish_goes_by_the_edition_that_was_built(out: Path) -> None:
    before = sorted(path.name for path in (out / "published").iterdir())
    done("build", "--edition", "2026-12", "--out", out)
    done("check", "--out", out)
    for other in ("2027-02", "2026-10", "2026-11"):
        sentence = refused("publish", "--edition", other, "--out", out)
        assert sentence == (
            f"mirror: The build in {out} is edition 2026-12, not {other}: run mirror build "
            f"--edition {other}, or publish it without --edition."
        )
    assert sorted(path.name for path in (out / "published").iterdir()) == before
    assert done("publish", "--out", out) == str(out / "published" / "2026-12.r1")
    ranked = pl.read_parquet(out / "published" / "2026-12" / "ranked_gaps.parquet")
    assert ranked["rank_previous_edition"].to_list() == ranked["rank"].to_list()
    assert (out / "published" / "latest").readlink() == Path("2026-12.r1")


def test_the_edition_that_was_built_may_be_named_again(out: Path) -> None:
    done("build", "--edition", "2027-01", "--out", out)
    done("check", "--out", out)
    said = done("publish", "--edition", "2027-01", "--out", out)
    assert said == str(out / "published" / "2027-01.r1")


def test_a_build_without_an_edition_is_this_months_or_the_first_there_is(tmp_path: Path) -> None:
    """Nothing was compared with an edition before it, so that it may still be given its name."""
    done("build", "--out", tmp_path)
    done("check", "--out", tmp_path)
    assert done("publish", "--edition", "2020-05", "--out", tmp_path).endswith("2020-05.r1")
    done("build", "--out", tmp_path)
    done("check", "--out", tmp_path)
    assert "is edition 2027-12, not 2026-05" in refused(
        "publish", "--edition", "2026-05", "--out", tmp_path
    )
    assert done("publish", "--out", tmp_path).endswith("2027-12.r1")


def test_check_goes_by_the_frequency_and_window_that_were_built(tmp_path: Path) -> None:
    given = ("--freq", "monthly", "--window-years", "3", "--edition", "2026-11")
    done("build", *given, "--out", tmp_path)
    done("check", "--out", tmp_path)
    folder = Path(done("publish", "--out", tmp_path))
    parameters = dict(
        pl.read_parquet(folder / "parameters.parquet").select("name", "value").iter_rows()
    )
    assert (parameters["frequency"], parameters["window_years"]) == ("M", "3")


@pytest.mark.parametrize(
    ("step", "option", "value"),
    [
        ("check", "--freq", "monthly"), ("check", "--freq", "annual"),
        ("check", "--edition", "2026-12"), ("check", "--window-years", "5"),
        ("check", "--as-of", "2026-10-31"), ("check", "--source", "data"),
        ("publish", "--freq", "monthly"), ("publish", "--window-years", "5"),
        ("publish", "--as-of", "2026-10-31"), ("publish", "--source", "data"),
        ("publish", "--new-baseline", None), ("build", "--new-baseline", None),
        ("run", "--as-of", "2026-10-31"),
    ],
)  # fmt: skip
def test_an_option_that_a_step_does_not_use_is_refused(
    tmp_path: Path, step: str, option: str, value: str | None
) -> None:
    given = [option] if value is None else [option, value]
    assert f"No such option: {option}" in refused(step, *given, "--out", tmp_path)


def test_a_build_of_an_older_version_is_built_again(out: Path) -> None:
    done("build", "--edition", "2026-12", "--out", out)
    done("check", "--out", out)
    with duckdb.connect(str(out / "build.duckdb")) as built:
        built.execute("alter table raw_build drop column edition")
    assert "older version of mirror: run mirror build" in refused("publish", "--out", out)
