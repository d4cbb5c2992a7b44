"""From an invoice that a machine reads (`app.documents.einvoices`) to a supplier's invoice of ours."""

from typing import Any, NamedTuple

from sqlalchemy import func, or_, select

from app.accounts.queries import our_organisation
from app.contacts.models import Contact
from app.contacts.services import add_contact
from app.contacts.states import ContactKind
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.einvoices import ReadInvoice, read_invoice
from app.documents.models import StoredFile
from app.documents.printed import Guess, flat, guess_invoice, text_of
from app.documents.services import Ready
from app.documents.states import FileKind
from app.purchasing.models import SupplierInvoice
from app.purchasing.queries import order_by_number, orders_named, suppliers
from app.purchasing.services.bills import BillInput, add_bill, last_expense
from app.purchasing.services.matching import lines_in


def prepare_file(content: bytes, name: str) -> Ready:
    """Keep the bytes of an invoice: a PDF or a picture, or the XML of an electronic invoice. Raises DomainError."""
    if read_or_none(content) is not None and not content.startswith(b"%PDF"):
        return files.prepare_as_is(content, name, "application/xml")
    return files.prepare(content, name, FileKind.DOCUMENT)


def read_or_none(content: bytes) -> ReadInvoice | None:
    """What the file says; None when it says nothing that a machine reads: it is then typed by hand."""
    try:
        return read_invoice(content)
    except DomainError:
        return None


class Proposal(NamedTuple):
    """What the text of a PDF seems to say, as the form's values; `state` as `text_of` gives it; `seen`: where each was read."""

    state: str
    values: dict[str, Any]
    seen: dict[str, str]


def propose(content: bytes) -> Proposal:
    """Skim a PDF that carries no data for machines. Nothing of it is certain; what is not found is left to be typed."""
    read = text_of(content)
    if read.state != "read":
        return Proposal(read.state, {}, {})
    guess = guess_invoice(read.text)
    sign = -1 if guess.credit else 1
    amounts = {
        name: sign * value
        for name, value in (("net", guess.net), ("vat", guess.vat), ("gross", guess.gross))
        if value is not None
    }
    supplier_id, purchase_id = _supplier_named(guess), orders_named(guess.words)
    told = {
        "number": guess.number, "issued_on": guess.issued_on, "due_on": guess.due_on, "supplier_id": supplier_id,
        "purchase_id": purchase_id, **amounts,
    }  # fmt: skip
    values = {name: value for name, value in told.items() if value is not None}
    return Proposal("read" if values else "nothing", values, {**dict.fromkeys(values, ""), **guess.seen})


def _supplier_named(guess: Guess) -> int | None:
    """The contact whose SIRET, VAT number, SIREN or name is on the page; never ourselves, whom it is addressed to."""
    house = our_organisation()
    siren = house.siret[:9]
    sirets = [one for one in guess.sirets if not siren or one[:9] != siren]
    sirens = [one for one in guess.sirens if one != siren]
    numbers = [one for one in guess.vat_numbers if one != house.vat_number and (not siren or not one.endswith(siren))]
    sirens += [one[4:] for one in numbers if one.startswith("FR")]
    query = select(Contact.id).where(Contact.archived_at.is_(None)).order_by(Contact.id).limit(1)
    for condition in (
        Contact.siret.in_(sirets),
        Contact.vat_number.in_(numbers),
        func.substr(Contact.siret, 1, 9).in_(sirens),
    ):
        if (found := db.session.scalar(query.where(condition))) is not None:
            return found
    named = [(len(name), number) for number, name in suppliers() if len(name) > 3 and flat(name) in guess.text]
    return max(named)[1] if named else None


def values_of(read: ReadInvoice) -> dict[str, Any]:
    """What `BillInput` wants, of what was read; a credit note lowers what is to be paid, so its amounts are below zero."""
    sign = -1 if read.credit else 1
    return {
        "number": read.number, "issued_on": read.issued_on, "due_on": read.due_on, "net": sign * read.net, "vat": sign * read.vat,
        "gross": sign * read.gross, "iban": "".join(read.iban.split()), "supplier_id": supplier_of(read), "purchase_id": order_by_number(read.purchase_order),
    }  # fmt: skip


def shares_of(read: ReadInvoice) -> list[dict[str, int]]:
    """Base and tax of each rate, as an invoice of ours keeps them."""
    sign = -1 if read.credit else 1
    return [
        {"rate": int(share["rate"]), "base": sign * int(share["base"]), "vat": sign * int(share["vat"])}
        for share in read.shares
    ]


def supplier_of(read: ReadInvoice) -> int | None:
    """The contact of that SIRET, of that VAT number, of an establishment of that company, or of that very name."""
    query = select(Contact.id).where(Contact.archived_at.is_(None)).order_by(Contact.id).limit(1)
    told = [
        *([Contact.siret == read.seller_siret] if read.seller_siret else []),
        *([Contact.vat_number == read.seller_vat_number] if read.seller_vat_number else []),
    ]
    found = db.session.scalar(query.where(or_(*told))) if told else None
    if found is None and read.seller_siren:
        found = db.session.scalar(query.where(Contact.siret.startswith(read.seller_siren, autoescape=True)))
    return found or db.session.scalar(query.where(Contact.name == read.seller_name))


def take_in(read: ReadInvoice, stored: StoredFile, source: str) -> SupplierInvoice:
    """The invoice of a file that came by itself; its supplier becomes a contact when we do not know him.

    Raises DomainError: a number twice, amounts that do not add up.
    """
    require_transaction()
    values = values_of(read)
    supplier_id = values.pop("supplier_id") or _new_supplier(read)
    bill = add_bill(
        BillInput(
            supplier_id=supplier_id,
            file_id=stored.id,
            source=source,
            shares=shares_of(read),
            lines=lines_in(read),
            expense=last_expense(supplier_id),
            **values,
        )
    )
    files.attach(stored, subject_of(bill), _("Facture %(number)s", number=bill.number))
    return bill


def _new_supplier(read: ReadInvoice) -> int:
    name = read.seller_name or read.seller_siren
    numbers = {"siret": read.seller_siret, "vat_number": read.seller_vat_number}
    try:
        made = add_contact(kind=ContactKind.COMPANY, name=name, **numbers)
    except DomainError:  # a number that its key contradicts: the name alone, somebody completes it
        made = add_contact(kind=ContactKind.COMPANY, name=name)
    made.supplier = True
    db.session.flush()
    return made.id
