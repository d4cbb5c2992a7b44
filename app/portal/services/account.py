"""Verbs of the clients' side: their account, the page where they pay."""

from urllib.parse import urlsplit

from app.accounts.models import User
from app.accounts.services import invite, new_invitation, send_invitation
from app.accounts.states import Role
from app.contacts.models import Contact
from app.core.db import db, require_transaction, transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.payments.queries import payable
from app.payments.services.reminders import pay_link


def open_account(contact: Contact, by: User) -> User:
    """Invite a contact to his own space, by e-mail; asked again before he chose a password, the link is renewed.

    Raises DomainError without an address, when the address has an account, or when he has already chosen a password.
    """
    require_transaction()
    if not contact.email:
        raise DomainError(_("Ce contact n'a pas d'adresse de courriel. Complétez sa fiche, puis recommencez."))
    if contact.user_id is not None:
        user = db.session.get_one(User, contact.user_id)
        token = new_invitation(user)
    else:
        user, token = invite(contact.email, contact.name, Role.CLIENT, by=by)
        contact.user_id = user.id
        db.session.flush()
    record(contact, "contact.invited", email=user.email)
    send_invitation(user, token)
    return user


def payment_page(document_id: int) -> str:
    """The path of the page where an invoice is paid; its link is made when there is none. Writes by itself.

    Raises Conflict when it is not to be paid.
    """
    with transaction():
        document = payable(document_id)
        if document is None:
            raise Conflict(_("Ce document ne se paie pas."))
        return urlsplit(pay_link(document)).path
