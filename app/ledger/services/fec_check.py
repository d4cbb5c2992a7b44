"""A checker of FEC files, written from the rules alone: it shares nothing with the writer.

Rules: LPF art. A47 A-1 and BOI-CF-IOR-60-40-20, and what the tax office's own tool refuses (a decimal point, an impossible
date, an account without three digits first, an empty validation date). French sentences, with the line at fault.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import euros

NAMES = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
]
COUNT = len(NAMES)
MANDATORY = ("JournalCode", "JournalLib", "EcritureNum", "CompteNum", "CompteLib", "PieceRef", "EcritureLib")
DATES = ("EcritureDate", "PieceDate", "ValidDate")
PAIRS = (("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"), ("Montantdevise", "Idevise"))
_FILE = re.compile(r"(\d{9})FEC(\d{8})\.txt")
_AMOUNT = re.compile(r"-?\d+(,\d{1,2})?")
_ACCOUNT = re.compile(r"\d{3}[0-9A-Za-z]*")
MOST = 200


class Fault(NamedTuple):
    """What is wrong, where (0: the file as a whole). `grave`: the file is refused; otherwise the tool only warns."""

    line: int
    sentence: str
    grave: bool = True


class Read(NamedTuple):
    """A line of the file."""

    number: int
    fields: dict[str, str]


def check_fec(content: bytes, name: str = "") -> list[Fault]:
    """Everything wrong with a file, up to 200 faults; [] for a good one. `name`: checked when given."""
    found: list[Fault] = []
    for fault in _faults(content, name):
        found.append(fault)
        if len(found) >= MOST:
            break
    return found


def _faults(content: bytes, name: str) -> Iterator[Fault]:
    closing = None
    if name:
        match = _FILE.fullmatch(name)
        closing = _date(match[2]) if match else None
        if closing is None:
            yield Fault(0, _("Le nom « %(name)s » n'est pas SIREN + FEC + date de clôture AAAAMMJJ + .txt.", name=name))
    try:
        text = _decoded(content)
    except DomainError as error:
        yield Fault(0, error.message)
        return
    rows = text.split("\n")
    if rows and not rows[-1]:
        rows.pop()
    if not rows:
        yield Fault(0, _("Le fichier est vide."))
        return
    separator = "|" if "|" in rows[0] else "\t"
    header = rows[0].rstrip("\r").split(separator)
    if header != NAMES:
        yield Fault(1, _("Les noms des 18 champs ne sont pas ceux de l'arrêté, dans leur ordre."))
        return
    reads: list[Read] = []
    for number, row in enumerate(rows[1:], 2):
        values = row.rstrip("\r").split(separator)
        if len(values) != COUNT:
            yield Fault(number, _("La ligne a %(count)s champs au lieu de 18.", count=len(values)))
            continue
        read = Read(number, dict(zip(NAMES, values, strict=True)))
        yield from _line_faults(read, closing)
        reads.append(read)
    if not reads:
        yield Fault(0, _("Le fichier ne contient aucune écriture."))
    yield from _entry_faults(reads)
    yield from _order_faults(reads)
    yield from _letter_faults(reads)


def _decoded(content: bytes) -> str:
    """ISO-8859-15 is what the law names; UTF-8 is told by its own bytes. Raises DomainError for control characters."""
    text = content.decode("iso-8859-15")
    if content.startswith(b"\xef\xbb\xbf"):
        raise DomainError(_("Le fichier commence par une marque UTF-8. Enregistrez-le en ISO-8859-15."))
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x80-\x9f]", text):
        raise DomainError(_("Le fichier contient des caractères de commande, ou n'est pas en ISO-8859-15."))
    return text


def _date(text: str) -> date | None:
    if not re.fullmatch(r"\d{8}", text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None


def _cents(text: str) -> int | None:
    if not _AMOUNT.fullmatch(text):
        return None
    whole, _comma, rest = text.lstrip("-").partition(",")
    cents = int(whole) * 100 + int(rest.ljust(2, "0") or 0)
    return -cents if text.startswith("-") else cents


# --- one line -------------------------------------------------------------------------------------------------


def _line_faults(read: Read, closing: date | None) -> Iterator[Fault]:
    number, fields = read
    for key in MANDATORY:
        if not fields[key].strip():
            yield Fault(number, _("Le champ %(key)s est vide.", key=key))
    yield from _date_faults(read, closing)
    if fields["CompteNum"] and not _ACCOUNT.fullmatch(fields["CompteNum"]):
        yield Fault(
            number, _("Le numéro de compte « %(code)s » doit commencer par trois chiffres.", code=fields["CompteNum"])
        )
    yield from _amount_faults(read)
    for one, other in PAIRS:
        if bool(fields[one]) != bool(fields[other]):
            yield Fault(number, _("%(one)s va avec %(other)s : l'un des deux manque.", one=one, other=other))


def _date_faults(read: Read, closing: date | None) -> Iterator[Fault]:
    number, fields = read
    for key in DATES:
        if not fields[key]:
            yield Fault(number, _("Ne contient pas de valeur pour le champ %(key)s.", key=key))
    for key in (*DATES, "DateLet"):
        if fields[key] and _date(fields[key]) is None:
            words = _("« %(value)s » n'est pas une date AAAAMMJJ (champ %(key)s).", value=fields[key], key=key)
            yield Fault(number, words)
    booked = _date(fields["EcritureDate"])
    if closing and booked and not _year_before(closing) < booked <= closing:
        yield Fault(
            number, _("L'écriture du %(day)s n'est pas de l'exercice clos le %(end)s.", day=booked, end=closing)
        )


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _amount_faults(read: Read) -> Iterator[Fault]:
    number, fields = read
    sums = {}
    for key in ("Debit", "Credit"):
        sums[key] = _cents(fields[key])
        if sums[key] is None and "." in fields[key]:
            yield Fault(
                number, _("« %(value)s » : un point au lieu de la virgule (champ %(key)s).", value=fields[key], key=key)
            )
        elif sums[key] is None:
            yield Fault(number, _("« %(value)s » n'est pas un montant (champ %(key)s).", value=fields[key], key=key))
    if sums["Debit"] and sums["Credit"]:
        yield Fault(number, _("Débit et crédit sont tous deux remplis."))
    elif sums == {"Debit": 0, "Credit": 0}:
        yield Fault(number, _("Débit et crédit sont tous deux nuls."), grave=False)


# --- entries --------------------------------------------------------------------------------------------------


def _balance(reads: Sequence[Read]) -> int:
    return sum((_cents(read.fields["Debit"]) or 0) - (_cents(read.fields["Credit"]) or 0) for read in reads)


def _entry_faults(reads: Sequence[Read]) -> Iterator[Fault]:
    """Each entry balances, in one journal, at one date; and so does the file."""
    entries: dict[str, list[Read]] = defaultdict(list)
    for read in reads:
        entries[read.fields["EcritureNum"]].append(read)
    for name, lines in entries.items():
        gap = _balance(lines)
        if gap:
            yield Fault(
                lines[0].number,
                _("L'écriture %(name)s ne s'équilibre pas : %(gap)s d'écart.", name=name, gap=euros(gap)),
            )
        for key in ("JournalCode", "EcritureDate", "ValidDate"):
            if len({read.fields[key] for read in lines}) > 1:
                yield Fault(
                    lines[0].number, _("L'écriture %(name)s a plusieurs valeurs de %(key)s.", name=name, key=key)
                )
        numbers = [read.number for read in lines]
        if numbers[-1] - numbers[0] != len(numbers) - 1:
            yield Fault(numbers[0], _("Les lignes de l'écriture %(name)s ne se suivent pas.", name=name))
    gap = _balance(reads)
    if gap:
        yield Fault(0, _("Le fichier ne s'équilibre pas : %(gap)s d'écart.", gap=euros(gap)))


def _order_faults(reads: Sequence[Read]) -> Iterator[Fault]:
    """Numbers follow each other from one on, or in each journal; validation dates never go back."""
    seen: list[tuple[int, str, str]] = []
    for read in reads:
        name = read.fields["EcritureNum"]
        if not name.isdigit():
            yield Fault(read.number, _("Le n° d'écriture « %(name)s » n'est pas un nombre.", name=name), grave=False)
            return
        if not seen or seen[-1][1:] != (name, read.fields["JournalCode"]):
            seen.append((read.number, name, read.fields["JournalCode"]))
    gap = _gap([(number, int(name)) for number, name, _journal in seen])
    if gap and not _follow_by_journal(seen):
        yield gap
    last = ""
    for read in reads:
        valid = read.fields["ValidDate"]
        if valid < last:
            yield Fault(read.number, _("Les écritures ne sont pas dans l'ordre de leur validation."))
            return
        last = valid


def _gap(numbered: Sequence[tuple[int, int]]) -> Fault | None:
    for expected, (line, number) in enumerate(numbered, 1):
        if number != expected:
            return Fault(
                line,
                _(
                    "Les n° d'écriture ne se suivent pas : %(found)s au lieu de %(expected)s.",
                    found=number,
                    expected=expected,
                ),
            )
    return None


def _follow_by_journal(seen: Sequence[tuple[int, str, str]]) -> bool:
    journals: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for line, name, journal in seen:
        journals[journal].append((line, int(name)))
    return all(_gap(numbered) is None for numbered in journals.values())


def _letter_faults(reads: Sequence[Read]) -> Iterator[Fault]:
    """Lines that bear the same letters on one account settle each other, unless one of them is in another year's file."""
    groups: dict[tuple[str, str, str], list[Read]] = defaultdict(list)
    for read in reads:
        if read.fields["EcritureLet"]:
            groups[read.fields["CompteNum"], read.fields["CompAuxNum"], read.fields["EcritureLet"]].append(read)
    for (account, _aux, letters), lines in groups.items():
        gap = _balance(lines)
        if gap:
            sentence = _("Le lettrage %(letters)s du compte %(account)s ne s'équilibre pas : %(gap)s d'écart.",
                         letters=letters, account=account, gap=euros(gap))  # fmt: skip
            yield Fault(lines[0].number, sentence, grave=False)
