"""What an owner's invoice is settled with by itself: his credit notes, then, under a mandate, the rents that we hold for him.

After it, what is left to pay of his invoices of fees is what his statement says that he owes, and not a cent more. The oldest
invoice is settled first. What is taken from the rents is a payment « Retenue sur les loyers » (account 467 of owners).
"""

from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.concierge.models import MandateOwner, MandateTerms, OwnerStatement, RentalMandate
from app.concierge.queries.told import of_name
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.payments.services import Part, credit_left, settle_with_credit, take
from app.payments.services.parts import locked_contact
from app.payments.states import Method
from app.sales.models import SalesDocument
from app.sales.states import DocumentKind, DocumentState
from app.statements.models import Month
from app.statements.states import Mode


@dataclass
class Plan:
    """(credit note, invoice, cents) to set against each other, and (invoice, cents) to take from the rents; an invoice that is
    being made is `new`."""

    credits: list[tuple[SalesDocument, SalesDocument, int]] = field(default_factory=list)
    rents: list[tuple[SalesDocument, int]] = field(default_factory=list)

    def of(self, document: SalesDocument) -> list[tuple[str, int]]:
        """(what settles this document, cents)."""
        notes = [
            (_("Avoir %(number)s déduit", number=one.number or ""), cents)
            for one, to, cents in self.credits
            if to is document
        ]
        return notes + [(Method.RETAINED.label, cents) for to, cents in self.rents if to is document]


def plan(statement: OwnerStatement, new: SalesDocument | None) -> Plan:
    """What settles the owner's invoices now; `new` is the one being issued, None when there is none."""
    made, left = Plan(), {}
    documents = _open(statement.contact_id)
    invoices = [row for row in documents if row.kind != DocumentKind.CREDIT]
    if new is not None and new.kind != DocumentKind.CREDIT:
        invoices = [row for row in invoices if row.id != new.id] + [new]
    for invoice in invoices:
        left[id(invoice)] = invoice.due - (invoice.paid or 0)
    for credit in documents:
        if credit.kind == DocumentKind.CREDIT:
            _share(made, credit, invoices, left)
    if holds_rents(statement):
        _retain(made, invoices, left, max(0, -statement.closing))
    return made


def _share(made: Plan, credit: SalesDocument, invoices: list[SalesDocument], left: dict[int, int]) -> None:
    free = credit_left(credit)
    for invoice in invoices:
        cents = min(free, left[id(invoice)])
        if cents > 0:
            made.credits.append((credit, invoice, cents))
            left[id(invoice)] -= cents
            free -= cents


def _retain(made: Plan, invoices: list[SalesDocument], left: dict[int, int], owed: int) -> None:
    total = sum(left.values()) - owed
    for invoice in invoices:
        cents = min(total, left[id(invoice)])
        if cents > 0:
            made.rents.append((invoice, cents))
            total -= cents


def _open(contact_id: int) -> list[SalesDocument]:
    query = (
        select(SalesDocument)
        .join(OwnerStatement, OwnerStatement.invoice_id == SalesDocument.id)
        .where(
            OwnerStatement.contact_id == contact_id, SalesDocument.state == DocumentState.ISSUED,
            SalesDocument.settled.is_(False),
        )
        .order_by(SalesDocument.id)
    )  # fmt: skip
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def holds_rents(statement: OwnerStatement) -> bool:
    """Whether a mandate of this owner had us hold his rents in that month."""
    last = Month(statement.month.year, statement.month.month).last
    newest = (
        select(MandateTerms.mandate_id, func.max(MandateTerms.since).label("since"))
        .where(MandateTerms.since <= last)
        .group_by(MandateTerms.mandate_id)
        .subquery()
    )
    query = (
        select(MandateTerms.terms)
        .join(newest, (newest.c.mandate_id == MandateTerms.mandate_id) & (newest.c.since == MandateTerms.since))
        .join(MandateOwner, MandateOwner.mandate_id == MandateTerms.mandate_id)
        .join(RentalMandate, RentalMandate.id == MandateTerms.mandate_id)
        .where(MandateOwner.contact_id == statement.contact_id, RentalMandate.starts_on <= last)
    )
    return any(terms.get("mode") == Mode.MANDATE.value for terms in db.session.scalars(query))


def settle(statement: OwnerStatement, new: SalesDocument | None) -> None:
    """Do what the plan says. The document `new` is issued; called in the transaction that issued it."""
    locked_contact(statement.contact_id)
    found = plan(statement, new)
    for credit, invoice, cents in found.credits:
        settle_with_credit(credit, invoice, cents)
    total = sum(cents for _invoice, cents in found.rents)
    if total:
        month = of_name(Month(statement.month.year, statement.month.month))
        take(
            statement.contact_id, Method.RETAINED, total, clock.today(),
            allocations=[Part(invoice.id, cents) for invoice, cents in found.rents],
            reference=statement.number or "", reference_key=statement.number,
            note=_("Relevé %(month)s", month=month),
        )  # fmt: skip


def already_paid(document: SalesDocument) -> list[dict[str, object]]:
    """What of an invoice of fees about to be issued is settled by itself, as it prints: [{label, cents, on}]."""
    about = (document.content or {}).get("statement")
    if not about:
        return []
    statement = db.session.get_one(OwnerStatement, about["id"])
    on = clock.today()
    return [
        {"label": _("Déjà réglé : %(means)s", means=words[:1].lower() + words[1:]), "cents": cents, "on": on.isoformat()}
        for words, cents in plan(statement, document).of(document)
    ]  # fmt: skip
