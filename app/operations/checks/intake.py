"""Money paid at the intake of repairs: what the ticket says, what payments hold, and what tills deducted agree."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, or_, select

from app.core.db import db
from app.core.i18n import _
from app.core.money import euros
from app.payments.models import Allocation, Payment
from app.payments.queries import left_for
from app.tickets.models import Ticket
from app.tickets.states import FINAL
from app.till.models import TillSale
from app.till.states import Means


def wrong_intakes() -> Iterator[str]:
    """Tickets whose « versé au dépôt » is not the sum of its payments, or of which more was used; tills that deducted another amount.

    A repair that was over before its money became a payment has none, and is left alone.
    """
    said, left = func.coalesce(Ticket.paid_at_intake, 0), left_for(Ticket.id)
    held = func.coalesce(select(func.sum(Payment.amount)).where(Payment.ticket_id == Ticket.id).scalar_subquery(), 0)
    counted = or_(Ticket.state.not_in(FINAL), select(Payment.id).where(Payment.ticket_id == Ticket.id).exists())
    query = select(Ticket.number, said, held, left).where(counted, or_(said != held, left < 0)).order_by(Ticket.id)
    for number, amount, found, rest in db.session.execute(query):
        if amount != found:
            yield _(
                "%(number)s dit %(said)s versés au dépôt, ses règlements en font %(found)s",
                number=number, said=euros(amount), found=euros(int(found)),
            )  # fmt: skip
        else:
            yield _("%(number)s : %(more)s utilisés de trop sur son dépôt", number=number, more=euros(-int(rest)))
    yield from _wrong_deductions()


def _wrong_deductions() -> Iterator[str]:
    """A cheque that came back after its ticket was rung leaves what the till deducted as it was: only additions are read."""
    query = select(Allocation.till_sale_id, func.sum(Allocation.amount)).where(
        Allocation.till_sale_id.is_not(None), Allocation.amount > 0
    )
    taken: dict[int, int] = defaultdict(int)
    for sale_id, amount in db.session.execute(query.group_by(Allocation.till_sale_id)):
        taken[sale_id or 0] = int(amount)
    sales = select(TillSale.id, TillSale.number, TillSale.means).where(
        TillSale.ticket_id.is_not(None), TillSale.training.is_(False)
    )
    for sale_id, number, means in db.session.execute(sales.order_by(TillSale.id)):
        told = sum(row["amount"] for row in means if row["means"] == Means.PREPAID)
        if told != taken[sale_id]:
            yield _(
                "le ticket %(number)s déduit %(told)s du dépôt, ses règlements %(found)s",
                number=number, told=euros(told), found=euros(taken[sale_id]),
            )  # fmt: skip
