"""One loan, as a person may see it; the loans of a contact."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset
from app.contacts.models import Contact
from app.contacts.queries import own_contact
from app.core.db import db
from app.lending.models import Loan, LoanItem
from app.members.queries import may_act_for

VIEW = "loan.view"
WHOLE = (
    joinedload(Loan.contact),
    selectinload(Loan.items).options(joinedload(LoanItem.asset), joinedload(LoanItem.booking)),
)


def loan_for(user: User, number: str) -> Loan | None:
    """The loan, whole, when this person may see it; a client sees his own and those of the children he represents."""
    return _seen(
        user, db.session.scalars(select(Loan).where(Loan.number == number).options(*WHOLE)).unique().one_or_none()
    )


def loan_for_id(user: User, loan_id: int) -> Loan | None:
    """The same by its identifier."""
    return _seen(user, loan_by_id(loan_id))


def loan_item_for(user: User, item_id: int) -> LoanItem | None:
    """A line of a loan that this person may see."""
    item = db.session.get(LoanItem, item_id)
    return item if item is not None and loan_for_id(user, item.loan_id) is not None else None


def loan_by_id(loan_id: int) -> Loan | None:
    """The same without asking who looks: for signed links and jobs, which carry their own right."""
    return db.session.scalars(select(Loan).where(Loan.id == loan_id).options(*WHOLE)).unique().one_or_none()


def _seen(user: User, loan: Loan | None) -> Loan | None:
    if loan is None or allowed(user, VIEW):
        return loan
    contact = own_contact(user) if user.is_client else None
    mine = contact is not None and (loan.contact_id == contact.id or may_act_for(contact, loan.contact_id))
    return loan if mine else None


def loans_of(contact_id: int, limit: int = 20) -> Sequence[Any]:
    """(number, state, starts_at, due_at, returned_at, how many things, the first of them) of a contact, the newest first."""
    query = (
        select(
            Loan.number, Loan.state, Loan.starts_at, Loan.due_at, Loan.returned_at,
            func.count(LoanItem.id).label("things"), func.min(Asset.label).label("what"),
        )
        .join(LoanItem, LoanItem.loan_id == Loan.id)
        .join(Asset, Asset.id == LoanItem.asset_id)
        .where(Loan.contact_id == contact_id)
        .group_by(Loan.id)
        .order_by(Loan.starts_at.desc(), Loan.id.desc())
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(query).all()


def loans_with(asset_id: int, limit: int = 5) -> Sequence[Any]:
    """(number, state, starts_at, due_at, returned_at, borrower) of the loans of a thing, the newest first."""
    query = (
        select(
            Loan.number, Loan.state, Loan.starts_at, Loan.due_at, func.coalesce(LoanItem.back_at, Loan.returned_at).label("returned_at"),
            Contact.name.label("client"),
        )
        .join(LoanItem, LoanItem.loan_id == Loan.id)
        .join(Contact, Contact.id == Loan.contact_id)
        .where(LoanItem.asset_id == asset_id)
        .order_by(Loan.starts_at.desc(), Loan.id.desc())
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(query).all()


def has_fleet() -> bool:
    """There is something of ours to lend."""
    return db.session.scalar(select(Asset.id).where(Asset.ours, Asset.archived_at.is_(None)).limit(1)) is not None


def has_loan() -> bool:
    """Something was lent or reserved."""
    return db.session.scalar(select(Loan.id).limit(1)) is not None
