"""A real browser on the real processes: web, worker, scheduler and partner sandbox, as `make run` starts them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.journeys.demonstration import Demonstration, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# What the browser asks for by itself, and what htmx says of a poll cut because one left the page meanwhile.
QUIET = ("favicon", "htmx:sendError", "htmx:afterRequest")
# A page is looked at for longer than Playwright's five seconds: two cores may run a browser, a worker and another session.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("Chromium is not installed: `make test` installs it when it may")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--lang=fr-FR"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    yield from running(tmp_path_factory.mktemp("demonstration"))


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    found = chromium.new_context(locale="fr-FR", timezone_id="Europe/Paris", viewport={"width": 1440, "height": 900})
    found.add_init_script("window.print = () => {}")  # there is no printer here: headless Chromium falls on its dialog
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose console must stay silent."""
    found = context.new_page()
    faults = watch(found)
    yield found
    if folder := os.environ.get("JOURNEY_SHOTS"):  # where to keep the last picture, to see why a journey stopped
        found.screenshot(path=Path(folder) / "last.png", full_page=True)
    assert faults == []


def watch(page: Page) -> list[str]:
    """Collect console errors and page errors."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location['url']}"
        if message.type == "error" and not expected(text):
            faults.append(text)

    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


def expected(text: str) -> bool:
    """Answers 409 and 422 are part of a form's life; the browser calls them errors."""
    return any(code in text for code in ("409 (", "422 (", "410 (")) or any(word in text for word in QUIET)
