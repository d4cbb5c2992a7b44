"""What the worker does for the till. Selling needs none of it."""

from datetime import date

from app.core import clock
from app.core.db import db, transaction
from app.core.i18n import _
from app.core.jobs import current_run
from app.core.money import euros
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.states import FileKind
from app.messaging.services import write_mail
from app.till import queries, services
from app.till.services import archive, receipts


def close_periods() -> int:
    """Every night: close the months and years that are over. One whose day is still open waits. Returns how many."""
    done = 0
    for row in queries.tills():
        for period, begins in services.periods_to_close(row.id):
            try:
                with transaction():
                    services.close_period(row.id, period, begins)
            except services.Refused:
                break  # its days come first: the next night, or by hand
            done += 1
    return done


def send_receipt(sale_id: int, copy: int, address: str) -> None:
    """Make the receipt and write the mail. Done twice, it is sent once: the run's number is in the file's name."""
    sale = queries.sale_by_id(sale_id)
    if sale is None:
        return
    name = f"ticket-{sale.number}{f'-duplicata-{copy}' if copy else ''}.pdf"
    already = [item for item in files.attachments_of(subject_of(sale)) if item.label == _run()]
    if already:
        return
    ready = files.prepare(receipts.render(sale, copy), name, FileKind.DOCUMENT)
    with transaction():
        stored = files.keep(ready, by=sale.operator)
        files.attach(stored, subject_of(sale), _run())
        write_mail(
            address,
            _("Votre ticket %(number)s", number=sale.number),
            _(
                "Bonjour,\n\nVoici votre ticket du %(day)s, d'un total de %(total)s.\n\nMerci de votre visite.",
                day=clock.table_date(clock.local(sale.at).date()), total=euros(sale.gross + sale.settled),
            ),
            attachments=[stored.id], about=subject_of(sale),
        )  # fmt: skip


def _run() -> str:
    return _("Envoi %(run)s", run=current_run() or 0)


def build_archive(till_id: int, begins: str, ends: str, export: bool) -> dict[str, int]:
    """Build an archive and keep it; the journal says so."""
    till = queries.till_by_id(till_id)
    if till is None:
        return {}
    first, last = date.fromisoformat(begins), date.fromisoformat(ends)
    packed = archive.build(till, first, last)
    db.session.rollback()
    name = f"caisse-{till.code}-{begins}-{ends}.zip"
    ready = files.prepare_as_is(packed, name, "application/zip")
    with transaction():
        stored = archive.keep(till_id, first, last, ready, export=export)
        return {"file": stored.id}
