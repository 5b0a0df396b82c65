"""The figures of an edition with Altair: frames in, charts out; nothing is computed but sums."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from mirror.publish.page.contents import DIRECTIONS, PARTS, Contents, directed, yearly

if TYPE_CHECKING:
    import altair as alt
    from altair import TopLevelMixin as Chart

# Okabe and Ito's colours, which colour-blind readers tell apart, the orange darkened for contrast
EXPORTER, IMPORTER, GAP, QUIET = "#0072B2", "#B8500A", "#222222", "#8A8A8A"
_FIRST, _ROUTES, _PANELS = 20, 40, 6
_BELIEVED = 2  # times the gold price; a value a kilogram above it is a wrong unit
_STATES = {
    "reported": "#0072B2", "silent": "#E69F00", "suppressed": "#CC79A7", "withdrawn": "#7A5195",
    "quarantined": "#7A3B00", "absent": "#555555", "unknown": "#DDDDDD",
}  # fmt: skip


def figures(contents: Contents) -> dict[str, tuple[str, Callable[[Contents], "Chart"]]]:
    """Name the figures that this edition can show, each with its title and its maker."""
    made: dict[str, tuple[str, Callable[[Contents], Chart]]] = {}
    if contents.ranking.filter(direction="undeclared_export").height:
        made["ranking"] = ("The first pairs: missing at least, on average, at most", ranking)
        made["reports"] = ("What both sides declare, pairs with most years", reports)
        made["unit_values"] = ("Declared value of a kilogram against the gold price", unit_values)
        made["routes"] = ("Routes of the first pairs", routes)
        made["coverage"] = ("Who reported exports of gold, by year; blank: not available", coverage)
    made["waterfall"] = ("From the raw gap to the residual of all ranked pairs", waterfall)
    return made


def _first(contents: Contents, most: int) -> pl.DataFrame:
    return contents.ranking.filter(direction="undeclared_export").head(most)


def _pair() -> pl.Expr:
    return pl.concat_str("exporter_name", pl.lit(" → "), "importer_name").alias("pair")


def ranking(contents: Contents) -> "Chart":
    """What is missing of the first pairs, in tonnes of fine gold: at least, on average, at most."""
    import altair as alt

    ends = {"at_least_fine_kg": "low", "missing_fine_kg": "mid", "at_most_fine_kg": "high"}
    tonnes = [(pl.col(column) / 1000).alias(end) for column, end in ends.items()]
    rows = _first(contents, _FIRST).select(_pair(), "rank", *tonnes)
    base = alt.Chart(rows.to_pandas()).encode(
        y=alt.Y("pair:N", sort=alt.SortField("rank"), title=None)
    )
    axis = alt.X("low:Q", title="Missing, tonnes of fine gold", scale=alt.Scale(zero=True))
    bars = base.mark_bar(height=5, color=EXPORTER, opacity=0.45).encode(x=axis, x2="high:Q")
    points = base.mark_point(filled=True, size=42, color=GAP, opacity=1).encode(x="mid:Q")
    drawn: Chart = (bars + points).properties(width=480, height=alt.Step(19))
    return drawn


def waterfall(contents: Contents) -> "Chart":
    """Raw gaps of the ranked pairs, then what each part takes off them, a panel a direction."""
    import altair as alt

    made = {title: _steps(contents, direction) for direction, title in DIRECTIONS.items()}
    last = list(made)[-1]
    return alt.vconcat(*(_bars(s, t, t == last) for t, s in made.items()), spacing=14)


def _steps(contents: Contents, direction: str) -> pl.DataFrame:
    """Bars in billion USD: the years of a direction's ranked pairs that point that way."""
    keys = ["exporter_iso3", "importer_iso3"]
    pairs = contents.ranking.filter(direction=direction).select(keys)
    years = directed(contents.tables["gap_years"], direction).join(pairs, on=keys, how="semi")
    side = 1 if direction == "undeclared_export" else -1
    wanted = pl.col("gap_value_usd", *(f"{part}_usd_mid" for part in PARTS))
    gap, *sizes = years.select(wanted.sum() * (side / 1e9)).row(0)
    rows, left = [("Raw gap", 0.0, gap, "end")], gap
    for name, size in zip(PARTS.values(), sizes, strict=True):
        rows.append((name, left, left - size, "part"))
        left -= size
    rows.append(("Residual", 0.0, left, "end"))
    return pl.DataFrame(rows, schema=["part", "from", "to", "kind"], orient="row")


