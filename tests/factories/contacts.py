"""Contacts."""

from typing import Any

from app.contacts.models import Contact
from app.contacts.services import add_contact
from app.core.db import db, transaction
from tests.factories.base import serial


def a_contact(user_id: int | None = None, **values: Any) -> Contact:
    """A private person who may be told by SMS and e-mail."""
    number = serial()
    known = {
        "name": f"Client {number}",
        "email": f"client{number}@exemple.example",
        "phone": f"06 12 {number % 10000 // 100:02d} {number % 100:02d} 18",
    }
    with transaction():
        contact = add_contact(**known | values)
        contact.user_id = user_id
        db.session.flush()
        return contact
