"""Amounts and dates as French and English invoices write them, found in a line of text. Amounts in cents."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

MONTHS = {
    "janvier": 1, "janv": 1, "jan": 1, "january": 1, "fevrier": 2, "fevr": 2, "fev": 2, "feb": 2, "february": 2, "mars": 3,
    "march": 3, "mar": 3, "avril": 4, "avr": 4, "april": 4, "apr": 4, "mai": 5, "may": 5, "juin": 6, "june": 6, "jun": 6,
    "juillet": 7, "juil": 7, "july": 7, "jul": 7, "aout": 8, "august": 8, "aug": 8, "septembre": 9, "sept": 9, "sep": 9,
    "september": 9, "octobre": 10, "oct": 10, "october": 10, "novembre": 11, "nov": 11, "november": 11, "decembre": 12,
    "dec": 12, "december": 12,
}  # fmt: skip
_WORDS = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(r"(?<!\d)(?P<y>20\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d/.])(?P<d>\d{1,2}) ?(?P<s>[/.\-]) ?(?P<m>\d{1,2}) ?(?P=s) ?(?P<y>20\d\d|\d\d)(?![\d/])"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:er)? +(?P<w>{_WORDS})\.? +(?P<y>20\d\d)(?!\d)"),
    re.compile(rf"\b(?P<w>{_WORDS})\.? +(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? +(?P<y>20\d\d)(?!\d)"),
)
#: Two decimals always; thousands by a space, a point, a comma or an apostrophe. A rate (« 20,00 % ») is no amount.
_AMOUNT = re.compile(
    r"(?<![\w.,])(?P<open>\()?(?P<sign>[-\u2212\u2013] ?)?(?P<digits>\d{1,3}(?:[ .,']\d{3})+[.,]\d{2}|\d+[.,]\d{2})(?P<after>-)?(?![\d,.]*\d)(?! ?%)"
)


class Found(NamedTuple):
    """A value and where it stands in its line."""

    value: int
    start: int
    end: int


def flat(text: str) -> str:
    """The text in small letters without accents, of the same length: what is found in it stands there in the text too."""
    return "".join(_plain(letter) for letter in text)


def _plain(letter: str) -> str:
    if letter in "\u00a0\u202f\u2009\u2007":
        return " "
    if letter in "\u2019\u02bc":
        return "'"
    small = unicodedata.normalize("NFKD", letter.lower())[:1]
    return small or " "


def amounts_in(line: str) -> list[Found]:
    """The amounts of a line already `flat`, in cents; below zero with a sign or in brackets."""
    found = []
    for match in _AMOUNT.finditer(line):
        digits = match["digits"]
        try:
            value = int(Decimal(re.sub(r"[ .,']", "", digits[:-3]) + "." + digits[-2:]) * 100)
        except InvalidOperation:
            continue
        below = match["sign"] or match["after"] or (match["open"] and line[match.end() : match.end() + 1] == ")")
        found.append(Found(-value if below else value, match.start("digits"), match.end("digits")))
    return found


class FoundDate(NamedTuple):
    """A day and where it stands in its line."""

    value: date
    start: int
    end: int


def dates_in(line: str) -> list[FoundDate]:
    """The days of a line already `flat`, day before month; in their order."""
    return sorted(_dates(line), key=lambda found: found.start)


def _dates(line: str) -> Iterator[FoundDate]:
    for pattern in _DATES:
        for match in pattern.finditer(line):
            parts = match.groupdict()
            year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
            month = MONTHS[parts["w"]] if parts.get("w") else int(parts["m"])
            try:
                yield FoundDate(date(year, month, int(parts["d"])), match.start(), match.end())
            except ValueError:
                continue
