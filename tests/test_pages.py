"""Profiles, dossiers and figures without a browser, and the points that the map draws."""

import math
import re

import polars as pl
import pytest
from typer.testing import CliRunner

from mirror.cli import app
from mirror.errors import SettingsError
from mirror.publish.page import numbers, pages
from mirror.publish.page.contents import ESTIMATES, PARTS, added_up
from mirror.settings import ASSETS
from mirror.steps.pages import profile
from pages import contents_from, tables_of

REFERENCE = ASSETS / "data" / "reference"


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
    assert found.reading == (2023, balance["balance_reading"][-1])
    page = path.read_text(encoding="utf-8")
    assert page.count("<td>conduit</td>") == 7
    assert f"South Africa {found.reading[1]}." in page
    run = CliRunner().invoke(app, ["profile", "ZAF", "--out", str(sample_run.out)])
    assert f"2023: South Africa {found.reading[1]}." in run.stdout.replace("\n", " ")
    mali, path = profile(sample_run, "MLI")
    assert mali.reading is None and set(mali.balance["country_role"]) == {"producer"}
    assert "can explain all but" not in path.read_text(encoding="utf-8")


def test_pairs_of_a_profile_stand_in_the_order_of_the_key(sample_run, edition):
    found, _ = profile(sample_run, "ARE")
    ranked = tables_of(edition)["ranked_gaps"].filter(importer_iso3="ARE")
    assert found.as_importer["ranking_key"].is_sorted(descending=True)
    assert found.as_importer.height == ranked.height
    for direction in ("undeclared_export", "undeclared_import"):
        assert found.as_importer.filter(direction=direction)["rank"].is_sorted()


def test_the_page_says_how_it_ranks_with_the_numbers_of_the_edition(edition):
    page = (edition / "report.html").read_text(encoding="utf-8")
    said = dict(tables_of(edition)["parameters"].select("name", "value").rows())
    assert said["material_fine_kg"] == "100" and float(said["material_share"]) == 0.05
    assert "the larger of 100 kg and 5 % of the trade" in page
    assert f"{int(said['draws']):,} draws of every gap" in page
    assert tables_of(edition)["ranked_gaps"]["noise_floor_key"].null_count() == 95
    assert page.count("no noise floor, too few pairs of reliable reporters") == 2
    assert "In this edition such pairs are too few, so there is none." in page
    assert list(ESTIMATES) == list(PARTS)
    for name, part in PARTS.items():
        assert f"<li>{part}: {ESTIMATES[name]}.</li>" in page.replace("&#39;", "'")


@pytest.mark.slow
def test_the_page_of_an_edition_with_a_noise_floor_does_not_say_there_is_none(edition):
    ranked = tables_of(edition)["ranked_gaps"].with_columns(noise_floor_key=pl.lit(1.5))
    page = pages(contents_from(edition, ranked_gaps=ranked))["report.html"].decode()
    assert "too few" not in page
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
    assert "13,785 kg of fine gold" in run.stdout
    assert "more than 760 kg, is left is above 99 %" in run.stdout
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
    [(None, "–"), (0.0, "below 1 %"), (0.36, "36 %"), (0.9, "90 %"), (1.0, "above 99 %")],
)
def test_odds_never_say_certain(value, written):
    assert numbers.odds(value) == written


@pytest.mark.parametrize(
    ("usd", "written"), [(None, "–"), (0.0, "0.0"), (54823.0, "0.055"), (1523283473.7, "1,523.3")]
)
def test_usd_is_written_in_millions(usd, written):
    assert numbers.million(usd) == written
