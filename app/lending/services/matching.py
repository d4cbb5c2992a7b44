"""The unit of a loan is another one: an accessory that does not fit it is exchanged for a free one that does, or the desk is asked."""

from collections.abc import Sequence

from sqlalchemy import or_

from app.assets.models import Asset
from app.assets.queries import fitting
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict
from app.core.i18n import _
from app.core.subject import subject_of
from app.lending.models import Loan, LoanItem
from app.lending.services.handing import exchange
from app.messaging.services import add_task
from app.planning.queries.availability import units_over
from app.planning.states import MOVABLE, BookingState


def refit(loan: Loan, item: LoanItem, was: Asset) -> None:
    """The accessories that went with `was` and do not go with what this line lends now: each is exchanged, else the desk has a
    task. Those that another thing of the loan needs stay."""
    require_transaction()
    for line in _unfit(loan, item, was):
        if not _exchanged(loan, line, item.asset):
            add_task(
                _(
                    "Prêt %(number)s : %(what)s ne va pas avec %(unit)s, prévoyez un autre accessoire.",
                    number=loan.number, what=line.asset.label, unit=item.asset.label,
                ),
                about=subject_of(loan), contact_id=loan.contact_id, due_on=clock.today(),
            )  # fmt: skip


def _unfit(loan: Loan, item: LoanItem, was: Asset) -> Sequence[LoanItem]:
    others = [line for line in loan.items if line is not item and line.back_at is None]
    rules = {side.other for side in fitting([was])}
    fits = {side.other for side in fitting([item.asset])}
    lost = [
        line
        for line in others
        if any(side.covers(line.asset) for side in rules) and not any(side.covers(line.asset) for side in fits)
    ]
    for rule in fitting([line.asset for line in others]) if lost else ():
        for main in (line for line in others if rule.main.covers(line.asset)):
            mine = [line for line in others if line is not main and rule.other.covers(line.asset)]
            if mine and all(line in lost for line in mine):
                lost.remove(mine[0])
    return lost


def _exchanged(loan: Loan, line: LoanItem, main: Asset) -> bool:
    """True when a free accessory of the same family, that fits, has taken its place."""
    booking, sides = line.booking, [rule.other for rule in fitting([main])]
    if line.out_at is not None or not sides or booking.state not in MOVABLE or booking.state == BookingState.AT_RISK:
        return False
    start = max(booking.starts_at, clock.now())
    for found in units_over(or_(*(side.condition() for side in sides)), start, booking.ends_at, free=True):
        if found.family_id == line.asset.family_id:
            try:
                exchange(loan, line, db.session.get_one(Asset, found.id))
            except Conflict:
                continue
            return True
    return False
