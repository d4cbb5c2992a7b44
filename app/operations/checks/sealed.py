"""What is sealed says what it said: invoices, their files, their numbers, and the rows that are only ever added."""

from collections.abc import Iterator

from sqlalchemy import select

from app.core import chain, journals
from app.core.db import db
from app.core.i18n import _
from app.sales.models import SalesDocument

#: Its chains have a check of their own, which names tickets and closings.
_TILLS = "till-"


def broken_chains() -> Iterator[str]:
    """Links of every other chain that were changed, cut or forged, and records that no longer say what was sealed."""
    for name in chain.chains():
        if name.startswith(_TILLS):
            continue
        for fault in chain.faults(name):
            what = fault.number or (f"{fault.subject.kind} {fault.subject.id}" if fault.subject.kind else _("fin"))
            yield _("%(chain)s, rang %(rank)s (%(what)s) : %(reason)s", chain=name, rank=fault.rank, what=what, reason=fault.sentence)  # fmt: skip


def unsealed_documents() -> Iterator[str]:
    """Issued documents that no link of their chain knows."""
    sealed = select(chain.Seal.id).where(
        chain.Seal.subject_kind == SalesDocument.__kind__, chain.Seal.subject_id == SalesDocument.id
    )
    query = select(SalesDocument.id, SalesDocument.number).where(SalesDocument.issued_at.is_not(None), ~sealed.exists())
    for record_id, number in db.session.execute(query.order_by(SalesDocument.id)):
        yield _("%(what)s n'est pas scellé", what=number or record_id)


def changed_rows() -> Iterator[str]:
    """Rows of history, of stock, of payments, of the ledger… that were changed, taken away or slipped in."""
    for table in journals.JOURNALS:
        for fault in journals.faults(table):
            yield _("%(table)s, ligne %(id)s : %(reason)s", table=fault.table, id=fault.row_id, reason=fault.sentence)
