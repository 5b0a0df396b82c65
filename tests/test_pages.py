"""Profiles, dossiers and figures without a browser, and the points that the map draws."""

import math
import re

import polars as pl
import pytest
from typer.testing import CliRunner

from mirror.cli import app
from mirror.errors import SettingsError
from mirror.publish.page import figures, numbers, pages
from mirror.publish.page.contents import DIRECTIONS, ESTIMATES, PARTS, added_up
from mirror.publish.page.data import data
from mirror.settings import ASSETS
from mirror.steps.pages import profile
from pages import contents_from, tables_of

REFERENCE = ASSETS / "data" / "reference"


def text_of(page: bytes) -> str:
    """A page without the breaks of its lines and the marks of its apostrophes."""
    return " ".join(page.decode().replace("&#39;", "'").split())


@pytest.mark.parametrize("asked", ["MLI", "mli", "Mali", "mali"])
def test_a_country_is_found_by_code_and_name(sample_run, asked):
    found, path = profile(sample_run, asked)
    assert (found.iso3, found.name) == ("MLI", "Mali")
    assert path.is_file()


def test_accents_may_be_left_out_and_a_part_of_the_name_is_enough(sample_run):
    assert profile(sample_run, "turkiye")[0].iso3 == "TUR"
    assert profile(sample_run, "tanzania")[0].iso3 == "TZA"


@pytest.mark.parametrize(
    ("asked", "sentence"), [("Atlantis", "No country of this"), ("united", "fits more than one")]
)
def test_a_country_that_is_not_clear_is_one_sentence(sample_run, asked, sentence):
    with pytest.raises(SettingsError, match=sentence):
        profile(sample_run, asked)


def test_a_profile_holds_the_rows_of_the_tables(sample_run, edition):
    found, path = profile(sample_run, "KEN")
    ranked = tables_of(edition)["ranked_gaps"]
    assert found.as_exporter.height == ranked.filter(exporter_iso3="KEN").height
    balance = tables_of(edition)["country_balance"].filter(iso3="KEN").sort("period")
    assert found.balance["year"].to_list() == balance["period"].to_list()
    page = path.read_text(encoding="utf-8")
    for value in balance["mirrored_export_value_usd"]:
        assert f">{numbers.million(value)}<" in page


def test_a_profile_says_the_role_and_what_its_pool_explains(sample_run, edition):
    balance = tables_of(edition)["country_balance"].filter(iso3="ZAF").sort("period")
    found, path = profile(sample_run, "ZAF")
    assert found.balance["country_role"].to_list() == balance["country_role"].to_list()
    (reading,) = balance.filter(period=2023)["balance_reading"]
    assert found.reading == (2023, reading)
    page = path.read_text(encoding="utf-8")
    assert page.count("<td>conduit</td>") == 7
    assert f"South Africa {found.reading[1]}." in page
    run = CliRunner().invoke(app, ["profile", "ZAF", "--out", str(sample_run.out)])
    assert f"2023: South Africa {found.reading[1]}." in run.stdout.replace("\n", " ")
    mali, path = profile(sample_run, "MLI")
    assert mali.reading is None and set(mali.balance["country_role"]) == {"producer"}
    assert "can explain all but" not in path.read_text(encoding="utf-8")


def test_pairs_of_a_profile_stand_by_evidence_first(sample_run, edition):
    found, _ = profile(sample_run, "ARE")
    ranked = tables_of(edition)["ranked_gaps"].filter(importer_iso3="ARE")
    assert found.as_importer["tier"].is_sorted()
    assert found.as_importer.height == ranked.height
    for direction in ("undeclared_export", "undeclared_import"):
        assert found.as_importer.filter(direction=direction)["rank"].is_sorted()


