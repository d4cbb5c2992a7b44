"""Journals as text files that accounting tools import. Amounts with a decimal comma, dates as each tool reads them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from app.core.db import db
from app.core.i18n import _l
from app.core.money import amount_input
from app.core.sheets import csv_blocks
from app.ledger.models import Entry, EntryLine, Lettering
from app.ledger.queries import Filters
from app.ledger.queries.entries import in_period

Line = Row[*tuple[Any, ...]]


class Format(NamedTuple):
    """A form of export: its headings, its line, its name. `encoding` is the one that the tool reads."""

    key: str
    label: str
    hint: str
    headers: tuple[str, ...]
    row: Callable[[Line], Sequence[str]]
    encoding: str = "utf-8-sig"


def _sheet(row: Line) -> Sequence[str]:
    return (
        row.journal.value, f"{row.booked_on:%d/%m/%Y}", str(row.rank), row.piece, row.account, row.account_label,
        row.third_party, row.third_party_label, row.label, amount_input(row.debit), amount_input(row.credit), row.letters or "",
    )  # fmt: skip


def _ebp(row: Line) -> Sequence[str]:
    side, amount = ("D", row.debit) if row.debit else ("C", row.credit)
    return (
        str(row.rank), f"{row.booked_on:%d%m%y}", row.journal.value, row.third_party or row.account, "", row.label[:60],
        row.piece, amount_input(amount), side, "", "EUR",
    )  # fmt: skip


def _sage(row: Line) -> Sequence[str]:
    return (
        row.journal.value, f"{row.booked_on:%d%m%y}", row.account, row.third_party, row.piece, row.label[:35],
        amount_input(row.debit), amount_input(row.credit),
    )  # fmt: skip


FORMATS: tuple[Format, ...] = (
    Format(
        "tableur", _l("Tableur"), _l("Toutes les colonnes, pour Excel, LibreOffice ou un import paramétrable."),
        ("Journal", "Date", "N°", "Pièce", "Compte", "Libellé du compte", "Auxiliaire", "Libellé auxiliaire", "Libellé", "Débit",
         "Crédit", "Lettrage"), _sheet,
    ),
    Format(
        "ebp", _l("EBP"), _l("Import de texte paramétrable : n°, date JJMMAA, journal, compte, libellé, pièce, montant, sens."),
        ("Ligne", "Date", "Journal", "Compte", "Automatique", "Libellé", "Pièce", "Montant", "Sens", "Échéance", "Devise"), _ebp,
        "cp1252",
    ),
    Format(
        "sage", _l("Sage ou Ciel"), _l("Import paramétrable : journal, date JJMMAA, compte, tiers, pièce, libellé, débit, crédit."),
        ("Journal", "Date", "Compte général", "Compte tiers", "Pièce", "Libellé", "Débit", "Crédit"), _sage, "cp1252",
    ),
)  # fmt: skip
BY_KEY = {form.key: form for form in FORMATS}


def export(form: Format, filters: Filters) -> Iterator[bytes]:
    """The lines of the entries asked for, in the order of their numbers."""
    query = (
        select(Entry.journal, Entry.booked_on, Entry.rank, Entry.piece, EntryLine.account, EntryLine.account_label,
               EntryLine.third_party, EntryLine.third_party_label, Entry.label, EntryLine.debit, EntryLine.credit, Lettering.letters)
        .join(Entry, Entry.id == EntryLine.entry_id)
        .outerjoin(Lettering, Lettering.line_id == EntryLine.id)
        .where(in_period(filters))
        .order_by(Entry.rank, EntryLine.id)
    )  # fmt: skip
    text = "".join(csv_blocks(form.headers, (form.row(row) for row in db.session.execute(query))))
    text = text.removeprefix("\ufeff")
    yield text.encode(form.encoding, "replace")
