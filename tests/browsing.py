"""The pages of an edition in a real Chromium, and what they say on the console and ask for."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = """--disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync""".split()
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 300_000
"""How long a page may take on a busy machine before a test gives up waiting."""


class Watched:
    """A page with what it said on its console and asked the network for."""

    def __init__(self, page: Page, path: Path | str, fragment: str = "") -> None:
        self.page = page
        self.errors: list[str] = []
        self.asked: list[str] = []
        page.on(
            "console", lambda said: self.errors.append(said.text) if said.type == "error" else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto((path if isinstance(path, str) else path.as_uri()) + fragment)

    @property
    def outside(self) -> list[str]:
        return [url for url in self.asked if not url.startswith(("file:", "data:"))]

    def column(self, place: int) -> list[str]:
        return self.page.locator(f"#rows tr:not(.detail) td:nth-child({place})").all_inner_texts()

    def pairs(self) -> list[tuple[str, str]]:
        return list(zip(self.column(3), self.column(4), strict=True))

    def overflow(self) -> int:
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))


Open = Callable[..., Watched]


@contextmanager
def chromium() -> Iterator[Browser]:
    assert CHROMIUM, "Chromium is not installed: apt-get install chromium (see README.md)"
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, chromium_sandbox=False, headless=True,
            timeout=PATIENCE_MS,
        )  # fmt: skip
        yield started
        started.close()


@contextmanager
def windows(browser: Browser) -> Iterator[Open]:
    """Open pages in windows of a size, and close them all."""
    contexts = []

    def opened(path: Path | str, fragment: str = "", size: dict[str, int] = DESKTOP) -> Watched:
        contexts.append(browser.new_context(viewport=size, reduced_motion="reduce"))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        return Watched(contexts[-1].new_page(), path, fragment)

    yield opened
    for context in contexts:
        context.close()
