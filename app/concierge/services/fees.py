"""The invoice of an owner's fees: one line by lodging and nature, the same net and the same VAT as his statement to the cent.

Corrections of closed months are lines of the same invoice. Fees below zero as a whole make a credit note of the owner's last
invoice; fees of nothing make no document.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.assets.models import Asset
from app.concierge.models import Lodging, OwnerStatement, RentalMandate, StatementLine
from app.concierge.queries.told import name_of
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import _, _n
from app.core.money import percent
from app.core.settings import setting
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents import LineData
from app.sales.services.documents.amounts import put_totals
from app.sales.services.documents.lines import rows_of
from app.sales.services.documents.vat import code_of_rate, rates_on
from app.sales.states import DocumentKind, DocumentState
from app.statements.models import Month
from app.statements.services.month import TAXED
from app.statements.states import LineKind


class _Group(NamedTuple):
    """What one line of the invoice adds up."""

    mandate_id: int | None
    kind: LineKind
    label: str
    vat: int
    of_month: int | None


def places(lines: Sequence[StatementLine]) -> dict[int, RentalMandate]:
    """The mandates of these lines by id, with lodging and asset."""
    ids = {line.mandate_id for line in lines if line.mandate_id}
    query = select(RentalMandate).where(RentalMandate.id.in_(ids))
    query = query.options(joinedload(RentalMandate.lodging).joinedload(Lodging.asset).load_only(Asset.label))
    return {row.id: row for row in db.session.scalars(query)} if ids else {}


def fee_lines(lines: Sequence[StatementLine], named: Mapping[int, str]) -> list[LineData]:
    """The lines of the invoice; `named` gives the lodging of a mandate. Raises DomainError for a VAT that we may not charge."""
    sums: dict[_Group, int] = defaultdict(int)
    stays: dict[_Group, set[int]] = defaultdict(set)
    for line in lines:
        if line.kind in TAXED:
            group = _Group(line.mandate_id, line.kind, line.label, line.vat, line.of_month)
            sums[group] += line.cents
            stays[group] |= {line.stay_id} if line.stay_id else set()
    rates = rates_on(clock.today())
    return [
        LineData(
            _label(group, named.get(group.mandate_id or 0, "")), 1000 if cents > 0 else -1000, abs(cents), _code(group.vat),
            detail=_n("%(num)s séjour", "%(num)s séjours", len(stays[group])) if stays[group] else "", unit="forfait",
        )
        for group, cents in sums.items()
        if cents and rates
    ]  # fmt: skip


def _label(group: _Group, place: str) -> str:
    return _("%(what)s, %(place)s", what=group.label, place=place) if place else group.label


def _code(rate: int) -> str:
    rates = rates_on(clock.today())
    code = code_of_rate(rate, rates)
    if rates[code].rate != rate:
        words = _(
            "Les honoraires sont comptés avec une TVA de %(asked)s, mais votre régime en impose %(ours)s. Corrigez les conditions du mandat, puis comptez de nouveau le mois.",
            asked=percent(rate), ours=percent(rates[code].rate),
        )  # fmt: skip
        raise DomainError(words)
    return code


def last_invoice(contact_id: int) -> SalesDocument | None:
    """The newest invoice of fees that stands, of an owner."""
    query = (
        select(SalesDocument)
        .join(OwnerStatement, OwnerStatement.invoice_id == SalesDocument.id)
        .where(
            OwnerStatement.contact_id == contact_id, SalesDocument.kind == DocumentKind.INVOICE,
            SalesDocument.state == DocumentState.ISSUED,
        )
        .order_by(SalesDocument.id.desc())
        .limit(1)
    )  # fmt: skip
    return db.session.scalar(query)


def drafted(statement: OwnerStatement) -> SalesDocument | None:
    """The draft of the invoice, or of the credit note; None when there is nothing to bill. Lines, contact and month are loaded.
    Raises DomainError."""
    lines = billed(statement)
    if not lines:
        return None
    told = {"statement": {"id": statement.id, "number": statement.number}}
    return documents.draft(_kind(statement), statement.contact, lines, nature="S", content=told, **_values(statement))


def faults(statement: OwnerStatement) -> list[str]:
    """French sentences: what keeps the invoice from being made; nothing when it may be, or when there is nothing to bill."""
    try:
        lines = billed(statement)
        if not lines:
            return []
        values = _values(statement)
        rows = rows_of(lines)
    except DomainError as error:
        return [error.message]
    kind = _kind(statement)
    seen = SalesDocument(kind=kind, contact_id=statement.contact_id, content={"nature": "S"}, prepaid=0, **values)
    seen.contact, seen.lines, seen.instalments = statement.contact, rows, []
    seen.conditions = setting("sales.invoice_conditions")
    put_totals(seen, rows)
    found = documents.faults(seen, thirds=[])
    vat = sum(line.cents for line in statement.lines if line.kind is LineKind.VAT)
    if (abs(statement.fees), abs(vat)) != (seen.gross, seen.vat):
        found.append(
            _("Les honoraires du relevé et leur facture ne disent pas le même montant. Comptez de nouveau le mois.")
        )
    return found


def billed(statement: OwnerStatement) -> list[LineData]:
    """The lines of the document, of the sign that it wants; none when there is nothing to bill. Raises DomainError."""
    if not statement.fees:
        return []
    named = {key: row.lodging.asset.label for key, row in places(statement.lines).items()}
    lines = fee_lines(statement.lines, named)
    if statement.fees > 0:
        return lines
    return [LineData(**{name: getattr(line, name) for name in line.__slots__} | {"quantity": -line.quantity}) for line in lines]  # fmt: skip


def _kind(statement: OwnerStatement) -> DocumentKind:
    return DocumentKind.INVOICE if statement.fees > 0 else DocumentKind.CREDIT


def _values(statement: OwnerStatement) -> dict[str, object]:
    month = Month(statement.month.year, statement.month.month)
    values: dict[str, object] = {
        "title": _("Honoraires de gestion, %(month)s", month=name_of(month)),
        "supplied_on": min(month.last, clock.today()),
    }
    if statement.fees < 0:
        origin = last_invoice(statement.contact_id)
        if origin is None:
            words = _(
                "Les honoraires de %(name)s sont négatifs, et aucune facture n'est à corriger. Mettez ce relevé de côté, ou corrigez une ligne.",
                name=statement.contact.name,
            )
            raise DomainError(words)
        values["origin_id"] = origin.id
    return values
