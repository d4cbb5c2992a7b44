"""Orders, invoices, credit notes."""

from typing import Any

from app.accounts.queries import organisation
from app.accounts.services import change_organisation, create_organisation
from app.catalog.queries import all_rates
from app.catalog.services import load_vat_rates
from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core.db import db, transaction
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents import LineData
from app.sales.states import DocumentKind
from tests.factories.contacts import a_contact

#: 100,00 € at 20 % and 50,00 € at 10 %: 175,00 € with tax.
LINES = (
    LineData("Pompe de filtration", 1000, 10_000, "normal", reference="PMP-1"),
    LineData("Main-d'œuvre", 2000, 2_500, "intermediate", unit="heure"),
)


def a_legal_seller(**values: Any) -> None:
    """An organisation that may invoice, and the rates of the law."""
    known = {
        "siret": "73282932000074", "vat_number": "FR44732829320", "address": "8 rue des Tanneurs", "postcode": "83170",
        "town": "Brignoles", "legal_form": "SAS au capital de 5 000 €", "registration": "RCS Draguignan",
    }  # fmt: skip
    if organisation() is None:
        with transaction():
            create_organisation(name="Atelier Second Souffle", email="bonjour@secondsouffle.example")
    ours = organisation()
    with transaction():
        change_organisation(**{key: value for key, value in known.items() if not getattr(ours, key)} | values)
        if not all_rates():
            load_vat_rates()


def a_business(**values: Any) -> Contact:
    """A company with all that an invoice between businesses wants."""
    known = {
        "kind": ContactKind.COMPANY, "siret": "55208131766522", "vat_number": "FR03552081317", "address": "1 quai du Port",
        "postcode": "83000", "town": "Toulon",
    }  # fmt: skip
    return a_contact(**known | values)


def an_invoice(
    *lines: LineData, contact: Contact | None = None, kind: DocumentKind = DocumentKind.INVOICE, **values: Any
) -> SalesDocument:
    """A draft of 175,00 € with tax for a private person, or with these lines."""
    a_legal_seller()
    who = contact or a_contact()
    with transaction():
        return documents.draft(kind, db.session.merge(who, load=False), lines or LINES, **values)


def an_issued_invoice(*lines: LineData, contact: Contact | None = None, **values: Any) -> SalesDocument:
    """The same, issued: numbered, sealed, its check waiting."""
    draft = an_invoice(*lines, contact=contact, **values)
    with transaction():
        return documents.issue(draft)


def again(document: SalesDocument) -> SalesDocument:
    """The document as the database has it now, with its lines."""
    from app.sales.queries.documents import document_by_id

    db.session.expire_all()
    found = document_by_id(document.id)
    assert found is not None
    return found
