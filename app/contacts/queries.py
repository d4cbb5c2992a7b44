"""Reads of contacts, scoped for a person."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.contacts.models import Consent, Contact
from app.contacts.states import ContactKind, Purpose
from app.core.db import db
from app.core.phones import phone_key
from app.core.search import Hit, find

MATCHING = 500


class ContactRow(NamedTuple):
    """What lists and typeaheads show of a contact."""

    id: int
    name: str
    kind: ContactKind
    phone: str
    email: str
    town: str


ROW = (Contact.id, Contact.name, Contact.kind, Contact.phone, Contact.email, Contact.town)


def contact_for(user: User, contact_id: int) -> Contact | None:
    """The contact, when this person may see it: the team sees all, a client his own record."""
    contact = db.session.get(Contact, contact_id, options=[joinedload(Contact.company)])
    if contact is None:
        return None
    if allowed(user, "contact.view"):
        return contact
    return contact if user.is_client and contact.user_id == user.id else None


def own_contact(user: User) -> Contact | None:
    """The contact record of a portal account."""
    return db.session.scalar(select(Contact).where(Contact.user_id == user.id))


def rows_matching(ids: Sequence[int]) -> list[ContactRow]:
    """Rows of these contacts, in the order given."""
    found = {
        row.id: row for row in (ContactRow(*row) for row in db.session.execute(select(*ROW).where(Contact.id.in_(ids))))
    }
    return [found[contact_id] for contact_id in ids if contact_id in found]


def listing(
    *, kind: ContactKind | None = None, archived: bool = False, text: str = ""
) -> Select[int, str, ContactKind, str, str, str]:
    """The query of the contacts' list, by name. Archived ones are not in the index: they are found by their name."""
    query = select(*ROW).where(Contact.archived_at.is_not(None) if archived else Contact.archived_at.is_(None))
    if kind is not None:
        query = query.where(Contact.kind == kind)
    if text and archived:
        query = query.where(Contact.name.icontains(text, autoescape=True))
    elif text:
        query = query.where(Contact.id.in_([hit.subject_id for hit in find(text, ["contact"], MATCHING)]))
    return query.order_by(func.lower(Contact.name), Contact.id)


def people_of(company_id: int, limit: int = 50) -> list[ContactRow]:
    """The people of a company, by name."""
    query = (
        select(*ROW)
        .where(Contact.company_id == company_id, Contact.archived_at.is_(None))
        .order_by(func.lower(Contact.name), Contact.id)
        .limit(limit)
    )
    return [ContactRow(*row) for row in db.session.execute(query)]


def companies_matching(text: str, limit: int) -> list[Hit]:
    """Companies and associations found by the search box, the most recently written first."""
    hits = find(text, ["contact"], MATCHING)
    kept = select(Contact.id).where(
        Contact.id.in_([hit.subject_id for hit in hits]), Contact.kind != ContactKind.PERSON
    )
    ids = set(db.session.scalars(kept)) if hits else set()
    return [hit for hit in hits if hit.subject_id in ids][:limit]


def duplicates_of(name: str, phone: str, email: str, siret: str = "") -> list[ContactRow]:
    """Contacts that may be the same person: same phone, e-mail or SIRET, or the very same name."""
    same = []
    key = phone_key(phone)
    if key:
        same.append(Contact.phone_key == key)
    if email:
        same.append(func.lower(Contact.email) == email.strip().lower())
    if siret:
        same.append(Contact.siret == siret)
    if name.strip():
        same.append(func.lower(Contact.name) == name.strip().lower())
    if not same:
        return []
    query = select(*ROW).where(Contact.archived_at.is_(None), or_(*same)).order_by(Contact.id.desc()).limit(5)
    return [ContactRow(*row) for row in db.session.execute(query)]


def consents_of(contact_id: int) -> dict[Purpose, Consent]:
    """The consent in force for each purpose, those given for a child aside."""
    own = (Consent.contact_id == contact_id, Consent.about_id.is_(None))
    return {row.purpose: row for row in db.session.scalars(select(Consent).where(*own).order_by(Consent.id))}


def consents_about(child_id: int) -> dict[tuple[int, Purpose], Consent]:
    """{(who gave it, purpose): the consent in force} of those given for a child."""
    rows = db.session.scalars(select(Consent).where(Consent.about_id == child_id).order_by(Consent.id))
    return {(row.contact_id, row.purpose): row for row in rows}


def contact_by_email(email: str) -> Contact | None:
    """The newest contact with that address: whom an incoming e-mail comes from."""
    query = (
        select(Contact)
        .where(Contact.email == email.strip().lower(), Contact.archived_at.is_(None))
        .order_by(Contact.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)
