"""Verbs of the clients' side: their account."""

from app.accounts.models import User
from app.accounts.services import invite, new_invitation, send_invitation
from app.accounts.states import Role
from app.contacts.models import Contact
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _


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
