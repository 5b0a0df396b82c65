"""docs/calibration.svg: what a probability is worth, drawn from the table of docs/proof.md."""

import re
from pathlib import Path

import altair as alt
import polars as pl

DOCS = Path(__file__).parents[1] / "docs"
CELL = re.compile(r"\*{0,2}([\d.]+) → ([\d.]+) \((\d+)\)")
HEAD = "## What a probability is worth"


def bins(proof: str) -> pl.DataFrame:
    """One row per mix and bin: mean probability, share that is true, number of pairs."""
    section = proof.split(HEAD, 1)[1].split("\n## ", 1)[0]
    rows = [
        (line.split("|")[1].strip(), float(p), float(true), int(pairs))
        for line in section.splitlines()
        if line.startswith("|")
        for p, true, pairs in CELL.findall(line)
    ]
    return pl.DataFrame(rows, schema=["mix", "probability", "share_true", "pairs"], orient="row")


def draw(proof: str) -> str:
    """The bins of every mix against the line on which probabilities come true, as SVG."""
    table = bins(proof)
    scale = alt.Scale(domain=[0, 1])
    points = (
        alt.Chart(table)
        .mark_line(point=True)
        .encode(
            x=alt.X("probability:Q", title="mean P of the bin", scale=scale),
            y=alt.Y("share_true:Q", title="share of its pairs that are true", scale=scale),
            color=alt.Color("mix:N", title="worlds", sort=list(dict.fromkeys(table["mix"]))),
        )
    )
    diagonal = (
        alt.Chart(pl.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0]}))
        .mark_line(color="#888", strokeDash=[4, 4])
        .encode(x="x:Q", y="y:Q")
    )
    chart = (diagonal + points).properties(
        width=420,
        height=420,
        title="What P is worth (docs/proof.md, undeclared exports)",
    )
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart.to_json()))


def write() -> None:
    """Draw docs/calibration.svg anew."""
    proof = (DOCS / "proof.md").read_text(encoding="utf-8")
    (DOCS / "calibration.svg").write_text(draw(proof) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
