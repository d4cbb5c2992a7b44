"""« Mes prêts »: what the persons of a circle have, have reserved, had. Rows are tuples."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.assets.models import Asset
from app.core import clock
from app.core.db import db
from app.lending.models import Displacement, Loan, LoanItem
from app.lending.states import OFFER_OPEN, OPEN, TO_HAND_OVER, LoanState

LINES, PAST = 300, 6


class LoanRow(NamedTuple):
    """A loan and the names of its things. Times are UTC."""

    number: str
    contact_id: int
    state: LoanState
    starts_at: datetime
    due_at: datetime
    things: list[str]

    @property
    def open(self) -> bool:
        """True until it is back, or given up."""
        return self.state in OPEN

    @property
    def late(self) -> bool:
        """True when it should be back by now."""
        return self.state == LoanState.OUT and self.due_at < clock.now()

    @property
    def to_fetch(self) -> bool:
        """True before the hand-over."""
        return self.state in TO_HAND_OVER


class Shelf(NamedTuple):
    """The loans of one person: those that run (late ones first, then by the next date), the last that are over."""

    contact_id: int
    name: str
    running: list[LoanRow]
    past: list[LoanRow]


def shelves(names: dict[int, str]) -> list[Shelf]:
    """The loans of these persons, person by person; one query."""
    rows = _loans(list(names))
    return [
        Shelf(
            contact_id, name,
            sorted((row for row in rows if row.contact_id == contact_id and row.open), key=_next),
            [row for row in rows if row.contact_id == contact_id and not row.open][:PAST],
        )
        for contact_id, name in names.items()
    ]  # fmt: skip


def _next(row: LoanRow) -> tuple[bool, datetime]:
    return not row.late, row.due_at if row.state == LoanState.OUT else row.starts_at


def _loans(ids: Sequence[int]) -> list[LoanRow]:
    query = (
        select(Loan.number, Loan.contact_id, Loan.state, Loan.starts_at, Loan.due_at, Asset.label)
        .join(LoanItem, LoanItem.loan_id == Loan.id)
        .join(Asset, Asset.id == LoanItem.asset_id)
        .where(Loan.contact_id.in_(ids))
        .order_by(Loan.starts_at.desc(), Loan.id.desc(), LoanItem.id)
        .limit(LINES)
    )
    found: dict[str, LoanRow] = {}
    for row in db.session.execute(query):
        known = found.setdefault(row.number, LoanRow(*row[:5], []))
        known.things.append(row.label)
    return list(found.values())


def last_things(ids: Iterable[int]) -> dict[int, Asset]:
    """{person: the first thing of his last loan}: what is proposed when he books again."""
    query = (
        select(Loan.contact_id, Asset)
        .join(LoanItem, LoanItem.loan_id == Loan.id)
        .join(Asset, Asset.id == LoanItem.asset_id)
        .where(Loan.contact_id.in_(list(ids)), Loan.state != LoanState.CANCELLED)
        .order_by(Loan.starts_at.desc(), Loan.id.desc(), LoanItem.id)
        .limit(LINES)
    )
    found: dict[int, Asset] = {}
    for contact_id, asset in db.session.execute(query):
        found.setdefault(contact_id, asset)
    return found


def threatened_things(loan: Loan) -> list[tuple[Displacement, str]]:
    """(what a delay took and waits for an answer or for its thing, the name of the thing) of a loan."""
    query = (
        select(Displacement, Asset.label)
        .join(Asset, Asset.id == Displacement.unit_id)
        .where(Displacement.item_id.in_([item.id for item in loan.items]), Displacement.state.in_(OFFER_OPEN))
        .order_by(Displacement.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]