def test_the_page_says_how_it_ranks_with_the_numbers_of_the_edition(edition):
    page = text_of((edition / "report.html").read_bytes())
    said = dict(tables_of(edition)["parameters"].select("name", "value").rows())
    assert said["material_fine_kg"] == "100" and float(said["material_share"]) == 0.05
    assert "the larger of 100 kg and 5 % of the trade" in page
    assert f"in nine of ten of {int(said['draws']):,} seeded draws" in page
    assert f"P of {said['probability_high']} or more over {said['persistent_years']} years" in page
    assert f"B: P of {said['grade_b_probability']} or more, both sides declare" in page
    assert tables_of(edition)["ranked_gaps"]["above_noise_floor"].count() == 0
    assert page.count("No noise floor: too few pairs of reliable reporters.") == 2
    assert "In this edition such pairs are too few, so there is no floor." in page
    assert list(ESTIMATES) == list(PARTS)
    for name, part in PARTS.items():
        assert f"<li>{part}: {ESTIMATES[name]}.</li>" in page


@pytest.mark.parametrize(
    "said",
    ["A place orders evidence first, then kilograms", "P is the lowest of the three",
     "the kind that accuses least counts",
     "Gaps of hubs as exporters <a href=\"#hubs\">stand apart",
     "walked over a border", "both sides leave out", "cannot be seen by any pair of reports",
     "A: tier 1, and contradicted neither", "C: possible. D: the records cannot tell"],
)  # fmt: skip
def test_the_page_says_what_a_reader_must_know(edition, said):
    page = text_of((edition / "report.html").read_bytes())
    assert said in page.replace("<strong>", "").replace("</strong>", "")


@pytest.mark.parametrize(
    "old",
    ["ranking key", "ranking_key", "times one plus", "best estimate", "linear program",
     "stand out", "not at hand", "set aside", "books hold"],
)  # fmt: skip
def test_no_sentence_of_the_first_method_is_left(edition, old):
    """The page without its data: what an explanation says of a pair is the method's."""
    page = text_of((edition / "report.html").read_bytes()).partition('<script type="application')[0]
    assert old not in re.sub(r'<tbody id="rows">.*?</tbody>', "", page).lower()
    for name in ("README.md", "docs/reading.md", "docs/analysts.md", "docs/operations.md"):
        assert old not in (ASSETS / name).read_text(encoding="utf-8").lower(), name


def test_the_headline_is_what_is_sure_then_what_is_possible(edition):
    page = text_of((edition / "report.html").read_bytes())
    ranked = tables_of(edition)["ranked_gaps"].filter(direction="undeclared_export")
    sure, possible = ranked.filter(pl.col("tier") <= 2), ranked.filter(tier=3)
    assert sure.height and possible.height
    assert f"<dd>{numbers.tonnes(sure['at_least_fine_kg'].sum())} t at least<small>" in page
    assert f"missing on average {numbers.tonnes(possible['missing_fine_kg'].sum())} t" in page
    unsure = contents_from(edition, ranked_gaps=ranked.with_columns(tier=pl.lit(4)))
    page = text_of(pages(unsure)["report.html"])
    assert page.count("<dd>Nothing is sure<small>") == 2 and "t at least<small>" not in page


def test_hubs_stand_in_a_table_of_their_own(edition):
    page = text_of((edition / "report.html").read_bytes())
    section = page.partition('<section id="hubs"')[2].partition("</section>")[0]
    hubs = tables_of(edition)["gaps_of_hubs"]
    assert section.count('<th scope="row">') == min(10, hubs.height)
    assert f"The first {min(10, hubs.height)} of {hubs.height}; all in" in section
    for row in hubs.head(10).to_dicts():
        assert f'<th scope="row">{row["exporter_name"]}</th>' in section
        assert f'<td class="n">{numbers.whole(row["missing_fine_kg"])}</td>' in section
    none = pages(contents_from(edition, gaps_of_hubs=hubs.clear()))["report.html"]
    assert "No hub of this edition has a gap as exporter." in text_of(none)


def test_a_profile_of_a_hub_says_that_its_gaps_stand_apart(sample_run, edition):
    found, path = profile(sample_run, "IND")
    hubs = tables_of(edition)["gaps_of_hubs"].filter(exporter_iso3="IND")
    assert found.hubs.equals(hubs) and hubs.height >= 1
    page = text_of(path.read_bytes())
    stand = "stands" if hubs.height == 1 else "stand"
    assert f"its {numbers.count(hubs.height, 'gap')} as exporter {stand} apart" in page
    run = CliRunner().invoke(app, ["profile", "IND", "--out", str(sample_run.out)])
    assert f"As a hub: {hubs.height} gaps apart from the ranking" in run.stdout.replace("\n", " ")


