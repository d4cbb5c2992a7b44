"""From a rendered text to what leaves: the plain mail, its HTML version with the organisation's look, the SMS.

A link is written « [Voir le devis](https://…) »: alone in its paragraph it is a button. Only addresses of this site
become links, so that a value typed by somebody cannot put a stranger's address under our name.
"""

import re
from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup, escape

from app.accounts.queries import organisation
from app.core import colours
from app.core.i18n import NBSP, typo

_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s()]+)\)")
_SMS_WORDS = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "…": "...", "–": "-", "—": "-",
    "œ": "oe", "Œ": "OE", "\u2212": "-",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (`lines`, safe markup), or a button when `url` is set."""

    lines: tuple[Markup, ...] = ()
    label: str = ""
    url: str = ""


def with_typography(text: str) -> str:
    """The text with French typography; addresses are left alone."""
    return "".join(part if part.startswith("http") else typo(part) for part in re.split(r"(https?://\S+)", text))


def plain(text: str) -> str:
    """The text alternative of a mail: « Voir le devis : https://… »."""
    return _LINK.sub(rf"\1{NBSP}: \2", text)


def for_sms(text: str) -> str:
    """One SMS: bare addresses, and typographic signs replaced by those that cost nothing."""
    bare = re.sub(r"«\s*|\s*»", '"', _LINK.sub(r"\2", text))
    return re.sub(r"[ \t]+", " ", bare.translate(_SMS_WORDS)).strip()


def blocks(text: str, *, anywhere: bool = False) -> list[Block]:
    """The paragraphs and buttons of a text; with links to other sites too when asked (a preview's sample values)."""
    found = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        alone = _LINK.fullmatch(paragraph.strip())
        if alone and (anywhere or _ours(alone[2])):
            found.append(Block(label=alone[1], url=alone[2]))
        elif paragraph.strip():
            found.append(Block(lines=tuple(_line(line, anywhere=anywhere) for line in paragraph.strip().split("\n"))))
    return found


def html(subject: str, text: str) -> str:
    """The HTML version of a mail."""
    who = organisation()
    accent = colours.readable(who.accent.lower()) if who and colours.is_colour(who.accent) else colours.DEFAULT
    template = current_app.jinja_env.get_template("messages/layout.html")
    return template.render(subject=subject, blocks=blocks(text), organisation=who, accent=accent)


def _ours(url: str) -> bool:
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    return url == base or url.startswith(f"{base}/")


def _line(line: str, *, anywhere: bool) -> Markup:
    parts, end = [], 0
    for match in _LINK.finditer(line):
        parts.append(escape(line[end : match.start()]))
        if anywhere or _ours(match[2]):
            parts.append(Markup('<a href="{}">{}</a>').format(match[2], match[1]))
        else:
            parts.append(escape(f"{match[1]} ({match[2]})"))
        end = match.end()
    return Markup("").join([*parts, escape(line[end:])])
