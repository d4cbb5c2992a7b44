"""Jobs of quotes and of the documents that follow. Each is done twice without harm: what they find to do is in the database."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import RetryLater, current_run, progress
from app.documents import services as files
from app.documents.states import FileKind
from app.sales import queries, services
from app.sales.models import SalesDocument
from app.sales.queries.documents import document_by_id
from app.sales.services import archive, batches, documents
from app.sales.services.documents import grouped, papers, recurring, schedule, sending
from app.sales.states import CheckState

PROGRESS_SECONDS = 0.5


def render_and_send(quote_id: int) -> dict[str, str]:
    """Make the PDF of a quote, keep it, and write the messages that carry it."""
    quote = queries.quote_by_id(quote_id)
    if quote is None or quote.number is None or quote.file_id is not None:
        return {}
    ready = files.prepare(services.render(quote), f"{quote.number}.pdf", FileKind.DOCUMENT)
    with transaction():
        published = services.publish(quote_id, ready)
    return {"number": published.number or "", "sha256": published.sha256}


def remind_clients() -> int:
    """Every morning: remind the clients who have not answered. Returns how many."""
    return sum(_each(quote_id, services.remind) for quote_id in _ids(services.forgotten_ids))


def expire_quotes() -> int:
    """Every night: mark what is past its validity. Returns how many."""
    return sum(_each(quote_id, services.expire) for quote_id in _ids(services.expired_ids))


def _ids(found: Callable[[], list[int]]) -> list[int]:
    ids = found()
    db.session.rollback()
    return ids


def _each(quote_id: int, verb: Callable[[int], bool]) -> bool:
    with transaction():
        return verb(quote_id)


def render_and_check(document_id: int) -> dict[str, str]:
    """Make the XML of an issued document, hold it against the rules, make its PDF; then write that it passed, or what it misses."""
    return {"refused": batches.finish_one(document_id)}


def do_batch(ids: list[int]) -> dict[str, Any]:
    """Issue, make and check these documents, with progress; the end of the list may be done by `help_batch` meanwhile."""
    run_id, total, refused = current_run(), len(ids), []
    told = 0.0
    for sentence in batches.work(ids, run_id):
        refused += [sentence] if sentence else []
        if monotonic() - told >= PROGRESS_SECONDS:
            progress(total - batches.left_of(ids), total)
            told = monotonic()
    left = batches.left_of(ids)
    stopped = batches.cancelled(run_id)
    db.session.rollback()
    progress(total - left, total)
    return {"done": total - left, "left": left, "refused": refused[:20], batches.CANCELLED: stopped}


def bill_many(ids: list[int]) -> dict[str, Any]:
    """Prepare the draft of each of these orders and deliveries, then start the batch that issues them."""
    found = grouped.orders_behind(ids)
    db.session.rollback()
    drafts, refused = [], []
    for rank, (order_id, delivered_only) in enumerate(found, 1):
        try:
            with transaction():
                drafts.append(grouped.draft_bill(order_id, delivered_only=delivered_only).id)
        except DomainError as error:
            refused.append(batches.refusal(order_id, error.message))
            db.session.rollback()
        progress(rank, len(found))
    batch = _batch_of(drafts)
    return {"done": len(drafts), "left": 0, "refused": refused[:20], "batch": batch}


def _batch_of(drafts: list[int]) -> int | None:
    if not drafts:
        return None
    with transaction():
        return batches.start_batch(drafts).id


def make_archive(year: int) -> dict[str, int]:
    """Make the archive of a year of sales, and keep it for those who may read it."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "archive.zip"
        manifest = archive.write_archive(year, target)
        db.session.rollback()
        ready = files.prepare_as_is(target.read_bytes(), f"factures-{year}.zip", "application/zip")
    with transaction():
        return {"file": archive.keep_archive(year, ready).id, "count": manifest["count"]}


def help_batch(run_id: int) -> dict[str, int]:
    """Do the same batch from its end, until the two meet."""
    ids, over = batches.batch_of(run_id)
    db.session.rollback()
    return {"done": 0 if over else sum(1 for _sentence in batches.work(ids[::-1], run_id))}


# --- the chain of documents -----------------------------------------------------------------------------------------


def send_document(document_id: int) -> dict[str, str]:
    """Send an issued document once its check has passed, asked again until then; an order or a delivery once it is printed."""
    document = document_by_id(document_id)
    if document is None or document.check == CheckState.REFUSED:
        return {}
    if papers.is_paper(document):
        return _send_paper(document)
    if document.check != CheckState.PASSED or document.file_id is None:
        raise RetryLater(_("Le document se prépare encore."), seconds=10)
    with transaction():
        sending.send(documents.locked(document_id))
    return {"number": document.number or ""}


def _send_paper(document: SalesDocument) -> dict[str, str]:
    ready = files.prepare(papers.print_paper(document), f"{document.number}.pdf", FileKind.DOCUMENT)
    db.session.rollback()
    with transaction():
        sending.send(sending.keep_paper(document.id, ready))
    return {"number": document.number or ""}


def make_recurring() -> int:
    """Every morning: the recurring invoices whose day has come. Returns how many."""
    return sum(_each(row, lambda found: recurring.make_next(found) is not None) for row in _ids(recurring.due_ids))


def ask_instalments() -> int:
    """Every morning: the instalments whose date has come. Returns how many."""
    return sum(_each(row, schedule.ask_by_date) for row in _ids(schedule.due_today))


def prove_forgotten() -> int:
    """Every hour: prove what was issued and is still not proven. Returns how many."""
    ids = batches.forgotten_ids()
    db.session.rollback()
    for document_id in ids:
        batches.finish_one(document_id)
    return len(ids)
