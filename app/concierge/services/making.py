"""What was approved is made and sent, statement by statement: number, invoice, paper, message, each exactly once.

What is left to do is in the database, and each step is a transaction that looks under its lock whether it was done: a batch that
was stopped, or whose worker was killed, is taken up where it was. Two jobs share a batch and meet in the middle, as for invoices.
"""

import logging
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload, selectinload

from app.concierge.models import OwnerStatement
from app.concierge.services import fees, outside, paper, retaining, telling
from app.concierge.states import STATEMENTS, StatementState
from app.core.db import db, require_transaction, transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.jobs import JobRun, later
from app.core.numbers import next_number
from app.core.queue import HEAVY
from app.documents import services as files
from app.documents.states import FileKind
from app.sales.models import SalesDocument
from app.sales.services import batches, documents
from app.sales.services.facturx import recheck
from app.sales.states import CheckState

BATCH, HELP = "app.concierge.jobs.make_statements", "app.concierge.jobs.help_statements"
SERIES = "RG"
TO_DO = (StatementState.APPROVED, StatementState.MADE)

log = logging.getLogger(__name__)


def start(ids: Sequence[int], label: str) -> JobRun:
    """Have these approved statements made and sent. Returns the job; `queries.progress` says how far the month is."""
    require_transaction()
    run = later(BATCH, list(ids), label=label, queue_name=HEAVY)
    if len(ids) > 1:
        later(HELP, list(ids), label=label, queue_name=HEAVY)
    return run


def resume(month_id: int, statement_id: int | None = None) -> JobRun:
    """Take up what is left of a month, or of one statement, once what was missing is mended. Raises Conflict when nothing is left."""
    require_transaction()
    query = select(OwnerStatement.id).where(OwnerStatement.month_id == month_id, OwnerStatement.state.in_(TO_DO))
    if statement_id is not None:
        query = query.where(OwnerStatement.id == statement_id)
    ids = list(db.session.scalars(query.order_by(OwnerStatement.id)))
    if not ids:
        raise Conflict(_("Tout est parti : il n'y a rien à reprendre."))
    return again(ids)


def again(ids: Sequence[int]) -> JobRun:
    """Have these, which were stopped, tried again."""
    require_transaction()
    db.session.execute(update(OwnerStatement).where(OwnerStatement.id.in_(ids)).values(fault=""))
    return start(ids, _("Relevés : reprise"))


def left_of(ids: Sequence[int]) -> int:
    """How many of these are still to be made or sent, those that wait for a person aside."""
    query = select(func.count()).select_from(OwnerStatement).where(OwnerStatement.id.in_(ids), _to_do())
    return db.session.scalar(query) or 0


def _to_do() -> ColumnElement[bool]:
    return OwnerStatement.state.in_(TO_DO) & (OwnerStatement.fault == "")


def work(ids: Sequence[int]) -> Iterator[str]:
    """Do what is left of these, one after the other; yields why each could not be done, or ""."""
    for statement_id in ids:
        waits = db.session.scalar(select(OwnerStatement.id).where(OwnerStatement.id == statement_id, _to_do()))
        db.session.rollback()
        if waits is not None:
            yield one(statement_id)


def one(statement_id: int) -> str:
    """Make and send one statement, from where it is; "" or, in French, what stopped it, which its `fault` then says."""
    try:
        _bill(statement_id)
        _print(statement_id)
        with transaction():
            statement = locked(statement_id)
            if statement.state is StatementState.MADE:
                telling.send(statement)
                STATEMENTS.move(statement, StatementState.SENT, number=statement.number)
                statement.fault = ""
    except outside.Busy:
        return ""
    except DomainError as error:
        return _stopped(statement_id, error.message)
    except (OperationalError, ConnectionError):
        raise
    except Exception:
        log.exception("statement %s could not be made", statement_id)
        return _stopped(statement_id, _("La fabrication s'est arrêtée sur une anomalie ; elle est notée au journal."))
    finally:
        db.session.rollback()
    return ""


def _stopped(statement_id: int, why: str) -> str:
    db.session.rollback()
    with transaction():
        locked(statement_id).fault = why[:500]
    return why


def locked(statement_id: int) -> OwnerStatement:
    """The statement under its lock, as it now is, with its lines, owner, month and invoice."""
    require_transaction()
    query = select(OwnerStatement).where(OwnerStatement.id == statement_id).with_for_update(of=OwnerStatement)
    return db.session.scalars(query.options(*_LOADED), execution_options={"populate_existing": True}).one()


_LOADED = (
    selectinload(OwnerStatement.lines),
    joinedload(OwnerStatement.contact),
    joinedload(OwnerStatement.month),
    joinedload(OwnerStatement.invoice),
)


# --- number and invoice ---------------------------------------------------------------------------------------------


def _bill(statement_id: int) -> None:
    with transaction():
        statement = locked(statement_id)
        if statement.state is not StatementState.APPROVED:
            return
        issue(statement)
        invoice_id = statement.invoice_id
    if invoice_id is not None:
        _prove(invoice_id)
    outside.bill(statement_id)


def issue(statement: OwnerStatement) -> None:
    """Number an approved statement, and issue its invoice where ours are made; once. It is under its lock (`locked`)."""
    require_transaction()
    first = statement.number is None
    statement.number = statement.number or next_number(SERIES)
    if outside.made_here() and statement.invoice_id is None and not statement.outside and (first or statement.fees):
        _invoice(statement)


def _invoice(statement: OwnerStatement) -> None:
    draft = fees.drafted(statement)
    if draft is None:
        retaining.settle(statement, None)
        return
    statement.invoice_id = draft.id
    db.session.flush()
    issued = documents.issue(draft, render=False)
    retaining.settle(statement, issued)


def _prove(invoice_id: int) -> None:
    """Have the Factur-X made and held against the rules. Raises DomainError with what they refuse."""
    with transaction():
        invoice = db.session.get_one(SalesDocument, invoice_id, populate_existing=True)
        if invoice.check == CheckState.REFUSED:
            recheck(invoice)
    refused = batches.finish_one(invoice_id)
    if refused:
        number = db.session.scalar(select(SalesDocument.number).where(SalesDocument.id == invoice_id))
        raise DomainError(_("Facture %(number)s : %(why)s", number=number, why=refused))


# --- paper ----------------------------------------------------------------------------------------------------------


def _print(statement_id: int) -> None:
    query = select(OwnerStatement).where(OwnerStatement.id == statement_id).options(*_LOADED)
    statement = db.session.scalars(query, execution_options={"populate_existing": True}).one()
    if statement.state is not StatementState.APPROVED:
        db.session.rollback()
        return
    ready = files.prepare(paper.render(statement), f"{statement.number}.pdf", FileKind.DOCUMENT)
    db.session.rollback()
    with transaction():
        statement = locked(statement_id)
        if statement.state is StatementState.APPROVED:
            paper.keep(statement, ready)
            STATEMENTS.move(statement, StatementState.MADE, number=statement.number)