def test_the_bars_of_the_waterfall_are_one_panel_a_direction_and_add_up(edition):
    """The residual of a direction is the sum of its ranked rows; what a part takes off never turns
    a gap round, so that no year is set against another."""
    contents = contents_from(edition)
    for direction, side in (("undeclared_export", 1), ("undeclared_import", -1)):
        steps = figures._steps(contents, direction).to_dicts()
        assert [step["part"] for step in steps] == ["Raw gap", *PARTS.values(), "Residual"]
        left = steps[0]["to"]
        for step in steps[1:-1]:
            assert step["from"] == left
            left = step["to"]
        assert steps[-1]["to"] == left
        residual = tables_of(edition)["ranked_gaps"].filter(direction=direction)[
            "residual_value_usd_mid"
        ]
        assert left == pytest.approx(side * residual.sum() / 1e9) and left > 0
    drawn = figures.waterfall(contents).to_dict()["vconcat"]
    assert [panel["title"]["text"] for panel in drawn] == list(DIRECTIONS.values())


def test_a_pair_with_gaps_both_ways_has_a_waterfall_for_each(edition):
    """10 missing in the export of one year and 4 in the import of another are not 6."""
    tables = tables_of(edition)
    ranked, years = tables["ranked_gaps"], tables["gap_years"]
    row = ranked.head(1)
    both = [row.with_columns(direction=pl.lit(name), rank=pl.lit(1)) for name in DIRECTIONS]
    year = years.filter(
        "is_counted", exporter_iso3=row["exporter_iso3"][0], importer_iso3=row["importer_iso3"][0]
    ).head(1)
    parts = [f"{part}_usd_{end}" for part in PARTS for end in ("low", "mid", "high")]
    ends = [f"residual_value_usd_{end}" for end in ("low", "mid", "high")]

    def of(number: int, gap: float) -> pl.DataFrame:
        return year.with_columns(
            *(pl.lit(0.0).alias(name) for name in parts),
            *(pl.lit(gap).alias(name) for name in ["gap_value_usd", *ends]),
            year=pl.lit(2016 + number).cast(year.schema["year"]),
            period=pl.lit(2016 + number).cast(year.schema["period"]),
        )

    made = data(contents_from(
        edition, ranked_gaps=pl.concat(both), gap_years=pl.concat([of(0, 10e6), of(1, -4e6)])
    ))["waterfalls"]  # fmt: skip
    assert [(one[0], one[-2]) for one in made] == [(10e6, 10e6), (-4e6, -4e6)]


@pytest.mark.slow
def test_the_page_of_an_edition_with_a_noise_floor_does_not_say_there_is_none(edition):
    ranked = tables_of(edition)["ranked_gaps"].with_columns(above_noise_floor=pl.lit(True))
    page = text_of(pages(contents_from(edition, ranked_gaps=ranked))["report.html"])
    assert "too few pairs" not in page.partition("<script")[0]
    assert "A pair below it is like them." in page


def test_every_country_that_the_page_links_has_its_profile(edition):
    page = (edition / "report.html").read_text(encoding="utf-8")
    linked = set(re.findall(r'href="(profiles/[^"]+)"', page))
    assert linked == {f"profiles/{path.name}" for path in (edition / "profiles").iterdir()}
    assert {"profiles/MLI.html", "profiles/ARE.html", "profiles/ZAF.html"} <= linked


