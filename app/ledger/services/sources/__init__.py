"""Where entries come from: one module per kind of source, each with `missing()` (keys) and `drafts(keys)`.

Tables are read, never changed. Amounts are cents; a source that adds up to nothing has no entry.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from app.ledger.services.drafts import Draft, Key
from app.ledger.services.sources import allocations, deposits, invoices, payments, remittances, supplier_invoices, till


class Source(NamedTuple):
    """`missing`: what has no entry yet; `drafts`: the entries of these keys."""

    kind: str
    missing: Callable[[], Sequence[Key]]
    drafts: Callable[[Sequence[Key]], Iterator[Draft]]


SOURCES: tuple[Source, ...] = (
    Source("sales_document", invoices.missing, invoices.drafts),
    Source("supplier_invoice", supplier_invoices.missing, supplier_invoices.drafts),
    Source("supplier_payment", supplier_invoices.missing_payments, supplier_invoices.payment_drafts),
    Source("till_closing", till.missing, till.drafts),
    Source("till_event", till.missing_moves, till.move_drafts),
    Source("payment", payments.missing, payments.drafts),
    Source("allocation", allocations.missing, allocations.drafts),
    Source("remittance", remittances.missing, remittances.drafts),
    Source("security_deposit", deposits.missing, deposits.drafts),
)
BY_KIND = {source.kind: source for source in SOURCES}


def missing() -> list[Key]:
    """Every source without its entry, in the order in which entries are written."""
    return sorted(key for source in SOURCES for key in source.missing())
