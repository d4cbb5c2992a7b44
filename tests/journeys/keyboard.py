"""A person who has no mouse: tabs, types, and must always see where the focus is."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page, expect

# What shows the focus: an outline or a shadow, on the element or on what it stands for (the label of a hidden box).
SHOWN = """() => {
    const at = document.activeElement;
    if (at === document.body) return ""; // past the end of the page
    const large = e => e && e.getBoundingClientRect().width > 4 && e.getBoundingClientRect().height > 4;
    const marked = ({outlineStyle, outlineWidth, boxShadow}) => (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none";
    const frame = [at, at.closest("label"), at.parentElement, at.id && document.querySelector(`label[for="${at.id}"]`)]
        .find(e => large(e) && marked(getComputedStyle(e)));
    if (!frame) return "does not show that it has the focus";
    const box = frame.getBoundingClientRect();
    return box.bottom < 0 || box.right < 0 || box.top > innerHeight || box.left > innerWidth ? "is out of the window" : "";
}"""


@dataclass(frozen=True)
class Focused:
    """What a screen reader would say of the element that has the focus."""

    role: str
    name: str


# Faster would be a bar-code scanner.
TYPING_MS = 40


class Keyboard:
    """The keyboard of a page, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._tools: CDPSession = page.context.new_cdp_session(page)

    def focused(self) -> Focused:
        """Role and name, as the browser gives them to assistive technology."""
        found = self._tools.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]
        node = self._tools.send(
            "Accessibility.getPartialAXTree", {"objectId": found["objectId"], "fetchRelatives": False}
        )["nodes"][0]
        return Focused(_value(node, "role"), " ".join(_value(node, "name").split()))

    def tab_to(self, name: str, role: str = "", *, most: int = 40) -> None:
        """Tab until the element of that name has the focus; each one on the way must be seen.

        Raises AssertionError when it takes more than `most` tabs.
        """
        passed: list[str] = []
        for _tab in range(most):
            here = self.next()
            if re.search(name, here.name) and role in ("", here.role):
                return
            passed.append(f"{here.role} « {here.name} »")
        raise AssertionError(f"{name} is not within {most} tabs: {', '.join(passed)}")

    def next(self) -> Focused:
        """Tab once: what has the focus now, and is seen to have it."""
        self.page.keyboard.press("Tab")
        here = self.focused()
        fault = self.page.evaluate(SHOWN)
        assert not fault, f"{here.role} « {here.name} » {fault} on {self.page.url}"
        return here

    def fill(self, name: str, text: str, *, most: int = 40) -> None:
        """Tab to the field, replace what it holds."""
        self.tab_to(name, most=most)
        self.page.keyboard.press("Control+A")
        self.type(text)

    def type(self, text: str) -> None:
        """At the pace of a person."""
        self.page.keyboard.type(text, delay=TYPING_MS)

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def act(self, name: str, role: str = "", *, key: str = "Enter", most: int = 40) -> None:
        """Tab to a button or a link and press it."""
        self.tab_to(name, role, most=most)
        self.page.keyboard.press(key)

    def expect_somewhere(self) -> None:
        """The focus is on something: a swap has not thrown it away."""
        expect(self.page.locator("body")).not_to_be_focused()


def _value(node: dict[str, Any], key: str) -> str:
    return str(node.get(key, {}).get("value", ""))
