"""French texts. French is the source language; `_()` applies French typography once per text.

Write sources with plain spaces and straight apostrophes: `_("Enregistrer : l'appareil est prêt !")`.
"""

import re
from functools import lru_cache
from typing import Any

from markupsafe import Markup

NBSP = "\u00a0"
THIN = "\u202f"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=\w)|(?<=\w)'(?= ?«)"), "’"),
    (re.compile(r" ?»"), NBSP + "»"),
    (re.compile(r"« ?"), "«" + NBSP),
    (re.compile(r" ([;!?])"), THIN + r"\1"),
    (re.compile(r" (:|%(?!\()|€|°)(?=\W|$)"), NBSP + r"\1"),
    (re.compile(r"\bn° ?"), "n°" + NBSP),
    (re.compile(r"(\d|\)s) (h|min|j|km|kg|mm|cm|m|kB|Mo|Go)\b"), r"\1" + NBSP + r"\2"),
    (re.compile(rf"(\d{NBSP}h) (\d\d)\b"), r"\1" + NBSP + r"\2"),
)


@lru_cache(maxsize=8192)
def typo(text: str) -> str:
    """The text with French typography: spaces that do not break, curly apostrophes."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def gettext(message: str, /, **variables: Any) -> str:
    """The message with typography, then its `%(name)s` variables put in (escaped in a `Markup`)."""
    done = typo(message)
    return done % variables if variables else done


def ngettext(singular: str, plural: str, num: int, /, **variables: Any) -> str:
    """The French plural: 0 and 1 are singular. `%(num)s` is the number with its thousands spaced."""
    message = singular if abs(num) < 2 else plural
    return typo(message) % {"num": f"{num:,}".replace(",", THIN), **variables}


def lazy_gettext(message: str, /, **variables: Any) -> str:
    """As `gettext`, when first shown: for texts declared at import."""
    return gettext(message, **variables)


def typo_filter(value: object) -> str | Markup:
    """Jinja filter for free text typed by people."""
    if isinstance(value, Markup):
        return value
    return typo(str(value))


_ = gettext
_n = ngettext
_l = lazy_gettext