def _bars(steps: pl.DataFrame, title: str, is_last: bool) -> "alt.Chart":
    import altair as alt

    axis = "Gap of both reports, billion USD" if is_last else None
    colours = alt.Scale(domain=["end", "part"], range=[GAP, EXPORTER])
    drawn: alt.Chart = (
        alt.Chart(steps.to_pandas())
        .mark_bar(height=14)
        .encode(
            y=alt.Y("part:N", sort=None, title=None),
            x=alt.X("from:Q", title=axis, axis=alt.Axis(tickCount=8)),
            x2="to:Q",
            color=alt.Color("kind:N", legend=None, scale=colours),
        )
        .properties(
            width=480,
            height=alt.Step(24),
            title=alt.TitleParams(title, fontSize=11, anchor="start"),
        )
    )
    return drawn


def _panels(contents: Contents) -> pl.DataFrame:
    """Take the years of the highest pairs that were compared in most years."""
    keys = ["exporter_iso3", "importer_iso3"]
    first = _first(contents, _FIRST).sort("years_assessed", "rank", descending=[True, False])
    chosen = first.head(_PANELS).sort("rank").with_row_index("panel").select(*keys, "panel")
    years = contents.years.join(chosen, on=keys).sort("panel", "year")
    return years.with_columns(_pair())


def reports(contents: Contents) -> "Chart":
    """Both reports over time, one panel a pair, each with a scale of its own."""

    said = {"export_value_usd": "Exporter declares", "import_value_usd": "Importer declares"}
    long = (
        _panels(contents)
        .select("pair", "panel", "year", *((pl.col(c) / 1e6).alias(n) for c, n in said.items()))
        .unpivot(on=list(said.values()), index=["pair", "panel", "year"])
    )
    return _small_multiples(long, list(said.values()), [EXPORTER, IMPORTER], "million USD")


def unit_values(contents: Contents) -> "Chart":
    """USD a kilogram as each side declares it, and the mean gold price of the year."""

    price = (pl.col("gold_price_usd_per_kg") / 1000).alias("Gold price")
    side = [
        _believed(pl.col(f"{s}_value_usd") / pl.col(f"{s}_net_weight_kg")).alias(f"{n} declares")
        for s, n in (("export", "Exporter"), ("import", "Importer"))
    ]
    names = ["Exporter declares", "Importer declares", "Gold price"]
    long = (
        _panels(contents)
        .select("pair", "panel", "year", *side, price)
        .unpivot(on=names, index=["pair", "panel", "year"])
    )
    return _small_multiples(long, names, [EXPORTER, IMPORTER, QUIET], "thousand USD per kg")


def _believed(usd_per_kg: pl.Expr) -> pl.Expr:
    """Return thousand USD per kg; null for a value that only a wrong unit can make."""
    is_possible = usd_per_kg < _BELIEVED * pl.col("gold_price_usd_per_kg")
    return pl.when(is_possible).then(usd_per_kg / 1000)


def _small_multiples(
    long: pl.DataFrame, names: list[str], colours: list[str], unit: str
) -> "Chart":
    """One panel a pair, three in a row, a line a report with a point where there is one."""
    import altair as alt

    seen = sorted(set(long["year"]))
    years = list(range(seen[0], seen[-1] + 1))
    dashes = [[1, 0], [5, 2], [1, 2]][: len(names)]
    panels = []
    for rows in long.partition_by("panel", maintain_order=True):
        every = pl.DataFrame({"year": years}, schema_overrides={"year": pl.Int32}).join(
            rows.select("variable").unique(maintain_order=True), how="cross"
        )  # a year without a figure breaks the line
        whole = every.join(rows, on=["year", "variable"], how="left", maintain_order="left")
        lines = alt.Chart(whole.to_pandas()).mark_line(
            point=alt.OverlayMarkDef(size=22), strokeWidth=1.6
        ).encode(
            x=alt.X("year:Q", title=None, scale=alt.Scale(domain=[years[0], years[-1]], nice=False),
                    axis=alt.Axis(format="d", tickMinStep=1, tickCount=4)),
            y=alt.Y("value:Q", title=unit, axis=alt.Axis(tickCount=4)),
            color=alt.Color("variable:N", title=None, sort=names,
                            scale=alt.Scale(domain=names, range=colours)),
            strokeDash=alt.StrokeDash("variable:N", title=None, sort=names,
                                      scale=alt.Scale(domain=names, range=dashes)),
        )  # fmt: skip
        title = alt.TitleParams(rows["pair"][0], fontSize=11, limit=190, anchor="start")
        panels.append(lines.properties(width=165, height=100, title=title))
    return alt.concat(*panels, columns=3, spacing=16)


