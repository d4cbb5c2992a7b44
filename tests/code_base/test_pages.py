"""Every page, shown to the manager: French, whole, without the names that programs give to things."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask

from tests.cast import Cast
from tests.signing import Browser
from tests.world import make_world

# Words of the libraries' own sentences and of Python: none is French.
ENGLISH = re.compile(
    r"\b(Submit|Search|Error|Invalid|required|Delete|Edit|Save|Cancel|Create|List|True|False|None|Not a valid|This field|Unknown|Select|Loading|"
    r"Back|Next|Previous|Home|Are you sure|with selected|Filter|Add|undefined|nan|object at 0x|lambda|Undefined)\b"
)
# A letter as its reader will see it, in a frame: not a page of the site.
LETTERS = {"messaging.outbox_letter"}
READ_ALOUD = ("aria-label", "title", "placeholder", "alt", "data-confirm", "data-confirm-verb")


class Words(HTMLParser):
    """The text of a page as a person reads it, or hears it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style", "code", "pre", "textarea")
        self.texts += [value for name, value in attrs if name in READ_ALOUD and value]
        if tag == "input" and ("type", "submit") in attrs:
            self.texts += [value for name, value in attrs if name == "value" and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "code", "pre", "textarea")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


# What the tests of this file read: opened once, they only look at it.
OPENED: dict[str, str] = {}


@pytest.fixture
def pages(app: Flask, cast: Cast, browser: Browser) -> dict[str, str]:
    """Every page and fragment that the manager can open: endpoint → HTML."""
    if not OPENED:
        world, camille = make_world(cast.karim, cast.camille), browser.as_("gerant")
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.endpoint != "static":
                answer = camille.get(world.address(rule), follow=False, buffered=True)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    OPENED[f"{rule.endpoint} {rule.rule}"] = answer.text
    return OPENED


def test_no_english_word_is_shown_on_any_page(pages: dict[str, str]) -> None:
    found: dict[str, set[str]] = {}
    for endpoint, html in pages.items():
        words = {match[0] for text in Words(html).texts for match in ENGLISH.finditer(text)}
        if words:
            found[endpoint] = words
    assert found == {}


def test_every_page_has_a_title_and_one_main_heading(pages: dict[str, str]) -> None:
    wrong: dict[str, str] = {}
    seen = 0
    for endpoint, html in pages.items():
        if endpoint.split()[0] in LETTERS or not html[:40].lower().startswith("<!doctype"):
            continue
        title, headings = re.search(r"<title>\s*(\S.*?)</title>", html, re.DOTALL), len(re.findall(r"<h1[ >]", html))
        seen += 1
        if title is None or headings != 1:
            wrong[endpoint] = f"{title and title[1]!r}, {headings} h1"
    assert wrong == {}
    assert seen > 100
