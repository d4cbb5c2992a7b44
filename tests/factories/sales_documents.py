"""Sealed documents of sale made directly, without the journey: for what reads them (XML, PDF, archive)."""

from collections.abc import Sequence
from typing import Any

from app.accounts.models import Organisation
from app.accounts.queries import our_organisation
from app.accounts.states import VatRegime
from app.catalog.queries import all_rates
from app.catalog.services import load_vat_rates
from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.db import db, transaction
from app.core.numbers import next_number
from app.core.revisions import bump
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.services.documents.amounts import put_totals
from app.sales.services.documents.lines import LineData, rows_of
from app.sales.services.facturx.shape import snapshot
from app.sales.states import DocumentKind, DocumentState
from app.sales.states.documents import ISSUED, SERIES, CheckState
from tests.factories.accounts import an_organisation
from tests.factories.contacts import a_contact

#: SIREN and VAT numbers whose keys are right; the IBAN is the example of the standard.
OURS: dict[str, Any] = {
    "legal_form": "SAS au capital de 5 000 €", "siret": "73282932000074", "vat_number": "FR44732829320",
    "registration": "RCS Draguignan 732 829 320", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPP",
    "insurance": "Mutuelle des Artisans du Sud, contrat 44-1187, France", "mediator": "CM2C, Paris",
}  # fmt: skip
LINES = (
    LineData("Joint de groupe 73 mm", 1000, 750, reference="P-0417", detail="pièce neuve"),
    LineData("Jeu de meules acier", 1000, 4000, reference="P-0533", detail="pièce issue de l'économie circulaire"),
    LineData("Détartrant atelier", 1000, 500, reference="P-0102", unit="dose"),
    LineData("Main-d'œuvre atelier", 750, 8889, unit="heure"),
)


def a_seller(**values: Any) -> Organisation:
    """The organisation with all that an invoice wants, made when there is none; `values` change it."""
    organisation = db.session.query(Organisation).one_or_none() or an_organisation()
    with transaction():
        for name, value in (OURS | values).items():
            setattr(organisation, name, value)
        bump("organisation")
        if not all_rates():
            load_vat_rates()
    return our_organisation()


def a_company(**values: Any) -> Contact:
    """A French company that can be invoiced."""
    known = {
        "kind": ContactKind.COMPANY, "name": "Hôtel des Pins", "siret": "44306184100047", "vat_number": "FR64443061841",
        "address": "12 avenue de la Mer", "postcode": "83400", "town": "Hyères", "email": "compta@hoteldespins.example",
    }  # fmt: skip
    return a_contact(**known | values)


def a_person(**values: Any) -> Contact:
    """A private person with an address."""
    known = {"name": "Karim Benyahia", "address": "21 rue de la Fontaine", "postcode": "83470", "town": "Saint-Maximin"}
    return a_contact(**known | values)


def a_sealed_document(
    kind: DocumentKind = DocumentKind.INVOICE,
    lines: Sequence[LineData] = LINES,
    *,
    contact: Contact | None = None,
    origin: SalesDocument | None = None,
    deposits: Sequence[SalesDocument] = (),
    thirds: Sequence[tuple[str, int]] = (),
    content: dict[str, Any] | None = None,
    **values: Any,
) -> SalesDocument:
    """A document with its number and its seal's date. `thirds` are (mention, cents); `deposits` are deducted."""
    if db.session.query(Organisation).one_or_none() is None:
        a_seller()
    buyer = contact or a_company()
    with transaction():
        day = values.pop("issued_on", clock.today())
        document = SalesDocument(
            kind=kind, contact_id=buyer.id, contact=buyer, issued_on=day, due_on=values.pop("due_on", day), **values
        )
        document.lines, document.instalments = rows_of(lines, day), []
        document.origin_id = origin.id if origin else None
        document.prepaid = sum(deposit.gross for deposit in deposits)
        db.session.add(document)
        db.session.flush()
        parts = [
            ThirdPartyShare(document_id=document.id, payer_id=a_payer().id, label=label, amount=cents)
            for label, cents in thirds
        ]
        db.session.add_all(parts)
        put_totals(document, document.lines, parts)
        document.content = snapshot(document, document.lines, deposits) | (content or {})
        if kind in ISSUED:
            document.number = next_number(SERIES[kind])
            db.session.flush()
            document.state, document.issued_at, document.check = (
                DocumentState.ISSUED, clock.now(), CheckState.WAITING,
            )  # fmt: skip
    return document


def a_payer() -> Contact:
    """An eco-organisation, made in the present transaction."""
    contact = Contact(name="Ecosystem", kind=ContactKind.COMPANY)
    db.session.add(contact)
    db.session.flush()
    return contact


def franchise() -> Organisation:
    """A seller under art. 293 B: no VAT number."""
    return a_seller(vat_number="", vat_regime=VatRegime.FRANCHISE)
