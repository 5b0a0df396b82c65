"""make proof: judge the method on artificial worlds by three hands, print and write docs/proof.md."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import diagnosis, figure, plan, sections
from benchmarks.seeds import RUNS_ON_JUDGING_SEEDS, SEEDS
from benchmarks.tables import Lines
from benchmarks.worlds import MIXES

TARGET = Path(__file__).parents[1] / "docs" / "proof.md"


class Part(StrEnum):
    """Parts of the proof that can be run alone; `all` is the whole of it."""

    JUDGED = "judged"
    OFF = "off"
    TRAPS = "traps"
    ALL = "all"


class Seeds(StrEnum):
    """Seeds to measure on."""

    CHOOSING = "choosing"
    JUDGING = "judging"


def main(
    seeds: Annotated[Seeds, typer.Option(help="Judging seeds are for the end.")] = Seeds.CHOOSING,
    part: Annotated[Part, typer.Option(help="Run one part and print it.")] = Part.ALL,
    mix: Annotated[list[str] | None, typer.Option(help="Only this mix; may be repeated.")] = None,
    worlds: Annotated[int | None, typer.Option(help="Worlds a mix, at most.")] = None,
    few: Annotated[int, typer.Option(help="Worlds a mix with a part off or a trap alone.")] = 2,
    write: Annotated[bool, typer.Option("--write", help="Write docs/proof.md.")] = False,
) -> None:
    """Measure and print; with --write, which needs the whole proof, write docs/proof.md."""
    unknown = set(mix or ()) - set(MIXES)
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: the mixes are {', '.join(MIXES)}")
    if write and (part is not Part.ALL or mix or worlds):
        raise typer.BadParameter("--write needs the whole proof: leave --part, --mix and --worlds")
    mixes = plan.chosen_mixes(mix or ())
    lines = list(_document(seeds, part, mixes, worlds, few))
    typer.echo("\n".join(lines))
    if write:
        TARGET.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
        figure.write()


def _document(
    seeds: Seeds, part: Part, mixes: tuple[str, ...], worlds: int | None, few: int
) -> Iterator[str]:
    if part is Part.ALL:
        yield from _head(seeds)
    if part in (Part.ALL, Part.JUDGED):
        found = plan.run_all(plan.judged(seeds, mixes, worlds, hiding=True))
        honest = plan.run_all(plan.judged(seeds, mixes, worlds, hiding=False))
        yield from sections.ranking(found)
        yield from sections.claims(found)
        yield from sections.nothing_hidden(found, honest)
        yield from sections.calibration(found)
        yield from sections.grades(found)
        yield from sections.unranked(found)
        yield from sections.other_direction(found)
    if part in (Part.ALL, Part.OFF):
        yield from diagnosis.switched_off(plan.run_all(plan.switched_off(mixes, few)))
    if part in (Part.ALL, Part.TRAPS):
        yield from diagnosis.alone(plan.run_all(plan.alone(few)))
    if part is Part.ALL:
        yield from _limits()


def _head(seeds: Seeds) -> Lines:
    yield "# Proof on artificial worlds"
    yield ""
    yield ("Written by `make proof`. Worlds whose hidden gold is known go through the same reader and "
           "the same models as real records, and what is published of them is scored. Three hands "
           "wrote them ([benchmarks/README.md](../benchmarks/README.md)): `plain`, `hard`, "
           "`all_cases` and `all_traps` (kind *routes*) and `chain_plain`, `chain_all` (kind *chain*) "
           "were written by people who had not read the method; `ledgers` is by its authors. The "
           "scores are by the first of them.")  # fmt: skip
    yield ""
    yield "## What is claimed"
    yield ""
    yield ("Of each pair: a probability that a material amount (the larger of 100 kg fine and 5 % of "
           "the mean of both reports) is in one report and not in the other for no lawful reason; "
           "`at_least_fine_kg`, which the truth is to be below in one case of twenty; its mean and "
           "its upper end; and an order: evidence first, then kg. A pair is *true* if what it hides "
           "in years that can be compared is material. What is not claimed: that the worlds are like "
           "the real one. Nobody knows which kind is, so P is the lowest over three kinds, and every "
           "figure stands for each kind apart.")  # fmt: skip
    yield ""
    yield "## Which seeds chose and which judge"
    yield ""
    yield from _seeds(seeds)


def _seeds(seeds: Seeds) -> Lines:
    yield "| mix | chose | judge |"
    yield "|---|---:|---:|"
    for mix in MIXES:
        choosing, judging = (SEEDS[name][mix] for name in ("choosing", "judging"))
        yield f"| {mix} | {choosing[0]}–{choosing[-1]} | {judging[0]}–{judging[-1]} |"
    yield ""
    yield (f"The judging seeds were run {RUNS_ON_JUDGING_SEEDS} times with this version of the method "
           "(a number typed by the maintainer); nothing is changed after they were seen. Parts "
           "switched off and traps alone use choosing seeds.")  # fmt: skip
    yield ""
    if seeds is Seeds.CHOOSING:
        yield ("**The figures below were measured on the seeds that chose the method**, and flatter "
               "it; they are for its development.")  # fmt: skip
    else:
        yield "The figures below were measured on the judging seeds."
    yield ""


def _limits() -> Lines:
    yield "## What cannot be identified"
    yield ""
    for text in (
        "Gold that neither side records: walked over a border and sold as the neighbour's, or "
        "hidden by both. No pair of reports shows it; in the supply chain's worlds it is as large as "
        "what can be seen.",
        "A constant share hidden from the first year on is told from a lasting difference of two "
        "honest reports only by its size.",
        "Gold that an exporter names for a hub at which it also hides, and gold routed through two "
        "hubs that change every year.",
        "Hubs that hide: their gaps hold other countries' gold. They stand in `gaps_of_hubs`; "
        "whether that is right differs from kind to kind, as the tables with hubs put back show.",
        "Years in which a side does not report, books no partners or lost the row: counted above, "
        "never ranked.",
        "Which kind of world the real one is.",
    ):
        yield f"- {text}"


if __name__ == "__main__":
    typer.run(main)
