"""Issue = number + seal, in one transaction. From then on the database refuses any change (migration 0004).

Sources: CGI ann. II art. 242 nonies A (numbers unique, chronological, continuous), art. 289 VII (integrity).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core import clock
from app.core.chain import canonical, seal
from app.core.db import db, unindexed
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import later
from app.core.numbers import next_number
from app.core.queue import HEAVY
from app.core.subject import subject_of
from app.sales.models import DocumentLine, SalesDocument, ThirdPartyShare
from app.sales.queries.documents import third_parties_of
from app.sales.queries.withdrawal import held_quote
from app.sales.services.documents import counter, instalments, terms
from app.sales.services.documents.amounts import inconsistencies
from app.sales.services.documents.drafting import check_draft, locked
from app.sales.services.documents.preflight import missing
from app.sales.services.facturx.preflight import preflight
from app.sales.services.facturx.shape import Data, described, is_business
from app.sales.states import CHECKS, DOCUMENTS, ISSUED, SERIES, CheckState, DocumentKind, DocumentState

CHAIN = "sales"
RENDER = "app.sales.jobs.render_and_check"

#: Called with a document just issued, in its transaction: how higher floors settle a credit note with its invoice.
_after_issue: list[Callable[[SalesDocument], None]] = []


def after_issue(hook: Callable[[SalesDocument], None]) -> None:
    """Start-up: have a higher feature told of each document that is issued, in the same transaction."""
    if hook not in _after_issue:
        _after_issue.append(hook)


def faults(
    document: SalesDocument, thirds: Sequence[ThirdPartyShare] | None = None, content: Data | None = None
) -> list[str]:
    """French sentences: what keeps this draft from being issued. Nothing when it may be. The document is loaded with its lines;
    `thirds` (what others pay of it) and `content` (what `described` says of it) are read when they are not given."""
    thirds = third_parties_of(document.id) if thirds is None else thirds
    content = described(document) if content is None else content
    found = (
        *missing(document, document.lines),
        *inconsistencies(document, document.lines, thirds),
        *preflight(document, content),
        *instalments.faults_of(document),
    )
    return list(dict.fromkeys(found))


def issue(document: SalesDocument, *, version: int | None = None, render: bool = True) -> SalesDocument:
    """Number, date and seal an invoice or a credit note; its PDF is then made and checked by a job of its own, unless
    `render` is False: a batch then does it.

    A direct invoice takes its goods from the stock. Raises DomainError with what is missing, OutOfStock, Conflict when the
    draft changed since `version`.
    """
    fresh = locked(document, version)
    if fresh.kind not in ISSUED:
        raise DomainError(_("Une commande se confirme, elle ne s'émet pas."))
    check_draft(fresh)
    thirds, content = third_parties_of(fresh.id), described(fresh)
    problems = faults(fresh, thirds, content)
    if problems:
        raise DomainError(" ".join(problems))
    number = next_number(SERIES[fresh.kind])
    _put_dates(fresh)
    fresh.number, fresh.content = number, content
    fresh.issued_at = clock.now()
    DOCUMENTS.move(fresh, DocumentState.ISSUED, number=fresh.number, gross=fresh.gross)
    CHECKS.move(fresh, CheckState.WAITING)
    db.session.flush()
    seal(CHAIN, subject_of(fresh), payload(fresh, fresh.lines, thirds))
    if render:
        later(RENDER, fresh.id, label=f"{fresh.kind.label} {fresh.number}", queue_name=HEAVY)
    counter.hand_over(fresh)
    for hook in _after_issue:
        hook(fresh)
    db.session.flush()
    return fresh


def _put_dates(document: SalesDocument) -> None:
    today, last = clock.today(), _last_day(document)
    if last is not None and last > today:
        raise DomainError(
            _(
                "La dernière facture est du %(day)s, après aujourd'hui : l'horloge du serveur a reculé. Faites-la remettre à l'heure.",
                day=clock.table_date(last),
            )
        )
    document.issued_on, document.due_on = today, due_day(document, today)


def due_day(document: SalesDocument, today: date) -> date | None:
    """When a document issued that day is to be paid: the first date of its schedule, what was typed unless it is past, else what
    the terms give, not before its money may be taken."""
    if document.kind == DocumentKind.CREDIT:
        return None
    if document.instalments:
        return document.instalments[0].due_on
    if document.due_on is not None and document.due_on >= today:
        return document.due_on
    due = terms.due_date(today, business=is_business(document.payer or document.contact))
    held = held_quote(document.quote_id)
    return max(due, held) if held else due


def _last_day(document: SalesDocument) -> date | None:
    """The day of the last document of its series, read from the end of the index of days."""
    found = select(SalesDocument.issued_on).where(
        unindexed(SalesDocument.kind).in_(_same_series(document)), SalesDocument.issued_on.is_not(None)
    )
    return db.session.scalar(found.order_by(SalesDocument.issued_on.desc()).limit(1))


def _same_series(document: SalesDocument) -> list[DocumentKind]:
    return [kind for kind in ISSUED if SERIES[kind] == SERIES[document.kind]]


# --- seal -------------------------------------------------------------------------------------------------------


def payload(document: SalesDocument, lines: list[DocumentLine], thirds: Any) -> dict[str, Any]:
    """What is sealed: all that the law forbids to change. The particulars, long, by their SHA-256; the schedule when there is one,
    so that what was sealed before there were any still verifies."""
    dated = [[row.position, row.label, row.amount, _iso(row.due_on)] for row in document.instalments]
    return ({"instalments": dated} if dated else {}) | {
        "kind": document.kind.value,
        "number": document.number,
        "issued_on": _iso(document.issued_on),
        "issued_at": document.issued_at.isoformat() if document.issued_at else None,
        "due_on": _iso(document.due_on),
        "supplied_on": _iso(document.supplied_on),
        "contact": document.contact_id,
        "payer": document.payer_id,
        "origin": document.origin_id,
        "order": document.order_id,
        "title": document.title,
        "purchase_order": document.purchase_order,
        "delivery_address": document.delivery_address,
        "conditions": document.conditions,
        "notes": document.notes,
        "net": document.net,
        "vat": document.vat,
        "gross": document.gross,
        "third_party": document.third_party,
        "prepaid": document.prepaid,
        "due": document.due,
        "shares": document.shares,
        "lines": [_line(line) for line in sorted(lines, key=lambda line: (line.position, line.id))],
        "thirds": [[third.payer_id, third.label, third.amount] for third in sorted(thirds, key=lambda third: third.id)],
        "content": hashlib.sha256(canonical(document.content).encode()).hexdigest(),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _line(line: DocumentLine) -> list[Any]:
    return [
        line.position, line.kind.value, line.reference, line.label, line.detail, line.quantity, line.unit, line.unit_price,
        line.discount, line.net, line.vat_code, line.vat_rate, line.article_id, line.source_id, line.cost,
    ]  # fmt: skip


def told(document_id: int) -> Mapping[str, Any] | None:
    """What an issued document says today, in the shape that was sealed; None when it is gone."""
    fresh = {"populate_existing": True}
    query = select(SalesDocument).where(SalesDocument.id == document_id)
    query = query.options(selectinload(SalesDocument.lines), selectinload(SalesDocument.instalments))
    document = db.session.scalars(query, execution_options=fresh).one_or_none()
    if document is None:
        return None
    thirds = select(ThirdPartyShare).where(ThirdPartyShare.document_id == document_id)
    return payload(document, document.lines, db.session.scalars(thirds, execution_options=fresh).all())
