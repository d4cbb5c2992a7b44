"""What an owner reads: his lodgings by name, the statements that were made for him."""

from collections.abc import Iterable
from datetime import date, timedelta

from app.concierge.models import Lodging, OwnerStatement, RentalMandate, RentalMonth, StatementLine
from app.concierge.states import STATEMENTS, StatementState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.documents import services as files
from app.documents.states import FileKind
from app.statements.states import ACCOUNT, Account, LineKind
from tests.factories.base import serial
from tests.factories.concierge import START, a_lodging, a_mandate
from tests.factories.files import a_png

Told = tuple[RentalMandate | None, LineKind, int]


def a_named_house(
    name: str, *owners: Contact, first: date = START, last: date | None = None, lodging: Lodging | None = None
) -> RentalMandate:
    """A lodging by its name, under a mandate from `first` to `last`, in equal shares; of `lodging`: its next mandate."""
    shares = [(owner, 10_000 // len(owners)) for owner in owners]
    return a_mandate(lodging or a_lodging(label=name), *shares, since=first, ends_on=last)


def a_rental_month(year: int, month: int) -> RentalMonth:
    """The row of a month."""
    found = db.session.query(RentalMonth).filter_by(year=year, month=month).one_or_none()
    if found is None:
        found = RentalMonth(year=year, month=month)
        db.session.add(found)
        db.session.flush()
    return found


def a_statement(
    owner: Contact,
    year: int,
    month: int,
    lines: Iterable[Told] = (),
    *,
    opening: int = 0,
    state: StatementState = StatementState.SENT,
    sent_after: int | None = 3,
) -> OwnerStatement:
    """An owner's month with these lines, in that state; sent so many days after the end of the month."""
    told = list(lines)
    sums = {account: sum(cents for _place, kind, cents in told if ACCOUNT[kind] is account) for account in Account}
    closing = opening + sums[Account.RECEIPT] - sums[Account.EXPENSE] - sums[Account.FEE] - sums[Account.PAYOUT]
    with transaction():
        row = OwnerStatement(
            month_id=a_rental_month(year, month).id,
            contact_id=owner.id,
            opening=opening,
            receipts=sums[Account.RECEIPT],
            expenses=sums[Account.EXPENSE],
            fees=sums[Account.FEE],
            payouts=sums[Account.PAYOUT],
            closing=closing,
        )
        db.session.add(row)
        db.session.flush()
        for rank, (place, kind, cents) in enumerate(told):
            db.session.add(
                StatementLine(
                    statement_id=row.id,
                    position=rank,
                    mandate_id=place.id if place else None,
                    kind=kind,
                    label=kind.label,
                    cents=cents,
                )
            )
        db.session.flush()
        _further(row, state, date(year + month // 12, month % 12 + 1, 1), sent_after)
        return row


def _further(row: OwnerStatement, state: StatementState, end: date, sent_after: int | None) -> None:
    """Approved, made, sent, as far as `state`."""
    for step in (StatementState.APPROVED, StatementState.MADE, StatementState.SENT):
        if state not in (StatementState.APPROVED, StatementState.MADE, StatementState.SENT):
            return
        STATEMENTS.move(row, step)
        if step == StatementState.APPROVED:
            row.approved_at = clock.now()
        if step == StatementState.MADE:
            row.number = f"RG-{end.year}-{serial():04d}"
            row.file_id = files.store(a_png(), f"{row.number}.png", FileKind.LOGO, by="Camille").id
        if step == StatementState.SENT:
            row.sent_at = clock.start_of(end + timedelta(days=(sent_after or 1) - 1)) + timedelta(hours=9)
        db.session.flush()
        if step == state:
            return
