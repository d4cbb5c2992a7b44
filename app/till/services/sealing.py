"""The till's chain: what is sealed of a ticket, an event, a closing; the clock that never goes back.

Every service that writes locks its till first: two desks of one till wait for each other, and what is numbered follows.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.core import chain, clock
from app.core.actor import current_actor
from app.core.db import Base, db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.subject import subject_of
from app.sales.models import ThirdPartyShare
from app.till.models import Till, TillClosing, TillEvent, TillSale, TillSession
from app.till.states import EventKind, Means, SessionState

#: What a clock set again by the network may lose without being refused.
TOLERANCE = timedelta(seconds=2)

_SALE = (
    "number", "till_id", "session_id", "kind", "training", "at", "operator", "contact_id", "reverses_id", "document_id",
    "ticket_id", "lines", "shares", "means", "net", "vat", "gross", "settled", "on_account", "change", "perpetual", "absolute",
    "form_key",
)  # fmt: skip
_EVENT = ("till_id", "kind", "at", "operator", "facts")
_CLOSING = (
    "number", "till_id", "session_id", "period", "begins_on", "ends_on", "at", "by", "sales", "net", "vat", "gross",
    "perpetual", "absolute", "facts",
)  # fmt: skip
_TOLD: dict[type[Base], tuple[str, ...]] = {TillSale: _SALE, TillEvent: _EVENT, TillClosing: _CLOSING}


class ClockWentBack(DomainError):
    """The clock of the computer is behind the last sealed line: nothing is rung until it is right again."""

    status = 409


def chain_of(till: Till) -> str:
    """The name of the till's chain."""
    return f"till-{till.code}"


def payload_of(row: TillSale | TillEvent | TillClosing) -> dict[str, Any]:
    """What a record says, as it is sealed."""
    values = {key: getattr(row, key) for key in _TOLD[type(row)]}
    return {key: _plain(value) for key, value in values.items()} | {"record": row.__kind__} | _borne(row)


def _borne(row: TillSale | TillEvent | TillClosing) -> dict[str, Any]:
    """The receivables of third parties that a ticket made: sealed with it; nothing for the others."""
    if not isinstance(row, TillSale) or not any(means["means"] == Means.THIRD for means in row.means):
        return {}
    share = ThirdPartyShare
    query = select(share.payer_id, share.label, share.amount, share.piece, share.owed_on).where(
        share.till_sale_id == row.id
    )
    found = db.session.execute(query.order_by(share.id)).all()
    return {"thirds": [[*said[:4], said.owed_on.isoformat() if said.owed_on else None] for said in found]}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.value if hasattr(value, "value") else value


def declare() -> None:
    """Start-up: how each sealed record is read again."""
    for model in _TOLD:
        chain.declare_sealed(model.__kind__, _teller(model))


def _teller(model: type[Any]) -> chain.Teller:
    def tell(record_id: int) -> Mapping[str, Any] | None:
        row = db.session.get(model, record_id, populate_existing=True)
        return None if row is None else payload_of(row)

    return tell


def locked_till(till_id: int) -> Till:
    """The till, locked to the end of the transaction. Raises DomainError when it is archived or unknown."""
    require_transaction()
    query = select(Till).where(Till.id == till_id).with_for_update().execution_options(populate_existing=True)
    till = db.session.scalars(query).one_or_none()
    if till is None or till.archived_at is not None:
        raise DomainError(_("Cette caisse n'existe plus. Choisissez-en une autre."))
    return till


def open_session_of(till: Till) -> TillSession:
    """The open session of a till. Raises Conflict when there is none."""
    found = session_or_none(till.id)
    if found is None:
        raise Conflict(_("La caisse est fermée. Ouvrez-la en comptant son fond, puis recommencez."))
    return found


def session_or_none(till_id: int) -> TillSession | None:
    """The open session of a till, read as the database has it."""
    query = select(TillSession).where(TillSession.till_id == till_id, TillSession.state == SessionState.OPEN)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def last_moment(till: Till) -> datetime | None:
    """The moment of the last line of the chain."""
    query = (
        select(chain.Seal.payload).where(chain.Seal.chain == chain_of(till)).order_by(chain.Seal.rank.desc()).limit(1)
    )
    payload = db.session.scalar(query)
    return datetime.fromisoformat(json.loads(payload)["at"]) if payload else None


def moment_for(till: Till) -> datetime:
    """The moment of the next line: now. Raises ClockWentBack when the clock is behind the last one."""
    present, last = clock.now(), last_moment(till)
    if last is None or present >= last:
        return present
    if last - present <= TOLERANCE:
        return last
    raise ClockWentBack(
        _(
            "L'horloge de l'ordinateur a reculé : il est %(now)s, et la dernière opération est de %(last)s. Remettez-la à l'heure, puis recommencez.",
            now=clock.full(present), last=clock.full(last),
        )
    )  # fmt: skip


def operator() -> str:
    """Who is at the till."""
    return current_actor().name


def ring(till: Till, kind: EventKind, *, at: datetime | None = None, **facts: Any) -> TillEvent:
    """Write and seal one line of the journal. The till is locked by the caller. Raises ClockWentBack."""
    event = TillEvent(till_id=till.id, kind=kind, at=at or moment_for(till), operator=operator(), facts=facts)
    db.session.add(event)
    db.session.flush()
    chain.seal(chain_of(till), subject_of(event), payload_of(event))
    return event


def note_clock(till_id: int) -> TillEvent:
    """Write that the clock went back: in a transaction of its own, since what was asked is refused and undone."""
    till = locked_till(till_id)
    return ring(till, EventKind.CLOCK, at=last_moment(till), shown=clock.now().isoformat())


def accept_clock(till_id: int) -> TillEvent:
    """Go on from the present time, when it is the past that was wrong: somebody with the right says so, and it is written."""
    till = locked_till(till_id)
    last = last_moment(till)
    return ring(till, EventKind.CLOCK, at=clock.now(), accepted=True, before=last.isoformat() if last else "")