def test_the_commands_show_a_country_and_a_dossier(sample_run):
    run = CliRunner().invoke(app, ["profile", "Kenya", "--out", str(sample_run.out)])
    assert run.exit_code == 0
    assert "Kenya" in run.stdout and "profiles/KEN.html" in run.stdout
    run = CliRunner().invoke(app, ["explain", "KEN", "ARE", "--html", "--out", str(sample_run.out)])
    assert run.exit_code == 0
    assert run.stdout.startswith("<!doctype html>") and run.stdout.rstrip().endswith("</html>")
    assert "1,648" not in run.stdout.split("<table")[0]
    ranked = tables_of(sample_run.published / "2026-11")["ranked_gaps"]
    (row,) = ranked.filter(exporter_iso3="KEN", importer_iso3="ARE").to_dicts()
    said = text_of(run.stdout.encode())
    assert f"{numbers.whole(row['at_least_fine_kg'])} kg of fine gold" in said
    assert f"Tier {row['tier']}, " in said and f"place {row['rank']} of undeclared export" in said
    chance = numbers.odds(row["probability_material"])
    assert f"more than {numbers.whole(row['material_fine_kg'])} kg, is missing is {chance}" in said
    assert "No noise floor: too few pairs of reliable reporters." in said
    run = CliRunner().invoke(app, ["explain", "IND", "ARE", "--html", "--out", str(sample_run.out)])
    assert "this gap stands apart from the ranking" in text_of(run.stdout.encode())
    assert not re.search(r'(src|href)="(https?:)?//', run.stdout)


def test_points_are_as_far_apart_as_the_distances_say():
    """Great-circle distances between the points, on a globe of 6,371 km."""
    point = {row[0]: row[1:] for row in pl.read_csv(REFERENCE / "country_points.csv").rows()}
    off = []
    for a, b, km in (
        pl.read_csv(REFERENCE / "distances.csv").select("iso3_a", "iso3_b", "distance_km").rows()
    ):
        (north_a, east_a), (north_b, east_b) = (map(math.radians, point[c]) for c in (a, b))
        cosine = math.sin(north_a) * math.sin(north_b)
        cosine += math.cos(north_a) * math.cos(north_b) * math.cos(east_a - east_b)
        off.append(abs(6371 * math.acos(max(-1, min(1, cosine))) - km))
    off.sort()
    assert off[len(off) // 2] < 20
    assert off[int(0.95 * len(off))] < 120


def test_months_are_added_up_to_years_and_nothing_is_lost(edition):
    years = tables_of(edition)["gap_years"]
    months = pl.concat(
        [years.with_columns(period=pl.col("year") * 100 + n) for n in (1, 2)]
    ).with_columns(frequency=pl.lit("M"))
    added = added_up(months)
    keys = ["year", "exporter_iso3", "importer_iso3"]
    beside = years.join(added, on=keys, suffix="_added", validate="1:1")
    assert beside.height == years.height == added.height
    for name in ("import_value_usd", "freight_usd_low", "residual_fine_kg_high"):
        assert (beside[f"{name}_added"] - 2 * beside[name]).abs().fill_null(0).max() < 1e-3
        assert beside[name].null_count() == beside[f"{name}_added"].null_count()
    for name in ("is_counted", "is_assessed", "is_in_window"):
        assert beside[f"{name}_added"].equals(years[name], check_names=False)
    price = beside["gold_price_usd_per_kg_added"] / beside["gold_price_usd_per_kg"]
    assert price.min() == pytest.approx(1) and price.max() == pytest.approx(1)


@pytest.mark.slow
def test_an_edition_without_a_ranking_has_figures_still(edition):
    none = contents_from(edition, ranked_gaps=tables_of(edition)["ranked_gaps"].clear())
    made = pages(none)
    assert {name for name in made if name.endswith(".svg")} == {"figures/waterfall.svg"}
    assert b"</html>" in made["report.html"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "–"), (0.0, "0"), (8.04, "8.0"), (12.4, "12"), (28663.6, "28,664"), (-487.2, "-487")],
)
def test_numbers_are_written_with_their_thousands_apart(value, written):
    assert numbers.whole(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "–"), (0.0, "below 1 %"), (0.36, "36 %"), (0.9, "90 %"), (1.0, "above 99 %"),
     (0.9461, "94 %"), (0.29, "29 %"), (0.9499999, "94 %"), (0.95, "95 %")],
)  # fmt: skip
def test_odds_never_say_certain_nor_the_class_above_their_own(value, written):
    assert numbers.odds(value) == written


@pytest.mark.parametrize(
    ("usd", "written"), [(None, "–"), (0.0, "0.0"), (54823.0, "0.055"), (1523283473.7, "1,523.3")]
)
def test_usd_is_written_in_millions(usd, written):
    assert numbers.million(usd) == written
