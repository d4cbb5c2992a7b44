"""Whom we write to about a loan, and who pays for it."""

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.members.queries import payer_for, told_for


def recipient_of(contact: Contact) -> Contact:
    """Whom we write to first about the loans of this contact: himself, or who is called first for a child."""
    return told_for([contact.id]).get(contact.id, [contact])[0]


def payer_of(contact: Contact) -> Contact:
    """Who is invoiced for the loans of this contact: the payer of his household, else himself."""
    return db.session.get_one(Contact, payer_for(contact.id, clock.today()))
