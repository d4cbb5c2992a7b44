"""What a browser downloads: the first page, the dashboard, a swap; bytes as a compressing proxy sends them."""

import gzip
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.client import PASSWORD
from bench.installation import Installation
from bench.rounds import show

COMPRESSED = ("text/", "application/javascript", "application/json", "image/svg")
#: A swap of each sort: another page of the list, a filter of the board, results of the search box.
SWAPS = ("/dossiers?vue=liste&page=2", "/dossiers?priorite=1", "/recherche?q=martin")


@dataclass
class Downloads:
    """What the network brought while a page loaded, what the browser kept in its cache aside."""

    requests: int = 0
    size: int = 0
    size_gz: int = 0
    seen: dict[str, str] = field(default_factory=dict)


def measure(house: Installation) -> None:
    """Print a line for the first page, the dashboard, and a swap."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
        _pages(browser, house)
        _swaps(browser, house)
        browser.close()


def _pages(browser: Browser, house: Installation) -> None:
    state = _signed_in(browser, house).storage_state()
    for name, path, kept in (("first_page", "/connexion", None), ("dashboard", "/tableau-de-bord", state)):
        context = browser.new_context(base_url=house.base, locale="fr-FR", storage_state=kept)
        page = context.new_page()
        cold = _downloads(page, lambda page=page, path=path: page.goto(path, wait_until="networkidle"))
        warm = _downloads(page, lambda page=page, path=path: page.goto(path, wait_until="networkidle"))
        show(
            f"weight_{name}",
            house.scale,
            bytes=cold.size,
            bytes_gz=cold.size_gz,
            requests_cold=cold.requests,
            requests_warm=warm.requests,
        )
        context.close()


def _swaps(browser: Browser, house: Installation) -> None:
    context = _signed_in(browser, house)
    bodies = [context.request.get(path, headers={"HX-Request": "true"}).body() for path in SWAPS]
    heaviest = max(bodies, key=lambda body: len(gzip.compress(body, 6)))
    show("weight_swap", house.scale, bytes=len(heaviest), bytes_gz=len(gzip.compress(heaviest, 6)))


def _signed_in(browser: Browser, house: Installation) -> BrowserContext:
    context = browser.new_context(base_url=house.base, locale="fr-FR")
    page = context.new_page()
    page.goto("/connexion")
    page.fill("[name=email]", "gerant@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    page.close()
    return context


def _downloads(page: Page, act: Callable[[], Any]) -> Downloads:
    """Do something on the page and weigh what came from the network."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    kinds: dict[str, str] = {}
    cached: set[str] = set()
    wire.on("Network.requestServedFromCache", lambda event: cached.add(event["requestId"]))
    wire.on("Network.responseReceived", lambda event: _note(event, kinds, cached))
    act()
    total = Downloads()
    for request, kind in kinds.items():
        if request in cached:
            continue
        body = wire.send("Network.getResponseBody", {"requestId": request})
        raw = len(body["body"]) * 3 // 4 if body["base64Encoded"] else len(body["body"].encode())
        small = (
            len(gzip.compress(body["body"].encode(), 6))
            if kind.startswith(COMPRESSED) and not body["base64Encoded"]
            else raw
        )
        total.requests, total.size, total.size_gz = total.requests + 1, total.size + raw, total.size_gz + small
    wire.detach()
    return total


def _note(event: dict[str, Any], kinds: dict[str, str], cached: set[str]) -> None:
    response = event["response"]
    if response["url"].startswith("data:"):
        return
    kinds[event["requestId"]] = response["mimeType"]
    if response.get("fromDiskCache"):
        cached.add(event["requestId"])
