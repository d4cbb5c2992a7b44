"""Money: integer cents everywhere; rates in basis points (20 % = 2000); one rounding, half away from zero."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.core.errors import DomainError
from app.core.i18n import NBSP, THIN, _

MAX_CENTS = 999_999_999_99
SHOWN = 40  # of what was typed, in the sentence that refuses it
_MINUS = "\u2212"
_NUMBER = re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})")  # and no 1e9, no NaN, no 1_000


class BadAmount(DomainError):
    """The text is not an amount."""


def round_half_up(value: Decimal) -> int:
    """The nearest integer; halves go away from zero, as French invoices do."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def parse_decimal(text: str, places: int) -> Decimal:
    """A number typed by a French person: « 1 234,5 », « 1.234,50 € ». Raises BadAmount."""
    cleaned = re.sub(r"[\s\u00a0\u202f€]|EUR$", "", text).replace(_MINUS, "-")
    if "," in cleaned:
        cleaned = cleaned.replace(".", "").replace(",", ".")
    if not _NUMBER.fullmatch(cleaned):
        raise BadAmount(
            _("« %(text)s » ne se lit pas comme un nombre. Écrivez par exemple 1234,50.", text=text[:SHOWN])
        )
    value = Decimal(cleaned)
    if -value.as_tuple().exponent > places:  # type: ignore[operator]
        raise BadAmount(
            _("« %(text)s » a trop de décimales. Gardez-en %(places)s au plus.", text=text[:SHOWN], places=places)
        )
    return value


def parse_cents(text: str) -> int:
    """Cents from « 1 234,5 € ». Raises BadAmount when it cannot be read, or is out of bounds."""
    cents = int(parse_decimal(text, 2) * 100)
    if abs(cents) > MAX_CENTS:
        raise BadAmount(_("Ce montant est trop grand. Vérifiez la virgule."))
    return cents


def spaced(whole: int) -> str:
    """« 1 240 » with U+202F."""
    return f"{whole:,}".replace(",", THIN)


def euros(cents: int | None) -> str:
    """« 1 240,00 € » with U+202F, U+00A0 and U+2212; empty for None."""
    if cents is None:
        return ""
    whole, rest = divmod(abs(cents), 100)
    return f"{_MINUS if cents < 0 else ''}{spaced(whole)},{rest:02d}{NBSP}€"


def amount_input(cents: int | None) -> str:
    """« 1240,00 »: how an amount is put in a field."""
    if cents is None:
        return ""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole},{rest:02d}"


#: Thousandths from which French is plural.
TWO = 2000


def quantity(thousandths: int) -> str:
    """« 0,75 » from 750 thousandths."""
    value = Decimal(thousandths) / 1000
    return f"{value.normalize():f}".replace(".", ",")


#: Short words of French that are not abbreviations, and an abbreviation that looks like a word.
_SHORT_WORDS, _ABBREVIATED = frozenset({"an"}), frozenset({"min", "ens"})
_VOWELS = frozenset("aeiouyàâéèêëîïôöùûü")


def units(unit: str, thousandths: int) -> str:
    """« pièces », « mètres linéaires » from two on; below, and for abbreviations (« kg », « h », « m² »), as it is."""
    if abs(thousandths) < TWO:
        return unit
    words = unit.split(" ")
    ends = {"linéaire", "carré", "cube"}
    return " ".join(_plural(word) if rank == 0 or word in ends else word for rank, word in enumerate(words))


def _plural(word: str) -> str:
    known = word in _SHORT_WORDS or (len(word) > 2 and word.isalpha() and word not in _ABBREVIATED)
    if not known or not _VOWELS.intersection(word) or word[-1] in "sxz":
        return word
    return word + ("x" if word.endswith(("au", "eu")) else "s")


def percent(basis_points: int) -> str:
    """« 5,5 % » from 550 basis points."""
    value = Decimal(basis_points) / 100
    return f"{value.normalize():f}".replace(".", ",") + f"{NBSP}%"


def line_cents(thousandths: int, unit_cents: int) -> int:
    """Quantity (thousandths) times unit price (cents), in cents."""
    return round_half_up(Decimal(thousandths) * unit_cents / 1000)


@dataclass(frozen=True, slots=True)
class VatShare:
    """The base and the tax of one rate, in cents."""

    rate: int
    base: int
    vat: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of a document, in cents: net of tax, tax, with tax, and the split by rate."""

    net: int
    vat: int
    gross: int
    shares: tuple[VatShare, ...]


def totals(lines: Iterable[tuple[int, int]]) -> Totals:
    """Totals of lines (net cents, rate in basis points); VAT is rounded once per rate."""
    bases: dict[int, int] = defaultdict(int)
    for net, rate in lines:
        bases[rate] += net
    shares = tuple(
        VatShare(rate, base, round_half_up(Decimal(base) * rate / 10_000)) for rate, base in sorted(bases.items())
    )
    net_sum, vat_sum = sum(s.base for s in shares), sum(s.vat for s in shares)
    return Totals(net_sum, vat_sum, net_sum + vat_sum, shares)


def gross_cents(net: int, rate: int) -> int:
    """Net cents with tax at `rate` basis points."""
    return net + round_half_up(Decimal(net) * rate / 10_000)


def discounted_cents(thousandths: int, unit_cents: int, discount: int) -> int:
    """Quantity (thousandths) times unit price (cents) less a discount (basis points), rounded once, in cents."""
    return round_half_up(Decimal(thousandths) * unit_cents * (10_000 - discount) / 10_000_000)
