"""An approved platform set up on the sandbox, and invoices that it may take."""

from typing import Any

from app.connectors.tokens import forget_tokens
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.partners import PartnerAccount
from app.documents import services as files
from app.documents.einvoices import read_invoice
from app.einvoicing.models import EinvoiceFlow
from app.partners.services import add_account
from app.sales.models import SalesDocument
from app.sales.services.facturx import render, xml_of
from app.sales.states import CheckState, DocumentState
from app.sandbox import credentials
from tests.factories.sales_documents import a_sealed_document, a_seller
from tests.sandbox_process import Sandbox


def a_platform(sandbox: Sandbox | None, **codes: str) -> PartnerAccount:
    """The account of the simulated platform; without one, an address where nobody answers."""
    forget_tokens()
    base = sandbox.afnor_url if sandbox else "http://127.0.0.1:9/afnor"
    settings = {
        "client_id": credentials.AFNOR_CLIENT_ID, "base_url": base, "token_url": f"{base}/oauth/token", "organization": "",
    }  # fmt: skip
    known = {"client_secret": credentials.AFNOR_CLIENT_SECRET}
    with transaction():
        return add_account("afnor", "Ma plateforme", settings, {**known, **codes})


def a_proven_invoice(contact: Contact | None = None, **values: Any) -> SalesDocument:
    """An issued invoice to a business whose Factur-X is kept, as the job that proves it leaves it."""
    a_seller()
    document = a_sealed_document(contact=contact, **values)
    pdf = render(document, xml_of(document))
    ready = files.prepare_as_is(pdf, f"{document.number}.pdf", "application/pdf")
    with transaction():
        fresh = db.session.get_one(SalesDocument, document.id)
        fresh.file_id = files.keep(ready, by="Atelier").id
        fresh.state, fresh.check = DocumentState.ISSUED, CheckState.PASSED
    return again(document)


def a_supplier_file(contact: Contact, **values: Any) -> bytes:
    """A Factur-X as a supplier sends it."""
    a_seller()
    document = a_sealed_document(contact=contact, **values)
    pdf = render(document, xml_of(document))
    assert read_invoice(pdf) is not None
    return pdf


def again(document: SalesDocument) -> SalesDocument:
    """The document as the database has it now."""
    db.session.expire_all()
    return db.session.get_one(SalesDocument, document.id)


def flows() -> list[EinvoiceFlow]:
    """Every row of the exchange, the oldest first."""
    db.session.expire_all()
    return list(db.session.query(EinvoiceFlow).order_by(EinvoiceFlow.id))
