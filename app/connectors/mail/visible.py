"""What a person wrote in a reply: the text above, between or below what the mail client quoted."""

from __future__ import annotations

import re
from html.parser import HTMLParser

WRAPPED_LINES = 4  # a mail client may break its « Le … a écrit : » over this many lines
LONGEST_ATTRIBUTION = 600
BLOCKS = frozenset({"p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote", "hr", "pre"})
UNSEEN = frozenset({"script", "style", "head", "title"})
VOID = frozenset({"br", "img", "hr", "meta", "link", "input", "wbr", "col", "area", "base", "embed", "source"})

# A date with its year or its hour is what tells a mail client from a client who writes « Le technicien a écrit : ».
_WHEN = r"(?=.*(?:\b(?:19|20)\d\d\b|\d{1,2}\s?[:h]\s?\d{2}))"
_WROTE = re.compile(
    rf"^\W{{0,3}}(?:{_WHEN}(?:Le|Am|El)\b.{{5,300}}\ba\s+[ée]crit(?:\s*:)?|{_WHEN}On\b.{{5,300}}\bwrote:?"
    rf"|{_WHEN}.{{5,300}}<[^<>\s]+@[^<>\s]+>\s*(?:a [ée]crit|wrote)?\s*:)\s*$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^\W*[-_]{2,}\s*(?:message (?:d'origine|original|initial|transféré)|original message|courrier original"
    r"|forwarded message|e-mail d'origine|mail original)\s*[-_]{2,}\W*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\W{0,3}(?:de|from|envoyé(?: le)?|sent|date|à|a|to|objet|sujet|subject|cc)\s?\*?\s?:\*?\s?\S", re.IGNORECASE
)
_FIRST_HEADER = re.compile(r"^\W{0,3}(?:de|from)\s?\*?\s?:\*?\s?\S", re.IGNORECASE)
_RULE = re.compile(r"^[_\u2500-]{8,}$")
_DEVICE = re.compile(
    r"^(?:envoyé (?:de|depuis|à partir de|avec|par|via)\b.{0,80}|sent (?:from|with|via)\b.{0,80}"
    r"|(?:télécharger|obtenez|get) outlook (?:pour|for)\b.{0,80}|provenance : courrier pour windows.*)$",
    re.IGNORECASE,
)


def visible_reply(text: str) -> str:
    """`text` without quotes, attribution, signature and « Envoyé de mon iPhone ».

    Answers written between quoted lines are kept. When nothing would be left (a bare forward), the whole text is.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    kept: list[str] = []
    index = 0
    while index < len(lines):
        span = _attribution(lines, index)
        if span and not _quoted_after(lines, index + span):
            break  # what follows is the old message, unmarked
        if span:
            index += span
            continue
        line = lines[index]
        if _cut_here(lines, index):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
        index += 1
    return _tidy(kept) or "\n".join(lines).strip()


def html_to_text(html: str) -> str:
    """Readable text of an HTML body; quoted blocks come out as lines that start with `>`."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # the parser's word for some malformed declarations
        return re.sub(r"<[^>]*>", " ", html).strip()
    return reader.text()


def _attribution(lines: list[str], index: int) -> int:
    """How many lines from `index` make a mail client's « Le … a écrit : »; 0 when none do."""
    if not lines[index].strip() or lines[index].lstrip().startswith(">"):
        return 0
    for count in range(1, WRAPPED_LINES + 1):
        chunk = lines[index : index + count]
        if not chunk[-1].strip():
            return 0
        joined = " ".join(line.strip() for line in chunk)
        if len(joined) <= LONGEST_ATTRIBUTION and _WROTE.match(joined):
            return count
    return 0


def _quoted_after(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index:] if line.strip()), "")
    return following.lstrip().startswith(">")


def _cut_here(lines: list[str], index: int) -> bool:
    """True at the line from which everything is an old message or a signature."""
    line = lines[index].strip()
    if lines[index].rstrip("\n") in ("-- ", "--") or _ORIGINAL.match(line):
        return True
    if _FIRST_HEADER.match(line):
        return _headers_from(lines, index) >= 3
    if _RULE.match(line):
        following = next((at for at in range(index + 1, len(lines)) if lines[at].strip()), len(lines))
        return following < len(lines) and _headers_from(lines, following) >= 2
    return False


def _headers_from(lines: list[str], index: int) -> int:
    """How many lines in a row look like « De : », « Envoyé : », « À : », « Objet : »."""
    count = 0
    for line in lines[index : index + 6]:
        if not _HEADER.match(line.strip()):
            break
        count += 1
    return count


def _tidy(lines: list[str]) -> str:
    while lines and (not lines[-1].strip() or _DEVICE.match(lines[-1].strip()) or _RULE.match(lines[-1].strip())):
        lines.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Collects lines of text. An element closes those left open inside it, so a missing end tag does no harm."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = [""]
        self._quotes = 0
        self._unseen = 0
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS or tag == "br":
            self._line()
        if tag == "li":
            self._line()
            self._add("- ")
        if tag in VOID:
            return
        quote = tag == "blockquote"
        self._open.append((tag, quote))
        self._quotes += quote
        self._unseen += tag in UNSEEN
        if quote:
            self._line()

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _ in self._open):
            return
        while self._open:
            name, quote = self._open.pop()
            if name in BLOCKS:
                self._line()
            self._quotes -= quote
            self._unseen -= name in UNSEEN
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._add(re.sub(r"[ \t\r\n]+", " ", data))

    def _add(self, text: str) -> None:
        if not self._out[-1]:
            text = text.lstrip(" ")
            if text and self._quotes:
                text = "> " + text
        self._out[-1] += text

    def _line(self) -> None:
        self._out.append("")

    def text(self) -> str:
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in self._out)).strip()
