"""The loans of the day, those to come, out, late, ended: rows are tuples."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock, search
from app.core.db import db
from app.core.pages import Page, paged
from app.core.revisions import kept_until
from app.lending.models import Loan, LoanItem
from app.lending.states import TO_HAND_OVER, LoanState, Tab

_THINGS = select(func.count()).where(LoanItem.loan_id == Loan.id).correlate(Loan).scalar_subquery().label("things")
_FIRST = (
    select(Asset.label)
    .join(LoanItem, LoanItem.asset_id == Asset.id)
    .where(LoanItem.loan_id == Loan.id)
    .order_by(LoanItem.id)
    .limit(1)
    .correlate(Loan)
    .scalar_subquery()
    .label("what")
)
_READY = (
    select(func.count())
    .where(LoanItem.loan_id == Loan.id, LoanItem.prepared_at.is_not(None))
    .correlate(Loan)
    .scalar_subquery()
    .label("ready")
)
ROW = (
    Loan.id, Loan.number, Loan.state, Loan.starts_at, Loan.due_at, Loan.returned_at, Loan.expires_at, Loan.version,
    Contact.id.label("contact_id"), Contact.name.label("client"), Contact.phone, _THINGS, _FIRST, _READY,
)  # fmt: skip


def condition(tab: Tab) -> ColumnElement[bool]:
    """What a part of the page holds. « Aujourd'hui »: what leaves or comes back today, and what should have before."""
    now, tomorrow = clock.now(), clock.start_of(clock.today() + timedelta(days=1))
    out, coming = Loan.state == LoanState.OUT, Loan.state.in_(TO_HAND_OVER)
    conditions = {
        Tab.DAY: or_(and_(out, Loan.due_at < tomorrow), and_(coming, Loan.starts_at < tomorrow)),
        Tab.COMING: coming,
        Tab.OUT: out,
        Tab.LATE: and_(out, Loan.due_at < now),
        Tab.DONE: Loan.state.in_((LoanState.RETURNED, LoanState.CANCELLED)),
    }
    return conditions[tab]


def _order(tab: Tab) -> tuple[Any, ...]:
    if tab == Tab.DONE:
        return (func.coalesce(Loan.returned_at, Loan.updated_at).desc(), Loan.id.desc())
    return (Loan.starts_at, Loan.id) if tab == Tab.COMING else (Loan.due_at, Loan.id)


def listing(tab: Tab, text: str, number: int, size: int) -> Page:
    """One page of loans; with a text, those of the clients, the numbers and the units that answer it."""
    query = select(*ROW).join(Contact, Contact.id == Loan.contact_id).where(condition(tab)).order_by(*_order(tab))
    if text:
        query = query.where(_answers(text))
    return paged(query, number, size)


def _answers(text: str) -> ColumnElement[bool]:
    hits = search.find(text, ["contact", "asset"], 400)
    clients = [hit.subject_id for hit in hits if hit.kind == "contact"]
    units = [hit.subject_id for hit in hits if hit.kind == "asset"]
    having = select(LoanItem.loan_id).where(LoanItem.asset_id.in_(units))
    return or_(Loan.number == text.upper(), Loan.contact_id.in_(clients), Loan.id.in_(having))


@kept_until("loans")
def _counted(_minute: int) -> dict[Tab, int]:
    columns = [func.count().filter(condition(tab)).label(tab.name) for tab in Tab if tab != Tab.DONE]
    row = db.session.execute(select(*columns).select_from(Loan)).one()
    return {tab: getattr(row, tab.name) for tab in Tab if tab != Tab.DONE}


def counts() -> dict[Tab, int]:
    """How many loans each part of the page holds (not those that ended), at most a minute old."""
    return _counted(int(clock.now().timestamp() // 60))
