"""For whom a signed-in client acts: himself, and the children he represents in all their households. Every page of a member
is fetched through it: what is not of his circle does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts.models import User
from app.contacts.models import Contact
from app.contacts.queries import own_contact
from app.core.db import db
from app.members.queries import enabled, wards_of


@dataclass(frozen=True, slots=True)
class Circle:
    """`names`: {contact: name}, the person of the account first, then the children."""

    contact_id: int
    names: dict[int, str]

    @property
    def ids(self) -> Sequence[int]:
        """All of them."""
        return list(self.names)

    @property
    def alone(self) -> bool:
        """True for somebody who acts for himself only."""
        return len(self.names) == 1

    def person(self, contact_id: int | None) -> Contact | None:
        """One of them; None for anybody else."""
        return db.session.get(Contact, contact_id) if contact_id in self.names else None


def circle_of(user: User) -> Circle | None:
    """The circle of a client's account; None where the organisation has no members, or for who has no record of his own."""
    if not user.is_client or not enabled():
        return None
    contact = own_contact(user)
    people = wards_of(contact) if contact is not None else []
    return Circle(contact.id, {row.id: row.name for row in people}) if contact is not None and people else None
