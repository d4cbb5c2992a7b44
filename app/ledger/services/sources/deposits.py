"""Security deposits: a debt (165) while held, then given back or, for the part kept, income (758).

Of one paid online, only the part kept is here: what came and what went back are payments, whose entries are on 165 already.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, or_, select

from app.contacts.models import Contact
from app.core.db import db
from app.core.i18n import _
from app.ledger.services.chart import MEANS
from app.ledger.services.drafts import Draft, Key, client
from app.ledger.services.missing import unwritten
from app.ledger.states import Journal
from app.payments.models import SecurityDeposit
from app.payments.queries.deposits import paid_online
from app.payments.states import DepositState, Method

KIND = "security_deposit"
ORDER = 70
HELD, CLOSED = "held", "closed"


def missing() -> Sequence[Key]:
    """Deposits received, then closed, without their entries."""
    at_in = select(SecurityDeposit.received_on, SecurityDeposit.id).where(
        SecurityDeposit.state.not_in((DepositState.ASKED, DepositState.DROPPED)), ~paid_online(), SecurityDeposit.received_on.is_not(None),
        SecurityDeposit.method.in_(MEANS), unwritten(KIND, SecurityDeposit.id, HELD),
    )  # fmt: skip
    at_out = select(SecurityDeposit.closed_on, SecurityDeposit.id).where(
        SecurityDeposit.state.in_((DepositState.RETURNED, DepositState.KEPT)), SecurityDeposit.closed_on.is_not(None),
        SecurityDeposit.received_on.is_not(None), SecurityDeposit.method.in_(MEANS),
        unwritten(KIND, SecurityDeposit.id, CLOSED), or_(~paid_online(), SecurityDeposit.kept_amount > 0),
    )  # fmt: skip
    received = [Key(day, ORDER, KIND, number, HELD) for day, number in db.session.execute(at_in) if day]
    closed = [Key(day, ORDER + 1, KIND, number, CLOSED) for day, number in db.session.execute(at_out) if day]
    return received + closed


def drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """Their entries."""
    query = (
        select(SecurityDeposit.id, SecurityDeposit.amount, SecurityDeposit.method, SecurityDeposit.kept_amount,
               SecurityDeposit.state, paid_online().label("online"), Contact.id.label("client_id"), Contact.name)
        .join(Contact, Contact.id == SecurityDeposit.contact_id)
        .where(SecurityDeposit.id.in_({key.id for key in keys}))
    )  # fmt: skip
    rows = {row.id: row for row in db.session.execute(query)}
    for key in keys:
        row = rows[key.id]
        yield _received(key, row) if key.step == HELD else _closed(key, row)


def _draft(key: Key, row: Row[*tuple[Any, ...]], words: str) -> Draft:
    journal = Journal.CASH if row.method == Method.CASH else Journal.BANK
    return Draft(key, journal, f"DG-{row.id:06d}", f"{words} {row.name}", key.day)


def _received(key: Key, row: Row[*tuple[Any, ...]]) -> Draft:
    draft = _draft(key, row, _("Dépôt de garantie"))
    draft.put(MEANS[row.method], row.amount)
    draft.put("caution", -row.amount, client(row.client_id, row.name))
    return draft


def _closed(key: Key, row: Row[*tuple[Any, ...]]) -> Draft:
    kept = min(row.amount, row.kept_amount or row.amount) if row.state == DepositState.KEPT else 0
    draft = _draft(key, row, _("Dépôt de garantie conservé") if kept else _("Dépôt de garantie rendu"))
    out = kept if row.online else row.amount
    draft.put("caution", out, client(row.client_id, row.name))
    draft.put("gain", -kept)
    draft.put(MEANS[row.method], kept - out)
    return draft
