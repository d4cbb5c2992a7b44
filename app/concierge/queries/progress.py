"""How far the making of a month is."""

from typing import NamedTuple

from sqlalchemy import func, select

from app.concierge.models import OwnerStatement
from app.concierge.states import StatementState
from app.contacts.models import Contact
from app.core.db import db


class Stopped(NamedTuple):
    """A statement that waits for a person: whose, and why."""

    id: int
    owner: str
    fault: str


class Progress(NamedTuple):
    """Counts of a month's statements: approved or further, numbered and printed, sent; and those that are stopped."""

    approved: int
    made: int
    sent: int
    stopped: list[Stopped]

    @property
    def running(self) -> bool:
        """Whether some are still being made."""
        return self.sent + len(self.stopped) < self.approved

    @property
    def percent(self) -> int:
        """0 to 100, of what was approved."""
        return 100 * self.sent // self.approved if self.approved else 0


def progress(month_id: int) -> Progress:
    """How far the month is, in two statements."""
    query = select(OwnerStatement.state, func.count()).where(OwnerStatement.month_id == month_id)
    counts = {row[0]: row[1] for row in db.session.execute(query.group_by(OwnerStatement.state))}
    sent = counts.get(StatementState.SENT, 0)
    made = counts.get(StatementState.MADE, 0) + sent
    faults = (
        select(OwnerStatement.id, Contact.name, OwnerStatement.fault)
        .join(Contact, Contact.id == OwnerStatement.contact_id)
        .where(
            OwnerStatement.month_id == month_id, OwnerStatement.fault != "",
            OwnerStatement.state.in_((StatementState.APPROVED, StatementState.MADE)),
        )
        .order_by(Contact.name)
    )  # fmt: skip
    stopped = [Stopped(*row) for row in db.session.execute(faults)]
    return Progress(counts.get(StatementState.APPROVED, 0) + made, made, sent, stopped)
