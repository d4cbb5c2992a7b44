"""What axe finds on an open page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")
# WCAG 2.2 AA, the size of targets included; nothing is fetched again to be measured.
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
RUN = """options => axe.run(document, options).then(found => found.violations.map(fault =>
    ({id: fault.id, impact: fault.impact, places: fault.nodes.map(node => node.html)})))"""


def violations(page: Page) -> list[str]:
    """What axe finds serious in the light and in the dark, with the first place of each."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate(AXE_SCRIPT)
    found = [f"light: {fault}" for fault in _run(page, RULES)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return found + [f"dark: {fault}" for fault in _run(page, COLOURS)]


def _run(page: Page, rules: dict[str, Any]) -> list[str]:
    found = page.evaluate(RUN, {"runOnly": rules, "resultTypes": ["violations"], "preload": False})
    return [
        f"{fault['id']} {fault['places'][0][:160]} (×{len(fault['places'])})"
        for fault in found
        if fault["impact"] in SERIOUS
    ]
