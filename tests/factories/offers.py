"""Quotes of sale: a pool with a choice and an option."""

from collections.abc import Sequence
from typing import Any

from app.contacts.models import Contact
from app.core import links
from app.core.db import db, transaction
from app.core.subject import subject_of
from app.sales import jobs
from app.sales.models import Quote, QuoteLine
from app.sales.services import offers
from app.sales.services.documents import LineData
from app.sales.services.offers import OfferLine, OfferTerms
from app.sales.states import LineKind
from tests.factories.contacts import a_contact
from tests.factories.sales import a_legal_seller

#: What is proposed: earthworks 1 000,00 € and the liner 200,00 €, 1 440,00 € with tax.
LINES = (
    OfferLine(LineData("Bassin", kind=LineKind.SECTION)),
    OfferLine(LineData("Terrassement", 1000, 100_000)),
    OfferLine(LineData("Liner", 1000, 20_000), choice="Revêtement", chosen=True),
    OfferLine(LineData("Membrane armée", 1000, 70_000), choice="Revêtement"),
    OfferLine(LineData("Équipement", kind=LineKind.SECTION)),
    OfferLine(LineData("Volet automatique", 1000, 150_000), optional=True),
)  # fmt: skip


def an_offer(contact: Contact | None = None, lines: Sequence[OfferLine] = LINES, **terms: Any) -> Quote:
    """The draft of the pool, or of these lines."""
    a_legal_seller()
    who = contact or a_contact()
    with transaction():
        asked = OfferTerms(**{"title": "Piscine 8 × 4", "days": 30} | terms)
        return offers.start(db.session.merge(who, load=False), asked, lines)


def a_sent_offer(contact: Contact | None = None, lines: Sequence[OfferLine] = LINES, **terms: Any) -> Quote:
    """The same, sent: its PDF made, its client told."""
    draft = an_offer(contact, lines, **terms)
    with transaction():
        quote = offers.send(draft)
    jobs.render_and_send(quote.id)
    db.session.expire_all()
    return db.session.get_one(Quote, quote.id)


def by_label(quote: Quote) -> dict[str, QuoteLine]:
    """The lines of a quote by their words."""
    return {line.label: line for line in db.session.query(QuoteLine).filter_by(quote_id=quote.id)}


def link_to(quote: Quote) -> str:
    """The path of the page that the client received."""
    token = links.token_of("quote", subject_of(quote))
    assert token is not None
    return f"/suivi/devis/{token}"