def routes(contents: Contents) -> "Chart":
    """Routes on the plane of longitude and latitude; no borders, as no base map is used."""
    import altair as alt

    place = contents.countries.select("iso3", "latitude", "longitude").drop_nulls()
    rows = (
        _first(contents, _ROUTES)
        .select("rank", "exporter_iso3", "importer_iso3", kg="missing_fine_kg")
        .join(place, left_on="exporter_iso3", right_on="iso3")
        .join(place, left_on="importer_iso3", right_on="iso3", suffix="_to")
        .sort("rank")
    )
    ticks = alt.Axis(values=list(range(-180, 181, 30)), labels=False, ticks=False, domain=False)
    x = alt.X("longitude:Q", title=None, axis=ticks, scale=alt.Scale(domain=[-180, 180]))
    y = alt.Y("latitude:Q", title=None, axis=ticks, scale=alt.Scale(domain=[-60, 80], nice=False))
    dots = alt.Chart(place.to_pandas()).mark_circle(size=9, color="#B0B0B0", opacity=1)
    lines = alt.Chart(rows.to_pandas()).mark_rule(color=EXPORTER, opacity=0.55)
    width = alt.StrokeWidth("kg:Q", scale=alt.Scale(range=[0.6, 5]), legend=None)
    named = alt.Chart(_labels(rows, place).to_pandas()).mark_text(dy=-6, fontSize=9, color=GAP)
    return alt.layer(
        dots.encode(x=x, y=y),
        lines.encode(x=x, y=y, x2="longitude_to:Q", y2="latitude_to:Q", strokeWidth=width),
        named.encode(x=x, y=y, text="iso3:N"),
    ).properties(width=660, height=257)


def _labels(rows: pl.DataFrame, place: pl.DataFrame) -> pl.DataFrame:
    """Choose the countries to name, the importers first, none on top of another."""
    at = {code: (latitude, longitude) for code, latitude, longitude in place.rows()}
    chosen: dict[str, tuple[float, float]] = {}
    for code in dict.fromkeys([*rows["importer_iso3"], *rows["exporter_iso3"]]):
        here = at[code]
        near = (abs(here[0] - y) < 6 and abs(here[1] - x) < 12 for y, x in chosen.values())
        if not any(near):
            chosen[code] = here
    return place.filter(pl.col("iso3").is_in(list(chosen)))


def coverage(contents: Contents) -> "Chart":
    """State of the export reports of the countries that the ranking names most."""
    import altair as alt

    chosen = _first(contents, 45)["exporter_iso3"].unique()
    rows = (
        contents.tables["reporter_coverage"]
        .filter(pl.col("flow_code") == "X", pl.col("reporter_iso3").is_in(chosen.to_list()))
        .with_columns(year=yearly())
        .sort("period")
        .group_by("reporter_name", "year", maintain_order=True)
        .agg(state=pl.col("reporter_state").last())
        .sort("reporter_name", "year")
    )
    scale = alt.Scale(domain=list(_STATES), range=list(_STATES.values()))
    drawn: Chart = (
        alt.Chart(rows.to_pandas())
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("reporter_name:N", title=None),
            color=alt.Color("state:N", title="Export report", scale=scale),
        )
        .properties(width=alt.Step(44), height=alt.Step(13))
    )
    return drawn
