"""What a person adds to a month, puts aside or takes back; each recounts the month, so that what is seen is what is true."""

from dataclasses import dataclass

from app.concierge.models import MonthEntry, OwnerStatement, RentalMonth
from app.concierge.queries.mandates import unsigned
from app.concierge.services.counting import count
from app.concierge.states import ENTRIES, FROZEN, MONTHS, STATEMENTS, MonthState, StatementState
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.documents.models import StoredFile
from app.statements.states import LineKind


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A line to add: cents with VAT, but net of VAT for what we bill (`LineKind.OTHER`); `vat` in basis points.
    `mandate_id` None: of no lodging."""

    kind: LineKind
    label: str
    cents: int
    mandate_id: int | None = None
    vat: int = 2000
    file: StoredFile | None = None


def add_entry(statement: OwnerStatement, entry: NewEntry) -> MonthEntry:
    """Add a line to an owner's month. Raises DomainError when it is approved, without words or of nothing."""
    _must_be_open(statement)
    if entry.kind not in ENTRIES:
        raise DomainError(_("Choisissez la nature de la ligne dans la liste."), field="kind")
    if not entry.label.strip():
        raise DomainError(_("Dites ce que c'est, le propriétaire le lira."), field="label")
    if not entry.cents or (entry.cents < 0 and entry.kind is not LineKind.OTHER):
        raise DomainError(_("Saisissez un montant positif ; seule une remise peut être négative."), field="cents")
    if entry.kind is LineKind.PAYOUT and (number := unsigned(statement.contact_id)):
        raise DomainError(
            _(
                "Le mandat %(number)s n'a pas de date de signature : rien ne peut être versé avant. Saisissez-la sur sa page.",
                number=number,
            )
        )
    row = MonthEntry(
        month_id=statement.month_id, owner_id=statement.contact_id, mandate_id=entry.mandate_id, kind=entry.kind,
        label=entry.label.strip(), cents=entry.cents, vat=entry.vat if entry.kind is LineKind.OTHER else 0,
        file_id=entry.file.id if entry.file else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(statement, "statement.line_added", label=row.label, amount=euros(row.cents))
    count(_month(statement))
    return row


def remove_entry(statement: OwnerStatement, entry: MonthEntry) -> None:
    """Take a line back. Raises DomainError when the month is approved."""
    _must_be_open(statement)
    record(statement, "statement.line_removed", label=entry.label, amount=euros(entry.cents))
    db.session.delete(entry)
    db.session.flush()
    count(_month(statement))


def pay_out(statement: OwnerStatement) -> MonthEntry:
    """A transfer of all that we owe the owner. Raises DomainError when nothing is owed."""
    if statement.closing <= 0:
        raise DomainError(_("Rien n'est à verser : le solde est de %(closing)s.", closing=euros(statement.closing)))
    return add_entry(statement, NewEntry(LineKind.PAYOUT, _("Virement du solde"), statement.closing, vat=0))


def put_aside(statement: OwnerStatement, reason: str) -> None:
    """Leave an owner out of the month; the others go on. Raises DomainError without a reason or once approved."""
    require_transaction()
    if not reason.strip():
        raise DomainError(_("Dites pourquoi : on le relira au moment de le reprendre."), field="reason")
    STATEMENTS.move(statement, StatementState.EXCLUDED, reason=reason.strip())
    statement.reason = reason.strip()
    close_if_done(_month(statement))


def take_back(statement: OwnerStatement) -> None:
    """Put it back among those to check, counted anew."""
    require_transaction()
    STATEMENTS.move(statement, StatementState.PREVIEW)
    statement.reason = ""
    row = _month(statement)
    if row.state == MonthState.CLOSED:
        MONTHS.move(row, MonthState.COUNTED)
    db.session.flush()
    count(row)


def close_if_done(row: RentalMonth) -> None:
    """A month with nothing left to approve is closed; what changes later is corrected in the next one."""
    db.session.flush()
    states = set(db.session.scalars(db.select(OwnerStatement.state).where(OwnerStatement.month_id == row.id)))
    if row.state == MonthState.COUNTED and states & set(FROZEN) and StatementState.PREVIEW not in states:
        MONTHS.move(row, MonthState.CLOSED)


def _month(statement: OwnerStatement) -> RentalMonth:
    return db.session.get_one(RentalMonth, statement.month_id)


def _must_be_open(statement: OwnerStatement) -> None:
    require_transaction()
    if statement.state in FROZEN:
        raise Conflict(
            _("Ce relevé est approuvé : il ne change plus. Ajoutez la ligne au mois suivant, elle y sera comptée.")
        )
