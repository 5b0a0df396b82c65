"""Pages fit their window and their paper, whatever fonts a machine has; nothing leaves them."""

import pytest
from playwright.sync_api import Page

from browsing import DESKTOP, PHONE, Watched
from mirror.steps.explain import explain
from mirror.steps.pages import dossier

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chromium")]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_opens_without_error_request_or_overflow(edition, open_page, size):
    seen = open_page(edition / "report.html", "#MLI-ARE", size)
    assert seen.page.locator(".detail").count() == 1
    assert seen.errors == []
    assert seen.outside == []
    assert len([url for url in seen.asked if url.startswith("file:")]) == 1
    assert seen.overflow() <= 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_profiles_open_without_error_request_or_overflow(edition, open_page, size):
    for code in ("MLI", "ARE", "KEN"):
        seen = open_page(edition / "profiles" / f"{code}.html", "", size)
        assert (seen.errors, seen.outside) == ([], [])
        assert seen.overflow() <= 0


FACES = {
    "its own": ":root {}",
    "monospace": "* { font-family: monospace !important }",
    "wide": "* { font-family: sans-serif !important; letter-spacing: 0.08em !important }",
}
FONTS = FACES | {"large": "body, p, table, dd, h1 { font-size: 20px !important }"}
WIDTHS = (320, 390, 768, 1024, 1280)


def forced(page: Page, style: str) -> None:
    """Give the page another font, in place of the one that was forced before."""
    page.evaluate("document.getElementById('forced')?.remove()")
    page.add_style_tag(content=style).evaluate("one => { one.id = 'forced' }")


def excess(seen: Watched) -> dict[tuple[str, int], int]:
    """By how many pixels the page is wider than its window, whatever fonts a machine has."""
    found = {}
    for font, style in FONTS.items():
        forced(seen.page, style)
        for width in WIDTHS:
            seen.page.set_viewport_size({"width": width, "height": 844})
            found[font, width] = seen.overflow()
    return {case: pixels for case, pixels in found.items() if pixels > 0}


PLACES = ["report.html", "report.html#MLI-ARE", "report.html#KEN-ARE", "profiles/MLI.html",
          "profiles/ARE.html", "profiles/KEN.html"]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_no_page_is_wider_than_its_window_in_any_font(edition, open_page, place):
    path, _, pair = place.partition("#")
    assert excess(open_page(edition / path, pair and f"#{pair}")) == {}


def test_no_dossier_is_wider_than_its_window_in_any_font(sample_run, open_page, tmp_path):
    (tmp_path / "dossier.html").write_bytes(dossier(explain(sample_run, "MLI", "ARE", None)))
    assert excess(open_page(tmp_path / "dossier.html")) == {}


def test_a_table_wider_than_a_phone_is_scrolled_and_an_opened_pair_stays_in_sight(
    edition, open_page
):
    seen = open_page(edition / "report.html", "#MLI-ARE", {"width": 320, "height": 844})
    left = "document.querySelector('.dossier').getBoundingClientRect().left"
    before = seen.page.evaluate(left)
    region = seen.page.get_by_role("region", name="Table of the ranking")
    region.evaluate("one => { one.scrollLeft = 1000 }")
    assert region.evaluate("one => one.scrollLeft") > 0
    assert seen.page.evaluate(left) == pytest.approx(before, abs=1)


@pytest.mark.parametrize("code", ["MLI", "KEN", "ARE", "ZAF"])
def test_a_profile_prints_on_two_pages_in_any_font(edition, open_page, code):
    page = open_page(edition / "profiles" / f"{code}.html").page
    for font, style in FACES.items():
        forced(page, style)
        printed = page.pdf(prefer_css_page_size=True)
        assert 1 <= printed.count(b"/Type /Page\n") <= 2, font
