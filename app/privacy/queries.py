"""Reads of personal data: who is due tonight, what is under way, what was asked and done."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, String, cast, func, literal, select, union_all

from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.db import db
from app.core.law import legal
from app.core.personal import CONNECTIONS, CONTRACTS, LEFTOVERS, OUTDATED, PROSPECTS, REGISTER, Pending, Since
from app.core.revisions import kept_until, pending
from app.privacy.models import Erasure, PrivacyRequest, RetentionHold
from app.privacy.states import Rule

#: So many are listed; the count says how many there are.
LISTED = 100
ERASED = "erased"


class Due(NamedTuple):
    """Somebody whom the rules will erase: his last sign of any kind, and why."""

    contact_id: int
    name: str
    last: datetime | date
    rule: Rule


def cutoff(keep: str) -> datetime:
    """What is older than this moment has been kept as many months as the law says today."""
    return clock.start_of(clock.months_after(clock.today(), -legal(keep, clock.today())))


def periods() -> str:
    """The months in force today, as one word: the nights only run with those that the manager has seen."""
    return "-".join(str(legal(key, clock.today())) for key in (PROSPECTS, CONTRACTS, CONNECTIONS, LEFTOVERS))


def signs() -> list[Since]:
    """Every sign of a person that makes the house keep him."""
    return [since for data in REGISTER.values() for since in data.since]


def matters() -> list[Pending]:
    """Everything under way that forbids erasing."""
    return [matter for data in REGISTER.values() for matter in data.pending]


def _edge(since: Since) -> datetime | date:
    moment = cutoff(since.keep)
    return clock.local(moment).date() if isinstance(since.moment.type, Date) else moment


def due_query() -> Select[int, str]:
    """(id, name) of the people that no sign keeps, nothing holds and nothing is under way with; oldest first."""
    query = select(Contact.id, Contact.name).where(
        Contact.kind == ContactKind.PERSON, Contact.supplier.is_(False), Contact.created_at < cutoff(PROSPECTS)
    )
    query = query.where(
        Contact.id.not_in(select(Erasure.contact_id)), Contact.id.not_in(select(RetentionHold.contact_id))
    )
    for since in signs():
        lately = select(since.contact_id).where(since.moment >= _edge(since), since.contact_id.is_not(None))
        query = query.where(Contact.id.not_in(lately if since.where is None else lately.where(since.where)))
    for matter in matters():
        named = matter.contacts().subquery()
        query = query.where(Contact.id.not_in(select(named.c[0]).where(named.c[0].is_not(None))))
    return query.order_by(Contact.id)


def due_ids(limit: int, after: int = 0) -> list[int]:
    """The next people to erase."""
    return list(db.session.scalars(due_query().where(Contact.id > after).limit(limit)))


def due_count() -> int:
    """How many people the rules would erase now."""
    return db.session.scalar(select(func.count()).select_from(due_query().order_by(None).subquery())) or 0


def due_people(limit: int = LISTED) -> list[Due]:
    """Those whom the rules would erase now, with their last sign."""
    rows = db.session.execute(due_query().limit(limit)).all()
    last = last_signs([row.id for row in rows])
    return [Due(row.id, row.name, *last[row.id]) for row in rows]


def outdated_counts() -> list[tuple[str, int]]:
    """(label, rows) of what is dropped by age, as tonight would; one query."""
    parts = [
        select(literal(kind.key).label("key"), func.count().label("rows")).select_from(model).where(where)
        for kind in OUTDATED.values()
        for model, where in kind.doomed(cutoff(kind.keep))
    ]
    counts: dict[str, int] = {}
    for key, rows in db.session.execute(union_all(*parts)) if parts else ():
        counts[key] = counts.get(key, 0) + rows
    return [(kind.label, counts.get(kind.key, 0)) for kind in OUTDATED.values()]


def last_signs(ids: Sequence[int]) -> dict[int, tuple[date, Rule]]:
    """Of each contact, the day of its last sign and whether he was a client, in one query."""
    if not ids:
        return {}
    parts = []
    for since in signs():
        latest = cast(func.max(since.moment), String)
        part = select(
            since.contact_id.label("contact_id"),
            literal(since.keep).label("keep"),
            func.substr(latest, 1, 10).label("last"),
        )
        part = part.where(since.contact_id.in_(ids), since.moment.is_not(None)).group_by(since.contact_id)
        parts.append(part if since.where is None else part.where(since.where))
    found: dict[int, tuple[date, Rule]] = {}
    for contact_id, keep, text in db.session.execute(union_all(*parts)):
        known, rule = found.get(contact_id, (date.min, Rule.PROSPECT))
        found[contact_id] = max(known, date.fromisoformat(text)), rule if keep == PROSPECTS else Rule.CLIENT
    return found


def pending_of(contact_id: int) -> list[str]:
    """Why this person cannot be erased now: one sentence for each thing under way."""
    parts = []
    for rank, matter in enumerate(matters()):
        named = matter.contacts().subquery()
        parts.append(select(literal(rank)).select_from(named).where(named.c[0] == contact_id).limit(1).subquery())
    found = list(db.session.scalars(union_all(*(select(part) for part in parts)))) if parts else []
    sentences = [matter.sentence for matter in matters()]
    return list(dict.fromkeys(sentences[rank] for rank in sorted(set(found))))


def requests_of(contact_id: int) -> list[PrivacyRequest]:
    """What he asked, newest first."""
    query = select(PrivacyRequest).where(PrivacyRequest.contact_id == contact_id)
    return list(db.session.scalars(query.order_by(PrivacyRequest.id.desc())))


_REQUEST = (
    PrivacyRequest.id, PrivacyRequest.kind, PrivacyRequest.channel, PrivacyRequest.received_on, PrivacyRequest.due_on,
    PrivacyRequest.answered_on, PrivacyRequest.answer, PrivacyRequest.contact_id,
)  # fmt: skip


def request_rows(limit: int = LISTED) -> list[Any]:
    """Requests: those without answer first, the most urgent first."""
    query = (
        select(*_REQUEST, Contact.name)
        .join(Contact, Contact.id == PrivacyRequest.contact_id)
        .order_by(PrivacyRequest.answered_on.is_not(None), PrivacyRequest.due_on, PrivacyRequest.id)
        .limit(limit)
    )
    return list(db.session.execute(query))


def request_by_id(request_id: int) -> PrivacyRequest | None:
    """A request."""
    return db.session.get(PrivacyRequest, request_id)


def erasure_of(contact_id: int) -> Erasure | None:
    """When and why he was erased; None while he is not."""
    return db.session.scalar(select(Erasure).where(Erasure.contact_id == contact_id))


def _erased() -> frozenset[int]:
    return frozenset(db.session.scalars(select(Erasure.contact_id)))


@kept_until(ERASED)
def _kept_erased() -> frozenset[int]:
    return _erased()


def erased_ids() -> frozenset[int]:
    """The contacts that were erased."""
    return _erased() if pending(ERASED) else _kept_erased()


def erasures(limit: int = LISTED) -> list[Erasure]:
    """What was done, newest first."""
    return list(db.session.scalars(select(Erasure).order_by(Erasure.id.desc()).limit(limit)))


def holds() -> list[Any]:
    """People kept aside from the rules."""
    query = select(RetentionHold.contact_id, Contact.name, RetentionHold.reason, RetentionHold.by, RetentionHold.at)
    return list(db.session.execute(query.join(Contact, Contact.id == RetentionHold.contact_id).order_by(Contact.name)))
