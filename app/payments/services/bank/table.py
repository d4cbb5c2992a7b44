"""CSV statements: the line of titles found under what banks write above it, its columns guessed, the lines read."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.core.errors import DomainError
from app.core.i18n import _, _l
from app.core.money import parse_cents
from app.core.reading import Layout, UnreadableTable, day_of
from app.core.reading.csvfile import csv_records
from app.core.reading.xlsxfile import xlsx_records
from app.core.search import fold
from app.payments.services.bank.movements import Movement, Read

#: What a column may be, and its usual titles, folded.
FIELDS: dict[str, tuple[object, tuple[str, ...]]] = {
    "date": (_l("Date"), ("date operation", "date de l operation", "date comptable", "date d operation", "date", "dateop", "date ope", "jour", "booking date", "completed date")),
    "label": (_l("Libellé"), ("libelle", "libelle operation", "libelle simplifie", "nature de l operation", "intitule", "description", "operation", "label", "detail de l ecriture")),
    "more": (_l("Libellé, suite"), ("informations complementaires", "detail", "details", "libelle complementaire", "commentaire", "libelle interbancaire", "memo", "payment reference", "motif")),
    "payer": (_l("Nom du payeur"), ("tiers", "contrepartie", "nom de la contrepartie", "emetteur", "beneficiaire", "nom", "payer", "counterparty name")),
    "reference": (_l("Référence"), ("reference", "ref", "reference operation", "numero d operation", "n operation", "reference de bout en bout", "endtoendid", "numero")),
    "amount": (_l("Montant"), ("montant", "montant de l operation", "montant en euros", "montant eur", "amount", "valeur", "montant operation")),
    "debit": (_l("Débit"), ("debit", "debit euros", "montant debit", "debit eur", "sortie", "depenses")),
    "credit": (_l("Crédit"), ("credit", "credit euros", "montant credit", "credit eur", "entree", "recettes")),
}  # fmt: skip
TITLES = 40  # lines among which the titles are looked for
WORDS = ("label", "more", "payer")


class Head(NamedTuple):
    """The titles of a file: the number of their line, their texts, and what each column seems to be."""

    line: int
    headers: list[str]
    mapping: list[str]


def records(data: bytes, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of a file. Raises UnreadableTable."""
    return csv_records(data, layout) if layout.format == "csv" else xlsx_records(data)


def guess(titles: Sequence[str]) -> list[str]:
    """What each column is by its title, each field once; "" for those that say nothing."""
    folded, found = [fold(title) for title in titles], [""] * len(titles)
    for exact in (True, False):
        for key, (_label, names) in FIELDS.items():
            if key in found:
                continue
            for name in names:
                ranks = [rank for rank, title in enumerate(folded) if not found[rank] and (title == name if exact else name in title.split() or title.startswith(f"{name} "))]  # fmt: skip
                if ranks:
                    found[ranks[0]] = key
                    break
    if "amount" in found and {"debit", "credit"} <= set(found):
        found[found.index("amount")] = ""
    return found


def enough(mapping: Sequence[str]) -> bool:
    """True when a movement can be read: a day, words, an amount or its two columns."""
    known = set(mapping)
    return "date" in known and bool(known & set(WORDS)) and ("amount" in known or {"debit", "credit"} <= known)


def head_of(data: bytes, layout: Layout) -> Head:
    """The line of titles: the first that names enough, else the widest of the first lines. Raises UnreadableTable."""
    first: list[tuple[int, list[str]]] = []
    for number, cells in records(data, layout):
        first.append((number, [cell.strip() for cell in cells]))
        if enough(guess(first[-1][1])):
            break
        if len(first) == TITLES:
            break
    if not first:
        raise UnreadableTable(_("Ce fichier est vide. Vérifiez que vous avez choisi le bon, puis recommencez."))
    line, headers = first[-1] if enough(guess(first[-1][1])) else max(first, key=lambda row: sum(map(bool, row[1])))
    while headers and not headers[-1]:
        headers = headers[:-1]
    if len(headers) < 2:
        raise UnreadableTable(
            _(
                "Ce fichier n'a qu'une colonne : ce n'est pas un relevé. Téléchargez-le en OFX ou en CSV chez votre banque."
            )
        )
    return Head(line, headers, guess(headers))


def rows_under(data: bytes, layout: Layout, headers: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines under the titles, each as wide as they are."""
    under, width = False, len(headers)
    for number, cells in records(data, layout):
        if under:
            yield number, (cells + [""] * width)[:width]
        elif [cell.strip() for cell in cells][:width] == list(headers):
            under = True


def read_table(data: bytes, layout: Layout, headers: Sequence[str], mapping: Sequence[str]) -> Read:
    """The movements. Lines without day nor amount (sub-totals, balances, feet) are passed over; others that do not read
    are counted. Raises UnreadableTable when the columns are not those of a statement."""
    if not enough(mapping):
        raise UnreadableTable(
            _("Dites où sont la date, le libellé et le montant (ou le débit et le crédit), puis lisez le relevé.")
        )
    movements, faults = [], []
    for number, cells in rows_under(data, layout, headers):
        movement = movement_of(cells, mapping)
        if movement is not None:
            movements.append(movement)
        elif cell_of(cells, mapping, "date") or _has_amount(cells, mapping):
            faults.append(number)
    if not movements:
        raise UnreadableTable(_wrong_columns(data, layout, headers, mapping))
    return Read("", movements, faults)


def _wrong_columns(data: bytes, layout: Layout, headers: Sequence[str], mapping: Sequence[str]) -> str:
    sample = next((cells for _number, cells in rows_under(data, layout, headers)), None)
    if sample is None:
        return _("Ce relevé n'a aucune ligne sous ses titres. Choisissez une autre période chez votre banque.")
    return _(
        "Aucune ligne ne se lit ainsi : la colonne choisie pour la date contient « %(day)s », celle du montant « %(amount)s ». Corrigez les colonnes.",
        day=cell_of(sample, mapping, "date")[:30],
        amount=(cell_of(sample, mapping, "amount") or cell_of(sample, mapping, "debit") or cell_of(sample, mapping, "credit"))[:30],
    )  # fmt: skip


def cell_of(cells: Sequence[str], mapping: Sequence[str], key: str) -> str:
    """The cell of a field, "" when no column is it."""
    return cells[mapping.index(key)].strip() if key in mapping else ""


def _has_amount(cells: Sequence[str], mapping: Sequence[str]) -> bool:
    return any(cell_of(cells, mapping, key) for key in ("amount", "debit", "credit"))


def movement_of(cells: Sequence[str], mapping: Sequence[str]) -> Movement | None:
    """The movement of a line; None when its day or its amount does not read."""
    day, amount = day_of(cell_of(cells, mapping, "date")), _amount(cells, mapping)
    if day is None or amount is None:
        return None
    words = dict.fromkeys(filter(None, (cell_of(cells, mapping, key) for key in WORDS)))
    label = " ".join(" ".join(words).split())
    return Movement(day, label[:300] or "-", amount, cell_of(cells, mapping, "reference")[:80])


def _amount(cells: Sequence[str], mapping: Sequence[str]) -> int | None:
    try:
        if "amount" in mapping:
            return parse_cents(cell_of(cells, mapping, "amount").lstrip("+"))
        debit, credit = cell_of(cells, mapping, "debit"), cell_of(cells, mapping, "credit")
        if not (debit or credit):
            return None
        return (parse_cents(credit) if credit else 0) - (abs(parse_cents(debit)) if debit else 0)
    except DomainError:
        return None
