"""Invoices of fees made in another invoicing system, in place of ours or as a copy, and what it says of them afterwards.

`OwnerStatement.outside`: id, number, state, gross, left, url as it said them; `retained`: cents taken from the rents we hold, which
its « paid » says again; `payments`: [{on, cents}] that the owner paid. The number of the statement is the reference by which the
invoice is found there: asked again after a cut, it is never made twice. `until`: a worker is calling, nobody else does before then.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.concierge.models import OwnerStatement
from app.concierge.queries.told import name_of
from app.concierge.services import fees
from app.concierge.services.retaining import holds_rents
from app.concierge.states import Invoicing, StatementState
from app.connectors.calls import CallRecord, Observer
from app.connectors.errors import PartnerError
from app.connectors.invoicing import Bill, Billed, BilledLine, InvoicingSystem, Party
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction, transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.partner_kinds import KINDS
from app.core.partners import PartnerAccount, Route, account_for, note_outcome, route_of
from app.core.settings import setting
from app.partners.services.kinds import dolibarr, pennylane
from app.sales.services.documents.terms import due_date
from app.sales.services.documents.vat import rates_on
from app.sales.services.facturx.shape import is_business
from app.statements.models import Month

CLIENTS: dict[str, Callable[..., InvoicingSystem]] = {"pennylane": pennylane.client_of, "dolibarr": dolibarr.client_of}
#: Longer than any call, with its retries.
CALL = timedelta(minutes=2)
#: What it says does not change any more.
OVER = ("paid", "cancelled")


class Busy(Exception):
    """Another worker is having this invoice made: look again later."""


class Turn(NamedTuple):
    """What a call needs."""

    route: Route
    bill: Bill


def where() -> Invoicing:
    """Where this organisation's invoices of fees are made."""
    return Invoicing(setting("concierge.invoicing"))


def made_here() -> bool:
    """Whether our own numbered and sealed invoice is made."""
    return where().here


def account() -> PartnerAccount | None:
    """The connection that is told of the invoices; None when there is none, or nobody is told."""
    return account_for(where().system) if where().system else None


def client(route: Route, watcher: Observer) -> InvoicingSystem:
    """The other system, by its connection."""
    return CLIENTS[route.kind](route.settings, route.secrets, watcher)


def faults(statement: OwnerStatement) -> list[str]:
    """French sentences: what keeps the invoice of this statement from being made elsewhere. Lines and month are loaded."""
    system = where().system
    if not system or not statement.fees:
        return []
    name = KINDS[system].label
    if account() is None:
        return [_("Aucune connexion à %(name)s n'est en service. Ajoutez-la dans les réglages, page « Connexions ».", name=name)]  # fmt: skip
    if made_here():
        return []
    if statement.fees < 0:
        return [_("Les honoraires sont négatifs : faites l'avoir dans %(name)s, et retirez d'ici la ligne qui le demande.", name=name)]  # fmt: skip
    try:
        _lines(statement)
    except DomainError as error:
        return [error.message]
    return []


# --- made -----------------------------------------------------------------------------------------------------------


def bill(statement_id: int) -> None:
    """Have the invoice of an approved statement made elsewhere, once. Raises DomainError with what stopped it, Busy."""
    if not where().system:
        return
    with transaction():
        turn = _begin(statement_id)
    if turn is None:
        return
    calls: list[CallRecord] = []
    try:
        billed = client(turn.route, calls.append).issue(turn.bill)
    except PartnerError as error:
        with transaction():
            note_outcome(turn.route.id, turn.route.kind, calls, error.message_fr)
            _put(statement_id, until=None, again=not error.final or error.uncertain)
        raise DomainError(error.message_fr) from error
    with transaction():
        note_outcome(turn.route.id, turn.route.kind, calls)
        statement = _put(statement_id, until=None, again=False, **_told(billed), **_settled(statement_id, billed))
        record(statement, "statement.billed_outside", number=billed.number, system=KINDS[turn.route.kind].label)


