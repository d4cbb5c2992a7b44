"""Mail HTML made harmless: known tags without attributes that act, nothing fetched, nothing run."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

TAGS = frozenset(
    "a abbr b blockquote br caption center code col colgroup dd div dl dt em font h1 h2 h3 h4 h5 h6 hr i li ol p pre s"  # noqa: SIM905
    " small span strong sub sup table tbody td tfoot th thead tr u ul".split()
)
VOID = frozenset({"br", "col", "hr"})
ATTRIBUTES = frozenset(
    "align bgcolor border cellpadding cellspacing colspan dir lang rowspan style valign width".split()  # noqa: SIM905
)
DROPPED = frozenset("script style head title iframe object template noscript svg math".split())  # noqa: SIM905


LEAVE = ' target="_blank" rel="noreferrer"'


def sanitize(html: str) -> str:
    """`html` rebuilt from what is allowed. Links keep their `http`, `https` or `mailto` address."""
    cleaner = _Cleaner()
    try:
        cleaner.feed(html)
        cleaner.close()
    except AssertionError:  # the parser's word for some malformed declarations
        return f"<pre>{escape(html)}</pre>"
    return "".join(cleaner.out)


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._dropped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self._dropped.append(tag)
        elif tag in TAGS and not self._dropped:
            kept = "".join(
                f' {name}="{escape(value or "")}"' for name, value in attrs if _allowed(tag, name, value or "")
            )
            # A link leaves the frame, or the page it opens would be refused by the frame's policy.
            self.out.append(f"<{tag}{kept}{LEAVE if tag == 'a' else ''}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._dropped:
            del self._dropped[self._dropped.index(tag) :]
        elif tag in TAGS and tag not in VOID and not self._dropped:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self.out.append(escape(data))


def _allowed(tag: str, name: str, value: str) -> bool:
    if tag == "a" and name == "href":
        return value.strip().lower().startswith(("http://", "https://", "mailto:"))
    if name == "style":
        return not any(word in value.lower() for word in ("url", "@", "expression", "\\", "position"))
    return name in ATTRIBUTES
