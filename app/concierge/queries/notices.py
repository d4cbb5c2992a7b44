"""What a person must look at before a month is sent, besides what the calculation sees. Reads only."""

from collections.abc import Iterator

from sqlalchemy import select

from app.concierge.models import Lodging, OwnerStatement, RentalMandate, RentalMonth, StayNote
from app.concierge.queries.sources import behind
from app.concierge.states import Notice, StatementState
from app.contacts.models import Contact
from app.core.db import db
from app.statements.models import Book

#: (what, the stay's id or "", the owner's id or "")
Found = tuple[Notice, str, str]


def notices(book: Book, month_id: int) -> list[Found]:
    """Everything, the gravest first."""
    found = [*_of_owners(book, month_id), *_of_lodgings(book), *_of_stays(book)]
    rank = list(Notice)
    return sorted(found, key=lambda each: (rank.index(each[0]), each[1], each[2]))


def _of_owners(book: Book, month_id: int) -> Iterator[Found]:
    owners = {int(share.owner) for contract in book.contracts for share in contract.owners}
    without = select(Contact.id).where(Contact.email == "", Contact.id.in_(owners))
    yield from ((Notice.NO_EMAIL, "", str(contact)) for contact in db.session.scalars(without))
    waiting = (
        select(OwnerStatement.contact_id)
        .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
        .where(
            OwnerStatement.state == StatementState.PREVIEW,
            OwnerStatement.month_id != month_id,
            RentalMonth.rank < book.month.rank,
        )
        .distinct()
    )
    yield from ((Notice.PREVIOUS, "", str(contact)) for contact in db.session.scalars(waiting))


def _of_lodgings(book: Book) -> Iterator[Found]:
    """Said of the first owner: it is to him that one asks."""
    owner = {contract.lodging: contract.owners[0].owner for contract in book.contracts if contract.owners}
    ids = [int(key) for key in owner]
    query = (
        select(RentalMandate.id, RentalMandate.signed_on, Lodging.registration)
        .join(Lodging, Lodging.id == RentalMandate.lodging_id)
        .where(RentalMandate.id.in_(ids))
    )
    holding = {
        contract.lodging for contract in book.contracts if any(one.mode == "mandate" for one in contract.versions)
    }
    for mandate_id, signed_on, registration in db.session.execute(query):
        if not registration:
            yield Notice.NO_REGISTRATION, "", owner[str(mandate_id)]
        if signed_on is None and str(mandate_id) in holding:
            yield Notice.NO_SIGNATURE, "", owner[str(mandate_id)]


def _of_stays(book: Book) -> Iterator[Found]:
    yield from ((Notice.CHANGED, stay, "") for stay in sorted({line.stay for line in book.corrections if line.stay}))
    if behind():
        yield Notice.BEHIND, "", ""
    if db.session.scalar(select(StayNote.id).limit(1)) is not None:
        yield Notice.UNREAD, "", ""