def _begin(statement_id: int) -> Turn | None:
    statement = _locked(statement_id)
    if statement.state is not StatementState.APPROVED or statement.fees <= 0:
        return None
    if statement.outside.get("id"):
        return None
    until = statement.outside.get("until")
    if until and datetime.fromisoformat(until) > clock.now():
        raise Busy
    found = account()
    if found is None:
        raise DomainError(" ".join(faults(statement)))
    turn = Turn(route_of(found), _asked(statement))
    statement.outside = {**statement.outside, "until": (clock.now() + CALL).isoformat()}
    return turn


def _locked(statement_id: int) -> OwnerStatement:
    require_transaction()
    query = select(OwnerStatement).where(OwnerStatement.id == statement_id).with_for_update(of=OwnerStatement)
    loaded = (selectinload(OwnerStatement.lines), joinedload(OwnerStatement.contact), joinedload(OwnerStatement.month))
    return db.session.scalars(query.options(*loaded), execution_options={"populate_existing": True}).one()


def _put(statement_id: int, **told: Any) -> OwnerStatement:
    statement = _locked(statement_id)
    kept = {**statement.outside, **told}
    statement.outside = {name: value for name, value in kept.items() if value not in (None, False)}
    db.session.flush()
    return statement


def _told(billed: Billed) -> dict[str, Any]:
    return {"id": billed.id, "number": billed.number, "state": billed.state, "gross": billed.gross, "left": billed.left,
            "url": billed.url}  # fmt: skip


def _settled(statement_id: int, billed: Billed) -> dict[str, Any]:
    statement = _locked(statement_id)
    owed = min(billed.gross, max(0, -statement.closing))
    return {"retained": billed.gross - owed if holds_rents(statement) else 0}


def _asked(statement: OwnerStatement) -> Bill:
    month, today = Month(statement.month.year, statement.month.month), clock.today()
    return Bill(
        statement.number or "", _party(statement.contact), today, due_date(today, business=is_business(statement.contact)),
        tuple(_lines(statement)), _("Honoraires de gestion, %(month)s", month=name_of(month)),
    )  # fmt: skip


def _lines(statement: OwnerStatement) -> list[BilledLine]:
    rates = rates_on(clock.today())
    return [
        BilledLine(line.label, line.quantity, line.unit_price, rates[line.vat_code].rate, line.detail)
        for line in fees.billed(statement)
    ]


def _party(who: Contact) -> Party:
    person = not who.is_company and bool(who.first_name and who.last_name)
    return Party(
        who.last_name if person else who.name, who.email, who.first_name if person else "", who.address, who.postcode,
        who.town, who.country or "FR",
    )  # fmt: skip


def to_try_again() -> list[int]:
    """Approved statements that the other system could not take for a while."""
    query = select(OwnerStatement.id, OwnerStatement.outside).where(
        OwnerStatement.state == StatementState.APPROVED, OwnerStatement.fault != ""
    )
    return [row.id for row in db.session.execute(query) if row.outside.get("again")]


# --- followed -------------------------------------------------------------------------------------------------------


def unfinished(kind: str, after: int, limit: int) -> list[tuple[int, str]]:
    """(statement, its invoice there) whose payment is still to come, from a statement on."""
    if where().system != kind:
        return []
    query = select(OwnerStatement.id, OwnerStatement.outside).where(
        OwnerStatement.approved_at.is_not(None), OwnerStatement.id > after
    )
    rows = db.session.execute(query.order_by(OwnerStatement.id))
    found = [(row.id, str(row.outside["id"])) for row in rows if row.outside.get("id") and row.outside.get("state") not in OVER]  # fmt: skip
    return found[:limit]


def follow(read: Sequence[tuple[int, Billed]]) -> int:
    """Keep what the other system says of invoices now; what more was paid becomes a payment of today. Returns how many changed."""
    require_transaction()
    changed = 0
    for statement_id, billed in read:
        statement = _locked(statement_id)
        before = statement.outside
        paid = 0 if billed.state == "cancelled" else max(0, billed.gross - billed.left - before.get("retained", 0))
        known = sum(one["cents"] for one in before.get("payments", ()))
        payments = list(before.get("payments", ()))
        if paid != known:
            payments.append({"on": clock.today().isoformat(), "cents": paid - known})
        now = {**before, **_told(billed), "payments": payments}
        if now != {"payments": [], **before}:
            statement.outside = now
            changed += 1
            record(statement, "statement.followed_outside", number=billed.number, state=billed.state, left=billed.left)
    db.session.flush()
    return changed
