"""The figures of an edition with Altair: frames in, charts out; nothing is computed but sums."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import polars as pl

from mirror.publish.page.contents import PARTS, Contents, is_counted

if TYPE_CHECKING:
    from altair import TopLevelMixin as Chart

# Okabe and Ito's colours, which colour-blind readers tell apart, the orange darkened for contrast
EXPORTER, IMPORTER, GAP, QUIET = "#0072B2", "#B8500A", "#222222", "#8A8A8A"
_FIRST, _PANELS = 20, 6
_BELIEVED = 2  # times the gold price; a value a kilogram above it is a wrong unit
_STATES = {
    "reported": "#0072B2", "silent": "#E69F00", "suppressed": "#CC79A7", "withdrawn": "#7A5195",
    "absent": "#555555", "unknown": "#DDDDDD",
}  # fmt: skip


def figures(contents: Contents) -> dict[str, tuple[str, Callable[[Contents], "Chart"]]]:
    """Name the figures that this edition can show, each with its title and its maker."""
    made: dict[str, tuple[str, Callable[[Contents], Chart]]] = {}
    if contents.ranking.filter(direction="undeclared_export").height:
        made["ranking"] = ("The first pairs, each with its interval", ranking)
        made["reports"] = ("What both sides declare, pairs with most years", reports)
        made["unit_values"] = ("Declared value of a kilogram against the gold price", unit_values)
        made["routes"] = ("Routes of the first pairs", routes)
    made["waterfall"] = ("From the raw gap to the residual, all pairs that are compared", waterfall)
    made["coverage"] = ("Who reported exports of gold, by year", coverage)
    return made


def _first(contents: Contents, most: int) -> pl.DataFrame:
    return contents.ranking.filter(direction="undeclared_export").head(most)


def _pair() -> pl.Expr:
    return pl.concat_str("exporter_name", pl.lit(" → "), "importer_name").alias("pair")


def ranking(contents: Contents) -> "Chart":
    """Interval and best estimate of the first pairs, in tonnes of fine gold."""
    import altair as alt

    tonnes = [(pl.col(f"residual_fine_kg_{e}") / 1000).alias(e) for e in ("low", "mid", "high")]
    rows = _first(contents, _FIRST).select(_pair(), "rank", *tonnes)
    base = alt.Chart(rows.to_pandas()).encode(
        y=alt.Y("pair:N", sort=alt.SortField("rank"), title=None)
    )
    axis = alt.X("low:Q", title="Residual, tonnes of fine gold", scale=alt.Scale(zero=True))
    bars = base.mark_bar(height=5, color=EXPORTER, opacity=0.45).encode(x=axis, x2="high:Q")
    points = base.mark_point(filled=True, size=42, color=GAP, opacity=1).encode(x="mid:Q")
    return (bars + points).properties(width=480, height=alt.Step(19))


def waterfall(contents: Contents) -> "Chart":
    """Raw gaps of all compared pairs and years, then what each part takes off them."""
    import altair as alt

    years = contents.tables["gap_years"]
    years = years.filter(is_counted(years))
    rows = [("Raw gap", 0.0, years["gap_value_usd"].sum() / 1e9)]
    left = rows[0][2]
    for part, name in PARTS.items():
        size = years[f"{part}_usd_mid"].sum() / 1e9
        rows.append((name, left, left - size))
        left -= size
    rows.append(("Residual", 0.0, left))
    frame = pl.DataFrame(rows, schema=["part", "from", "to"], orient="row")
    frame = frame.with_columns(kind=pl.Series(["end", *["part"] * len(PARTS), "end"]))
    return (
        alt.Chart(frame.to_pandas())
        .mark_bar(height=14)
        .encode(
            y=alt.Y("part:N", sort=None, title=None),
            x=alt.X("from:Q", title="Importer's value less exporter's, billion USD"),
            x2="to:Q",
            color=alt.Color(
                "kind:N", legend=None, scale=alt.Scale(domain=["end", "part"], range=[GAP, EXPORTER])
            ),
        )
        .properties(width=480, height=alt.Step(24))
    )


def _panels(contents: Contents) -> pl.DataFrame:
    """Take the years of the highest pairs that were compared in most years."""
    keys = ["exporter_iso3", "importer_iso3"]
    first = _first(contents, 60).sort("years_assessed", "rank", descending=[True, False])
    chosen = first.head(_PANELS).sort("rank").with_row_index("panel").select(*keys, "panel")
    years = contents.years.join(chosen, on=keys).sort("panel", "year")
    return years.with_columns(_pair())


def reports(contents: Contents) -> "Chart":
    """Both reports over time, one panel a pair, each with a scale of its own."""
    import altair as alt

    said = {"export_value_usd": "Exporter declares", "import_value_usd": "Importer declares"}
    long = (
        _panels(contents)
        .select("pair", "panel", "year", *((pl.col(c) / 1e6).alias(n) for c, n in said.items()))
        .unpivot(on=list(said.values()), index=["pair", "panel", "year"])
        .drop_nulls("value")
    )
    return _small_multiples(
        alt.Chart(long.to_pandas()), list(said.values()), [EXPORTER, IMPORTER], "million USD"
    )


def unit_values(contents: Contents) -> "Chart":
    """USD a kilogram as each side declares it, and the mean gold price of the year."""
    import altair as alt

    side = [
        (pl.col(f"{s}_value_usd") / pl.col(f"{s}_net_weight_kg") / 1000).alias(f"{n} declares")
        for s, n in (("export", "Exporter"), ("import", "Importer"))
    ]
    price = (pl.col("gold_price_usd_per_kg") / 1000).alias("Gold price")
    names = ["Exporter declares", "Importer declares", "Gold price"]
    long = (
        _panels(contents)
        .select("pair", "panel", "year", *side, price)
        .filter(pl.max_horizontal(*names[:2]).fill_null(0) < _BELIEVED * pl.col(names[2]))
        .unpivot(on=names, index=["pair", "panel", "year"])
        .drop_nulls("value")
    )
    return _small_multiples(
        alt.Chart(long.to_pandas()), names, [EXPORTER, IMPORTER, QUIET], "thousand USD per kg"
    )


def _small_multiples(chart: Any, names: list[str], colours: list[str], unit: str) -> "Chart":
    """One panel a pair, three in a row, a line a report with a point where there is one."""
    import altair as alt

    lines = chart.mark_line(point=alt.OverlayMarkDef(size=22), strokeWidth=1.6).encode(
        x=alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1, tickCount=4)),
        y=alt.Y("value:Q", title=unit),
        color=alt.Color(
            "variable:N", title=None, sort=names, scale=alt.Scale(domain=names, range=colours)
        ),
        strokeDash=alt.StrokeDash("variable:N", title=None, sort=names, scale=alt.Scale(
            domain=names, range=[[1, 0], [5, 2], [1, 2]][: len(names)])),
    ).properties(width=180, height=110)  # fmt: skip
    heads = alt.Header(title=None, labelLimit=190, labelFontSize=10)
    facets = alt.Facet("pair:N", header=heads, sort=alt.EncodingSortField("panel", op="min"))
    return lines.facet(facet=facets, columns=3, spacing=14).resolve_scale(y="independent")


def routes(contents: Contents) -> "Chart":
    """Routes on the plane of longitude and latitude; no borders, as no base map is used."""
    import altair as alt

    points = contents.countries.drop_nulls("latitude").to_pandas()
    place = contents.countries.select("iso3", "latitude", "longitude").drop_nulls()
    rows = (
        _first(contents, 40)
        .select("rank", "exporter_iso3", "importer_iso3", kg="residual_fine_kg_mid")
        .join(place, left_on="exporter_iso3", right_on="iso3")
        .join(place, left_on="importer_iso3", right_on="iso3", suffix="_to")
        .sort("rank")
    )
    dots = alt.Chart(points).mark_circle(size=9, color="#BBBBBB", opacity=1).encode(
        latitude="latitude:Q", longitude="longitude:Q"
    )  # fmt: skip
    lines = alt.Chart(rows.to_pandas()).mark_rule(color=EXPORTER, opacity=0.6).encode(
        latitude="latitude:Q", longitude="longitude:Q",
        latitude2="latitude_to:Q", longitude2="longitude_to:Q",
        strokeWidth=alt.StrokeWidth("kg:Q", scale=alt.Scale(range=[0.6, 5]), legend=None),
    )  # fmt: skip
    named = place.filter(pl.col("iso3").is_in([*rows["exporter_iso3"], *rows["importer_iso3"]]))
    texts = alt.Chart(named.to_pandas()).mark_text(dy=-6, fontSize=8, color=GAP).encode(
        latitude="latitude:Q", longitude="longitude:Q", text="iso3:N"
    )  # fmt: skip
    layers = alt.layer(dots, lines, texts).project("equirectangular")
    return layers.properties(width=660, height=330)


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
    return (
        alt.Chart(rows.to_pandas())
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("reporter_name:N", title=None),
            color=alt.Color("state:N", title="Export report", scale=scale),
        )
        .properties(width=alt.Step(44), height=alt.Step(13))
    )


def yearly() -> pl.Expr:
    """Return the calendar year of a period that is a year or a year and month."""
    period = pl.col("period")
    return pl.when(period > 9999).then(period // 100).otherwise(period).cast(pl.Int32)
