"""The page in a real Chromium: what it shows, sorts and filters; it asks the network nothing."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser

from browsing import Watched, windows
from mirror.publish.page import numbers, pages
from mirror.publish.page.contents import TIERS
from pages import HOSTILE, contents_from, hostile, large

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chromium")]


@pytest.fixture(scope="session")
def ranking(edition: Path) -> pl.DataFrame:
    exports = pl.read_parquet(edition / "ranked_gaps.parquet").filter(direction="undeclared_export")
    continents = contents_from(edition).countries.select(
        exporter_iso3="iso3", continent="continent"
    )
    return exports.join(continents, on="exporter_iso3", how="left").sort("rank")


@pytest.fixture(scope="session")
def page_of_all(browser: Browser, edition: Path) -> Iterator[Watched]:
    with windows(browser) as opened:
        yield opened(edition / "report.html")


@pytest.fixture
def report(page_of_all: Watched) -> Watched:
    """The page of the edition, opened once for all tests that ask its table, as it opens."""
    page_of_all.page.evaluate(
        "Object.assign(view, {sort: 'rank', isDown: false, most: FIRST, chosen: null});"
        "field('filters').reset(); show()"
    )
    return page_of_all


def names(frame: pl.DataFrame) -> list[tuple[str, str]]:
    return frame.select("exporter_name", "importer_name").rows()


def write(made: dict[str, bytes], folder: Path) -> Path:
    for name, content in made.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "report.html"


def test_the_table_shows_the_figures_of_the_csv(edition, report):
    csv = (
        pl.read_csv(edition / "ranked_gaps.csv", infer_schema_length=None)
        .filter(direction="undeclared_export")
        .sort("rank")
    )
    assert report.pairs() == names(csv)
    for place, column, written in [
        (6, "export_value_usd", numbers.million), (7, "import_value_usd", numbers.million),
        (8, "probability_material", numbers.odds), (9, "at_least_fine_kg", numbers.whole),
        (10, "missing_fine_kg", numbers.whole), (11, "at_most_fine_kg", numbers.whole),
    ]:  # fmt: skip
        shown = [text.replace(".0", "") if place > 8 else text for text in report.column(place)]
        wanted = [written(value) for value in csv[column]]
        assert shown == [text.replace(".0", "") if place > 8 else text for text in wanted], column
    assert report.column(2) == [f"{tier} {TIERS[tier]}" for tier in csv["tier"]]
    assert report.column(12) == [
        f"{low}–{high}" for low, high in csv.select("^rank_(low|high)$").rows()
    ]
    assert report.column(13) == csv["grade"].to_list()


def test_what_the_records_cannot_tell_comes_last_and_is_grey(report, ranking):
    assert ranking["tier"].is_sorted() and ranking["tier"][-1] == 4
    grey = report.page.locator("#rows tr.below").count()
    assert grey == ranking.filter(tier=4).height
    soft, ink = (
        report.page.locator(f"#rows tr{which} td").first.evaluate(
            "one => getComputedStyle(one).color"
        )
        for which in (".below", ":not(.below)")
    )
    assert soft != ink
    sure = ranking.filter(pl.col("tier") <= 2)["at_least_fine_kg"].sum() / 1000
    possible = ranking.filter(pl.col("tier") <= 3)["missing_fine_kg"].sum() / 1000
    said = report.page.locator("#count").inner_text()
    assert f"{sure:,.1f} t at least (tiers 1 and 2), {possible:,.1f} t missing on average" in said


@pytest.mark.parametrize(
    ("head", "column", "first_is_down"),
    [("atLeast", "at_least_fine_kg", True), ("importUsd", "import_value_usd", True),
     ("exportUsd", "export_value_usd", True), ("missing", "missing_fine_kg", True),
     ("atMost", "at_most_fine_kg", True), ("chance", "probability_material", True),
     ("tier", "tier", False), ("first", "first_year", False), ("rankLow", "rank_low", False),
     ("grade", "grade", False)],
)  # fmt: skip
def test_the_table_sorts_as_polars_does(report, ranking, head, column, first_is_down):
    button = report.page.locator(f"th[data-sort={head}] button")
    for is_down in (first_is_down, not first_is_down):
        button.click()
        wanted = ranking.sort(column, "rank", descending=[is_down, False], nulls_last=True)
        assert report.pairs() == names(wanted)
        sort = report.page.locator(f"th[data-sort={head}]").get_attribute("aria-sort")
        assert sort == ("descending" if is_down else "ascending")
    assert report.page.locator("th[aria-sort=ascending], th[aria-sort=descending]").count() == 1


def test_names_sort_by_the_alphabet_and_not_by_code_points(report):
    report.page.locator("th[data-sort=exporter] button").click()
    shown = [name for name, _ in report.pairs()]
    plain = [name.replace("ü", "u").replace("ô", "o").lower() for name in shown]
    assert plain == sorted(plain)


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [("region", "Africa", pl.col("continent") == "Africa"),
     ("least", "1000", pl.col("missing_fine_kg") >= 1000),
     ("tier", "3", pl.col("tier") <= 3), ("tier", "2", pl.col("tier") <= 2),
     ("from", "2018", pl.col("last_year") >= 2018), ("to", "2016", pl.col("first_year") <= 2016),
     ("grade", "AB", pl.col("grade").is_in(["A", "B"])),
     ("text", "cote d'ivoire", pl.any_horizontal(pl.col("^.*er_name$") == "Côte d'Ivoire")),
     ("text", "ken", (pl.col("exporter_iso3") == "KEN") | (pl.col("importer_iso3") == "KEN"))],
)  # fmt: skip
def test_the_table_filters_as_polars_does(report, ranking, field, value, wanted):
    control = report.page.locator(f"#{field}")
    control.select_option(value) if field in ("region", "grade", "tier") else control.fill(value)
    kept = ranking.filter(wanted)
    assert 0 < kept.height < ranking.height
    assert report.pairs() == names(kept)
    assert report.page.locator("#count").inner_text().startswith(f"{kept.height} pairs")
    report.page.locator("button[type=reset]").click()
    report.page.wait_for_function(
        f"document.querySelectorAll('#rows tr').length === {ranking.height}"
    )


def test_the_other_direction_is_a_choice_away(edition, report):
    report.page.locator("#direction").select_option("undeclared_import")
    csv = (
        pl.read_csv(edition / "ranked_gaps.csv", infer_schema_length=None)
        .filter(direction="undeclared_import")
        .sort("rank")
    )
    assert report.pairs() == names(csv)


def test_a_pair_opens_and_closes_by_keyboard_and_keeps_the_focus(edition, open_page, ranking):
    seen = open_page(edition / "report.html")
    seen.page.locator("#rows button").nth(1).focus()
    seen.page.keyboard.press("Enter")
    focused = "document.activeElement.getAttribute('aria-label')"
    label = f"{ranking['exporter_name'][1]} to {ranking['importer_name'][1]}, details"
    assert seen.page.evaluate(focused) == label
    assert seen.page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    assert seen.page.locator(".detail svg[role=img]").count() == 4
    seen.page.keyboard.press("Enter")
    assert seen.page.locator(".detail").count() == 0
    assert seen.page.evaluate(focused) == label
    for _ in range(3):
        seen.page.keyboard.press("Tab")
        outline = seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


def test_the_waterfall_of_a_pair_is_the_sum_of_its_years(edition, open_page):
    seen = open_page(edition / "report.html", "#KEN-ARE")
    years = pl.read_csv(edition / "gap_years.csv", infer_schema_length=None).filter(
        pl.col("residual_value_usd_mid") > 0, "is_counted", exporter_iso3="KEN", importer_iso3="ARE"
    )
    rows = seen.page.locator(".detail table").first.locator("tbody tr").all_inner_texts()
    ends = ("low", "mid", "high")
    freight = [numbers.million(years[f"freight_usd_{end}"].sum()) for end in ends]
    residual = [numbers.million(years[f"residual_value_usd_{end}"].sum()) for end in ends]
    assert rows[0].split("\t")[2] == numbers.million(years["gap_value_usd"].sum())
    assert rows[1].split("\t")[1:] == freight
    assert rows[-1].split("\t")[1:] == residual
    (row,) = pl.read_csv(edition / "ranked_gaps.csv", infer_schema_length=None).filter(
        direction="undeclared_export", exporter_iso3="KEN", importer_iso3="ARE"
    ).to_dicts()  # fmt: skip
    assert residual[1] == numbers.million(row["residual_value_usd_mid"])
    said = seen.page.locator(".detail p").first.inner_text()
    assert f"Tier {row['tier']}, {TIERS[row['tier']]}: " in said
    assert f"At least {numbers.whole(row['at_least_fine_kg'])} kg of fine gold" in said
    assert "Noise floor: no floor, too few pairs of reliable reporters." in said


def test_headings_landmarks_and_labels_are_there(edition, open_page):
    page = open_page(edition / "report.html").page
    for landmark in ("header", "nav[aria-label]", "main", "footer"):
        assert page.locator(landmark).count() == 1, landmark
    unlabelled = """[
        ...[...document.querySelectorAll('input, select')].filter((one) => !one.labels.length),
        ...[...document.querySelectorAll('button, a')].filter((one) => !one.textContent.trim()),
        ...document.querySelectorAll('section:not([aria-labelledby])'),
    ].length"""
    assert page.evaluate(unlabelled) == 0
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(e => +e.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


CONTRAST = """() => {
    const parse = (text) => text.match(/[\\d.]+/g).map(Number);
    const linear = (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const light = (rgb) => [0.2126, 0.7152, 0.0722]
        .reduce((sum, weight, i) => sum + weight * linear(rgb[i] / 255), 0);
    const ground = (one) => {
        for (; one; one = one.parentElement) {
            const colour = parse(getComputedStyle(one).backgroundColor);
            if (colour.length < 4 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    let worst = [99, ""];
    for (const one of document.querySelectorAll("p, td, th, a, button, label, dt, small, caption,"
            + "figcaption, summary, option, pre, li")) {
        if (!one.textContent.trim()) continue;
        const [a, b] = [light(parse(getComputedStyle(one).color)), light(ground(one))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < worst[0]) worst = [ratio, one.outerHTML.slice(0, 90)];
    }
    return worst;
}"""


def test_text_stands_out_from_its_ground(edition, open_page):
    """WCAG AA: 4.5 to 1, from the colours that the browser computes."""
    ratio, where = open_page(edition / "report.html", "#MLI-ARE").page.evaluate(CONTRAST)
    assert ratio >= 4.5, where


def test_hostile_names_do_no_harm(edition, open_page, tmp_path):
    made = pages(hostile(edition))
    report = write(dict(made), tmp_path)
    seen = open_page(report, "#MLI-ARE")
    assert seen.errors == [] and seen.outside == []
    assert seen.page.evaluate("window.harmed") is None
    assert HOSTILE[0] in seen.column(3) and HOSTILE[1] in seen.column(4)
    assert seen.page.locator(".detail h3").first.inner_text() == f"{HOSTILE[0]} → {HOSTILE[1]}"
    assert "49" not in seen.column(3)
    for code in ("MLI", "IND"):
        seen = open_page(tmp_path / "profiles" / f"{code}.html")
        assert seen.errors == [] and seen.page.evaluate("window.harmed") is None


def test_of_three_thousand_pairs_a_hundred_are_drawn_and_the_page_is_under_five_megabytes(
    edition, open_page, tmp_path
):
    """What makes it open at once on any machine."""
    report = write({"report.html": pages(large(edition))["report.html"]}, tmp_path)
    assert report.stat().st_size < 5_000_000
    seen = open_page(report)
    assert seen.page.locator("#count").inner_text().startswith("3,000 pairs, 100 shown")
    assert seen.page.locator("#rows tr").count() == 100
    assert seen.page.locator("*").count() < 10_000
    seen.page.locator("#all").click()
    assert seen.page.locator("#rows tr").count() == 3000
    assert seen.errors == []


def test_the_page_says_it_without_script_and_in_print(edition, browser, ranking):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((edition / "report.html").as_uri())
    assert page.locator("#rows tr").count() == min(25, ranking.height)
    page.emulate_media(media="print")
    assert not page.locator(".tools").is_visible()
    context.close()


def change(number: int) -> dict[str, object]:
    sides = {"exporter_iso3": f"X{number}", "importer_iso3": "ARE", "importer_name": "Hub"}
    return sides | {
        "direction": "undeclared_export", "exporter_name": f"land {number}", "rank_before": None,
        "rank_after": number, "tier_after": 3, "at_least_change_fine_kg": 0.0,
        "missing_change_fine_kg": -1000.5 * number,
        "sentence": f"<b>Hub</b> revised {number}", "edition_before": "2026-10",
    }  # fmt: skip


def test_the_ten_largest_changes_are_shown_when_there_are_any(edition, open_page, tmp_path):
    contents = contents_from(edition, changes=pl.DataFrame([change(n) for n in range(1, 13)]))
    seen = open_page(write({"report.html": pages(contents)["report.html"]}, tmp_path))
    rows = seen.page.locator("#changes tbody tr").all_inner_texts()
    first = ["land 12", "Hub", "importer", "–", "12", "3", "0", "-12,006", "<b>Hub</b> revised 12"]
    assert len(rows) == 10 and rows[0].split("\t") == first
    assert open_page(edition / "report.html").page.locator("#changes").count() == 0


def test_pages_are_the_same_bytes_twice(edition):
    """Once in the process that published them, once in this one."""
    made = pages(contents_from(edition))
    assert {"report.html", "profiles/MLI.html", "figures/waterfall.png"} <= set(made)
    assert all((edition / name).read_bytes() == content for name, content in made.items())
