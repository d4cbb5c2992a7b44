"""A printed invoice, read as a person skims it: its number, its dates, its totals, who sent it, the orders it names."""

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from stdnum.eu import vat as eu_vat
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret

from app.documents.printed.places import Seen, near
from app.documents.printed.totals import totals_in
from app.documents.printed.values import FoundDate, dates_in, flat

_TOKEN = re.compile(r"(?<![\w/.\-])(?=[\w/.\-]*\d)[a-z0-9][a-z0-9/_.\-]{0,39}(?<![./\-])")
_SIGN = r"(?:n ?[°ºo]\.?|num(?:ero)?\.?|number|no\.?|#|ref\.?|:)"
_PAPER = r"(?:facture|avoir|invoice|credit note|note de credit)"
NUMBER = (
    re.compile(rf"{_PAPER} ?(?:d'avoir )?{_SIGN} ?:?"),
    re.compile(rf"(?:{_SIGN}|reference) ?(?:de |de la |d')?{_PAPER}(?: d'avoir)?(?: ?:)?"),
    re.compile(rf"^ *{_PAPER}(?: d'avoir)?(?= )"),
)
DUE = re.compile(
    r"(?:date d')?echeance|a payer (?:avant|pour|au plus tard) le|payable (?:avant |au plus tard )?le|date limite(?: de (?:paiement|reglement))?|date de (?:paiement|reglement)"
    r"|reglement (?:au|avant) le|due (?:date|on|by)|payment due"
)
ISSUED = (
    re.compile(
        rf"date (?:de |de la |d')?(?:{_PAPER}|emission|facturation)|emise? le|invoice date|date of issue|^ *{_PAPER}.{{0,40}}? du\b|en date du"
    ),
    re.compile(r"\bdate\b(?! d'echeance| limite| de (?:livraison|commande|paiement|reglement))|, le\b"),
)
CREDIT = re.compile(
    r"^ *avoir\b|facture d'avoir|\bavoir (?:n ?[°o]|num|:|[a-z]{0,4}-?\d)|note de credit|credit note", re.MULTILINE
)
TERM = re.compile(
    r"(?:paiement|reglement|payable|echeance|conditions)[^\n]{0,40}?\b(?P<days>\d{1,2}|1[0-2]0) jours(?P<month> fin de mois| fdm)?"
)
_SIRET = re.compile(r"(?<!\d)\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{5}(?!\d)")
_SIREN = re.compile(r"(?:siren|rcs)[^\d]{0,30}(\d{3}[ .]?\d{3}[ .]?\d{3})(?!\d)")
_VAT = re.compile(
    r"(?<![a-z0-9])(?:fr ?[0-9a-z]{2} ?\d{3} ?\d{3} ?\d{3}|(?:at|be|de|es|ie|it|lu|nl|pt|pl) ?[0-9a-z][0-9a-z ]{6,13}[0-9a-z])(?![a-z0-9])"
)
_WORD = re.compile(r"[A-Z]{1,4}-?\d{2,4}-?\d{2,8}")


@dataclass(frozen=True, slots=True)
class Guess:
    """What the text seems to say; None where it says nothing. Amounts in cents, without sign; `credit` tells a credit note.

    `sirets`, `sirens`, `vat_numbers`: all those on the page, the buyer's too; `words`: what may be the number of an order;
    `seen`: the words among which each value was read.
    """

    number: str | None = None
    credit: bool = False
    issued_on: date | None = None
    due_on: date | None = None
    net: int | None = None
    vat: int | None = None
    gross: int | None = None
    sirets: list[str] = field(default_factory=list)
    sirens: list[str] = field(default_factory=list)
    vat_numbers: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    text: str = ""
    seen: dict[str, str] = field(default_factory=dict)


class _Token(NamedTuple):
    value: str
    start: int
    end: int


def guess_invoice(text: str) -> Guess:
    """Skim it. Nothing of what is found is certain."""
    lines = text.splitlines()
    small = [flat(line) for line in lines]
    whole = "\n".join(small)
    totals, seen = totals_in(small), {}
    number = _number(lines, small)
    issued, due = _dates(small)
    for name, one in (("number", number), ("issued_on", issued), ("due_on", due)):
        if one is not None:
            seen[name] = one.excerpt
    issued_on = issued.found.value if issued else None
    due_on = due.found.value if due else _by_term(whole, issued_on)
    sirets = [found for found in _clean(_SIRET.findall(whole)) if fr_siret.is_valid(found)]
    sirens = [found for found in _clean(_SIREN.findall(whole)) if fr_siren.is_valid(found)]
    vats = [found for found in _clean(_VAT.findall(whole)) if eu_vat.is_valid(found)]
    return Guess(
        number.found.value if number else None, bool(CREDIT.search(whole)), issued_on, due_on, totals.net, totals.vat, totals.gross,
        sirets, sirens, vats, list(dict.fromkeys(_WORD.findall(text.upper()))), whole,
        {name: _printed(words, whole, "\n".join(lines)) for name, words in (seen | totals.excerpts).items()},
    )  # fmt: skip


def _printed(words: str, whole: str, text: str) -> str:
    """The words as the page has them, accents and capitals kept where they follow each other."""
    at = whole.find(words)
    return " ".join((text[at : at + len(words)] if at >= 0 else words).split())


def _clean(found: list[str]) -> list[str]:
    return list(dict.fromkeys(re.sub(r"[ .]", "", one).upper() for one in found))


def _number(lines: list[str], small: list[str]) -> Seen[_Token] | None:
    """The first number that a label names; as it is printed, capitals kept."""

    def tokens(line: str) -> list[_Token]:
        days = dates_in(line)
        words = (_Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(line))
        return [word for word in words if not any(day.start < word.end and word.start < day.end for day in days)]

    for label in NUMBER:
        for one in near(small, label, tokens):
            row = next(at for at, line in enumerate(small) if line[one.found.start : one.found.end] == one.found.value)
            printed = lines[row][one.found.start : one.found.end]
            return Seen(one.found._replace(value=printed), one.excerpt)
    return None


def _dates(small: list[str]) -> tuple[Seen[FoundDate] | None, Seen[FoundDate] | None]:
    due = next(iter(near(small, DUE, dates_in)), None)
    for label in ISSUED:
        for one in near(small, label, dates_in):
            if due is None or one.found != due.found:
                return one, due
    others = [
        Seen(found, line) for line in small for found in dates_in(line) if due is None or found.value != due.found.value
    ]
    return (min(others, key=lambda one: one.found.value) if others else None), due


def _by_term(whole: str, issued_on: date | None) -> date | None:
    """« 30 jours », « 45 jours fin de mois »: counted from the day of the invoice."""
    match = TERM.search(whole)
    if match is None or issued_on is None:
        return None
    day = issued_on + timedelta(days=int(match["days"]))
    return day.replace(day=calendar.monthrange(day.year, day.month)[1]) if match["month"] else day
