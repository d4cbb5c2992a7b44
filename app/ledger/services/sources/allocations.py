"""What a payment came to settle after its entry was written, when it is on another account than the payer's: moved there.

An amount on account that then pays the payer's own invoice moves nothing: lettering says it. Money of the intake of a repair
leaves 4191 for the invoice that it settles; the closing of a till takes what its tickets deduct, and what of that comes back
unpaid is owed by the client.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import and_, exists, func, or_, select

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.ledger.models import Entry, EntryLine
from app.ledger.services.drafts import Draft, Key, client
from app.ledger.services.missing import unwritten, written
from app.ledger.services.sources.payments import targets
from app.ledger.states import Journal
from app.payments.models import Allocation, Payment
from app.sales.models import SalesDocument

KIND = "allocation"
ORDER = 60


def missing() -> Sequence[Key]:
    """Allocations written after their payment's entry, to somebody else's account."""
    owner = func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)
    elsewhere = or_(
        Allocation.share_id.is_not(None), Allocation.voucher_id.is_not(None), Allocation.deposit_id.is_not(None),
        Payment.contact_id.is_(None), owner != Payment.contact_id,
    )  # fmt: skip
    # The whole of a payment of the intake goes to 4191, just before: what it settles always has its entry here.
    of_intake = and_(Payment.ticket_id.is_not(None), or_(Allocation.till_sale_id.is_(None), Allocation.amount < 0))
    later = and_(Payment.ticket_id.is_(None), elsewhere, written("payment", Payment.id))
    query = (
        select(Allocation.at, Allocation.id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .outerjoin(SalesDocument, SalesDocument.id == Allocation.document_id)
        .where(
            or_(of_intake, later), unwritten(KIND, Allocation.id),
            ~exists().where(EntryLine.allocation_id == Allocation.id, EntryLine.entry_id == Entry.id, Entry.source_kind == "payment"),
        )
    )  # fmt: skip
    return [Key(clock.local(at).date(), ORDER, KIND, number, "") for at, number in db.session.execute(query)]


def drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """Their entries."""
    by_id = {key.id: key for key in keys}
    settled = targets(Allocation.id.in_(by_id))
    query = select(Payment.id, Payment.ticket_id, Contact.id.label("client_id"), Contact.name).outerjoin(
        Contact, Contact.id == Payment.contact_id
    )
    owners = {
        row.id: ("deposits" if row.ticket_id else "client", client(row.client_id, row.name))
        for row in db.session.execute(query.where(Payment.id.in_(settled)))
    }
    for payment_id, parts in settled.items():
        for allocation_id, role, third, amount in parts:
            key = by_id[allocation_id]
            piece = f"RG-{payment_id:06d}"
            draft = Draft(key, Journal.MISC, piece, _("Affectation du règlement %(number)s", number=piece), key.day)
            held, owner = owners[payment_id]
            draft.put(held, amount, owner)
            draft.put(role, -amount, third, allocation_id)
            yield draft
