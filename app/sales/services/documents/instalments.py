"""An invoice to be paid at several dates: its schedule, while it is a draft. What is settled of it is `SalesDocument.parts`."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.sales.models import Dated, Instalment, SalesDocument
from app.sales.queries.documents import INVOICES
from app.sales.queries.withdrawal import held_quote
from app.sales.services.documents import terms
from app.sales.services.documents.drafting import check_draft
from app.sales.services.facturx.shape import is_business
from app.sales.states import ScheduleEvent

#: Dates of one schedule, at most; how many are proposed when nothing is known of the client.
MOST, USUAL = 24, 3


def split(cents: int, count: int) -> list[int]:
    """An amount in equal parts, to the cent: the first ones bear what does not divide."""
    part, rest = divmod(cents, count)
    return [part + (rank < rest) for rank in range(count)]


def spread_again(amounts: Sequence[int], cents: int) -> list[int]:
    """Another amount in the proportion of these ones, to the cent: the roundings follow the running sum."""
    whole, running, bounds = sum(amounts), 0, [0]
    for amount in amounts:
        running += amount
        bounds.append(cents * running // whole)
    return [after - before for before, after in pairwise(bounds)]


def usual(document: SalesDocument) -> tuple[int, date]:
    """How many dates to propose (as on this client's last such invoice), and the first: that of his terms of payment."""
    count = (
        select(func.count())
        .select_from(Instalment)
        .join(SalesDocument, SalesDocument.id == Instalment.document_id)
        .where(SalesDocument.contact_id == document.contact_id, SalesDocument.kind.in_(INVOICES))
        .where(SalesDocument.issued_at.is_not(None))
        .group_by(SalesDocument.id)
        .order_by(SalesDocument.id.desc())
        .limit(1)
    )
    today = clock.today()
    first = terms.due_date(today, business=is_business(document.payer or document.contact))
    held = held_quote(document.quote_id)  # before that day no money may be taken
    return max(db.session.scalar(count) or USUAL, 2), max(document.due_on or first, today, held or today)


def monthly(cents: int, count: int, first: date) -> list[Dated]:
    """Equal parts, one a month from a day on. Raises DomainError when there are too many or too few."""
    if not 2 <= count <= MOST:
        raise DomainError(_("Répartissez en 2 à %(most)s échéances.", most=MOST), field="fois")
    return [Dated(clock.months_after(first, rank), part) for rank, part in enumerate(split(cents, count))]


def put_schedule(document: SalesDocument, dated: Sequence[Dated]) -> SalesDocument:
    """Give a locked draft invoice these dates, or none: it is then paid at once. Raises DomainError with what is wrong."""
    check_draft(document)
    if document.kind not in INVOICES:
        raise DomainError(_("Seule une facture se paie en plusieurs fois."))
    rows = sorted(dated, key=lambda row: row.due_on or date.max)
    if rows and (wrong := _wrong(rows, document.due)):
        raise DomainError(wrong[0])
    for row in list(document.instalments):
        document.instalments.remove(row)
    db.session.flush()
    for rank, (due_on, amount) in enumerate(rows, 1):
        label = _("Échéance %(rank)s sur %(count)s", rank=rank, count=len(rows))
        document.instalments.append(
            Instalment(position=rank, label=label, amount=amount, event=ScheduleEvent.DATE, due_on=due_on)
        )
    document.due_on = rows[0].due_on if rows else None
    db.session.flush()
    record(document, "document.scheduled" if rows else "document.unscheduled", count=len(rows))
    return document


def faults_of(document: SalesDocument) -> list[str]:
    """French sentences: what keeps the schedule of a draft from being issued today. Nothing without one. `instalments` loaded."""
    dated = [Dated(row.due_on, row.amount) for row in document.instalments]
    return _wrong(dated, document.due) if dated and document.kind in INVOICES else []


def _wrong(rows: Sequence[Dated], due: int) -> list[str]:
    days, today = [row.due_on for row in rows], clock.today()
    if not 2 <= len(rows) <= MOST:
        return [_("Un échéancier a de 2 à %(most)s échéances.", most=MOST)]
    found = []
    if any(row.amount <= 0 for row in rows):
        found.append(_("Chaque échéance a un montant au-dessus de zéro."))
    if None in days:
        found.append(_("Chaque échéance a une date."))
    if len(set(days)) < len(days):
        found.append(_("Deux échéances ont la même date : changez l'une, ou réunissez-les."))
    first = days[0]
    if first is not None and first < today:
        found.append(
            _("La première échéance, le %(day)s, vient avant la facture : donnez-lui une date à partir d'aujourd'hui.", day=clock.table_date(first))
        )  # fmt: skip
    more = due - sum(row.amount for row in rows)
    if more:
        words = _("ajoutez %(more)s", more=euros(more)) if more > 0 else _("retirez %(more)s", more=euros(-more))
        found.append(
            _("Les échéances font %(sum)s, la facture demande %(due)s : %(words)s.", sum=euros(due - more), due=euros(due), words=words)
        )  # fmt: skip
    return found
