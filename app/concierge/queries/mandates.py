"""Reads of mandates: one, those of a lodging, what an approved month holds of one, the register."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset
from app.concierge.models import (
    Lodging,
    MandateOwner,
    MandateTerms,
    OwnerStatement,
    RentalMandate,
    RentalMonth,
    StatementLine,
)
from app.core.db import db
from app.statements.models import Month
from app.statements.states import Mode

VIEW = "concierge.view"
WHOLE = (
    joinedload(RentalMandate.lodging).joinedload(Lodging.asset).joinedload(Asset.family),
    joinedload(RentalMandate.file),
    selectinload(RentalMandate.owners).joinedload(MandateOwner.contact),
    selectinload(RentalMandate.versions),
)


def mandate_by_id(mandate_id: int) -> RentalMandate | None:
    """The mandate with its lodging, its owners and its versions."""
    query = select(RentalMandate).where(RentalMandate.id == mandate_id).options(*WHOLE)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def mandate_for(user: User, mandate_id: int) -> RentalMandate | None:
    """The same, for who may see it."""
    return mandate_by_id(mandate_id) if allowed(user, VIEW) else None


def mandates_of(lodging_id: int) -> list[RentalMandate]:
    """Those of a lodging, the last one first, whole."""
    query = select(RentalMandate).where(RentalMandate.lodging_id == lodging_id).options(*WHOLE)
    query = query.order_by(RentalMandate.starts_on.desc()).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def running(lodging_id: int, day: date) -> RentalMandate | None:
    """The mandate in force for a lodging on a day."""
    query = select(RentalMandate).where(
        RentalMandate.lodging_id == lodging_id, RentalMandate.starts_on <= day,
        or_(RentalMandate.ends_on.is_(None), RentalMandate.ends_on >= day),
    )  # fmt: skip
    return db.session.scalars(query).first()


def overlapping(lodging_id: int, first: date, last: date | None, besides: int = 0) -> RentalMandate | None:
    """Another mandate of the lodging on one of these days (both included; None: without end)."""
    query = select(RentalMandate).where(
        RentalMandate.lodging_id == lodging_id, RentalMandate.id != besides,
        or_(RentalMandate.ends_on.is_(None), RentalMandate.ends_on >= first),
    )  # fmt: skip
    if last is not None:
        query = query.where(RentalMandate.starts_on <= last)
    return db.session.scalars(query.order_by(RentalMandate.starts_on)).first()


def approved_since(owners: Collection[int], day: date) -> Month | None:
    """The first month, of the day or later, of which one of these owners has an approved statement."""
    month = Month.of(day)
    query = (
        select(RentalMonth.year, RentalMonth.month)
        .join(OwnerStatement, OwnerStatement.month_id == RentalMonth.id)
        .where(
            OwnerStatement.contact_id.in_(owners), OwnerStatement.approved_at.is_not(None),
            RentalMonth.rank >= month.rank,
        )
        .order_by(RentalMonth.rank)
    )  # fmt: skip
    row = db.session.execute(query.limit(1)).first()
    return Month(row.year, row.month) if row else None


def counted_after(mandate_id: int, day: date) -> Month | None:
    """The first month wholly after the day whose approved statements hold a line of the mandate."""
    after = Month.of(day).next
    query = (
        select(RentalMonth.year, RentalMonth.month)
        .join(OwnerStatement, OwnerStatement.month_id == RentalMonth.id)
        .join(StatementLine, StatementLine.statement_id == OwnerStatement.id)
        .where(
            StatementLine.mandate_id == mandate_id, StatementLine.of_month.is_(None),
            OwnerStatement.approved_at.is_not(None),
            RentalMonth.rank >= after.rank,
        )
        .order_by(RentalMonth.rank)
    )  # fmt: skip
    row = db.session.execute(query.limit(1)).first()
    return Month(row.year, row.month) if row else None


def version_on(mandate: RentalMandate, day: date) -> MandateTerms | None:
    """The version of its terms in force on a day; None before the first."""
    found = [version for version in mandate.versions if version.since <= day]
    return found[-1] if found else None


def unsigned(contact_id: int) -> str | None:
    """The number of a mandate of this owner by which we hold his money, that nobody signed yet (loi Hoguet: nothing may be paid
    out under it)."""
    query = (
        select(RentalMandate.number, MandateTerms.terms)
        .join(MandateOwner, MandateOwner.mandate_id == RentalMandate.id)
        .join(MandateTerms, MandateTerms.mandate_id == RentalMandate.id)
        .where(
            MandateOwner.contact_id == contact_id, RentalMandate.signed_on.is_(None), RentalMandate.archived_at.is_(None)
        )
        .order_by(RentalMandate.id)
    )  # fmt: skip
    rows = db.session.execute(query)
    return next((number for number, terms in rows if terms.get("mode") == Mode.MANDATE), None)
