"""To wait as a user does: by looking again, until what a job makes is there."""

import time

from playwright.sync_api import Locator, Page, expect

LOOK_MS = 500
PATIENCE_S = 60


def reload_until(page: Page, shown: Locator, url: str = "", patience_s: float = PATIENCE_S) -> None:
    """Read the page (at `url`, else where it is) until `shown` is in it.

    Raises:
        AssertionError: it is not there after `patience_s` seconds.
    """
    patience = time.monotonic() + patience_s
    while True:
        page.goto(url or page.url)
        try:
            return expect(shown.first).to_be_attached(timeout=LOOK_MS)
        except AssertionError:
            if time.monotonic() > patience:
                raise
