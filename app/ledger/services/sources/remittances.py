"""Remittances: what waited (cheques 5112, cards 5115…) goes to the bank (512); then the commission that it kept (627).

One that was cancelled has its opposite: an entry is never taken back.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from app.core.db import db
from app.core.i18n import _
from app.ledger.services.chart import MEANS
from app.ledger.services.drafts import Draft, Key
from app.ledger.services.missing import unwritten
from app.ledger.states import Journal
from app.payments.models import Remittance

KIND = "remittance"
ORDER = 65
HANDED, FEES, CANCELLED = "", "fees", "cancelled"


def missing() -> Sequence[Key]:
    """Remittances, commissions and cancellations without their entries."""
    days = (
        (HANDED, Remittance.deposited_on, Remittance.total != 0), (FEES, Remittance.credited_on, Remittance.fees != 0),
        (CANCELLED, Remittance.cancelled_on, Remittance.total != 0),
    )  # fmt: skip
    return [
        Key(day, ORDER + rank, KIND, number, step)
        for rank, (step, column, something) in enumerate(days)
        for day, number in db.session.execute(
            select(column, Remittance.id).where(column.is_not(None), something, unwritten(KIND, Remittance.id, step))
        )
        if day is not None
    ]


def drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """Their entries."""
    query = select(Remittance.id, Remittance.number, Remittance.method, Remittance.total, Remittance.fees).where(
        Remittance.id.in_({key.id for key in keys})
    )
    rows = {row.id: row for row in db.session.execute(query)}
    for key in keys:
        yield _draft(key, rows[key.id])


def _draft(key: Key, row: Row[*tuple[Any, ...]]) -> Draft:
    words = {
        HANDED: _("Remise en banque"), FEES: _("Commission sur la remise"), CANCELLED: _("Annulation de la remise"),
    }[key.step]  # fmt: skip
    draft = Draft(key, Journal.BANK, row.number, f"{words} {row.number}, {row.method.label}", key.day)
    if key.step == FEES:
        draft.put("bank_fees", row.fees)
        draft.put("bank", -row.fees)
    else:
        amount = row.total if key.step == HANDED else -row.total
        draft.put("bank", amount)
        draft.put(MEANS[row.method], -amount)
    return draft
