"""Cells read as values. A parser returns the value, or raises Doubt: what is wrong, and what to do about it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from app.core import clock
from app.core.company_numbers import check_siret
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.labels import LabelEnum
from app.core.money import parse_cents
from app.core.phones import parse_phone, show_phone
from app.core.reading import day_of
from app.core.reading.csvfile import BROKEN
from app.core.search import fold

Parser = Callable[[str], Any]

YES = frozenset(("oui", "o", "yes", "y", "vrai", "true", "1", "x"))
NO = frozenset(("non", "n", "no", "faux", "false", "0"))
_FORMULA = re.compile(r"'[=+\-@\t\r]")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}")
COUNTRIES = {
    "france": "FR", "fra": "FR", "belgique": "BE", "belgie": "BE", "belgium": "BE", "bel": "BE", "suisse": "CH", "switzerland": "CH",
    "che": "CH", "luxembourg": "LU", "lux": "LU", "pays bas": "NL", "netherlands": "NL", "nld": "NL", "allemagne": "DE", "germany": "DE",
    "deu": "DE", "espagne": "ES", "spain": "ES", "esp": "ES", "italie": "IT", "italy": "IT", "ita": "IT", "canada": "CA", "can": "CA",
    "royaume uni": "GB", "united kingdom": "GB", "gbr": "GB", "irlande": "IE", "irl": "IE", "portugal": "PT", "prt": "PT",
    "autriche": "AT", "aut": "AT", "danemark": "DK", "dnk": "DK", "suede": "SE", "swe": "SE", "etats unis": "US", "usa": "US",
    "australie": "AU", "aus": "AU", "monaco": "MC", "mco": "MC",
}  # fmt: skip


class Doubt(Exception):
    """A value that makes no sense as what its column should hold."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


def tidy(cell: str) -> str:
    """The cell without blanks around it, control characters, and the mark our own exports put before a formula."""
    text = cell.strip()
    if not text.isprintable():
        text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char)[0] != "C").strip()
    return text[1:] if _FORMULA.match(text) else text


def text(limit: int = 200) -> Parser:
    """A text of so many characters at most."""

    def read(cell: str) -> str:
        if BROKEN in cell:
            raise Doubt(_("Un caractère est abîmé."), _("Enregistrez le fichier en UTF-8, ou corrigez ce mot."))
        if len(cell) > limit:
            raise Doubt(_("Ce texte dépasse %(limit)s caractères.", limit=limit), _("Raccourcissez-le."))
        return cell

    return read


@lru_cache(maxsize=4096)
def day(cell: str) -> date:
    """« 24/11/2026 », « 2026-11-24 », « 24 novembre 2026 », or a spreadsheet's number of days."""
    found = day_of(cell)
    if found is None:
        raise Doubt(_("Cette date ne se lit pas."), _("Écrivez-la comme 24/11/2026."))
    if found.year < 1900 or found > clock.today() + timedelta(days=366):
        raise Doubt(_("L'année %(year)s est hors du possible.", year=found.year), _("Vérifiez l'année."))
    return found


def past_day(cell: str) -> date:
    """A day that is not in the future."""
    found = day(cell)
    if found > clock.today():
        raise Doubt(_("Cette date est dans le futur."), _("Vérifiez l'année."))
    return found


def year(cell: str) -> int:
    """The year something was made."""
    plain = cell.removesuffix(".0")
    if not (plain.isascii() and plain.isdigit() and 1850 <= int(plain) <= clock.today().year):
        raise Doubt(
            _("Ce n'est pas une année de fabrication possible."), _("Écrivez quatre chiffres, par exemple 2015.")
        )
    return int(plain)


def amount(cell: str) -> int:
    """Cents."""
    return int(_domain(parse_cents, cell))


def yes_no(cell: str) -> bool:
    """« oui » or « non », in a few ways."""
    word = fold(cell)
    if word in YES or word in NO:
        return word in YES
    raise Doubt(_("On attend oui ou non."), _("Écrivez oui ou non."))


def email(cell: str) -> str:
    """An address, in small letters."""
    if not _EMAIL.fullmatch(cell):
        raise Doubt(_("Cette adresse est incomplète."), _("Elle s'écrit comme nom@exemple.fr."))
    return cell.lower()


def phone(cell: str) -> str:
    """A number as it is shown."""
    digits = re.sub(r"\D", "", cell)
    if len(digits) == 9 and digits[0] in "1234567":
        cell = "0" + digits  # a spreadsheet took the number for a figure
    return show_phone(str(_domain(parse_phone, cell)))


def siret(cell: str) -> str:
    """14 digits whose key is right."""
    return str(_domain(check_siret, cell))


def country(cell: str) -> str:
    """Two letters."""
    if len(cell) == 2 and cell.isalpha():
        return cell.upper()
    code = COUNTRIES.get(fold(cell))
    if code is None:
        raise Doubt(_("Ce pays n'est pas reconnu."), _("Écrivez son code à deux lettres, par exemple BE."))
    return code


def choice(enum: type[LabelEnum], words: Mapping[str, LabelEnum | None] | None = None) -> Parser:
    """A member of the enumeration, by its value, its label or other words. A word may mean « nothing »."""
    known: dict[str, LabelEnum | None] = {}
    for member in enum:
        known |= {fold(member.value): member, fold(member.label): member}
    known |= {fold(word): member for word, member in (words or {}).items()}

    def read(cell: str) -> LabelEnum | None:
        word = fold(cell)
        if word not in known:
            raise Doubt(
                _("Ce mot n'est pas l'un de ceux attendus."),
                _("Écrivez : %(words)s.", words=", ".join(member.label for member in enum)),
            )
        return known[word]

    return read


def _domain(check: Callable[[str], Any], cell: str) -> Any:
    try:
        return check(cell)
    except DomainError as error:
        raise Doubt(error.message) from None
