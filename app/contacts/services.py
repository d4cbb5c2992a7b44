"""Verbs of contacts: add, change, archive, consent."""

from collections.abc import Sequence
from typing import Any

from app.contacts.models import Consent, Contact
from app.contacts.states import ContactKind, Purpose
from app.core import clock
from app.core.company_numbers import check_siret, check_vat_number
from app.core.db import db, insert_many, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.phones import parse_phone, phone_key, show_phone
from app.core.search import index_new

FIELDS = (
    "kind", "name", "first_name", "last_name", "category", "siret", "vat_number", "einvoice_address", "email", "phone", "phone_2", "address", "postcode", "town",
    "country", "notify_sms", "notify_email", "notify_call", "notes", "company_id",
)  # fmt: skip


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    cleaned = {
        key: value.strip() if isinstance(value, str) else value for key, value in values.items() if key in FIELDS
    }
    if cleaned.get("email"):
        cleaned["email"] = cleaned["email"].lower()
    if cleaned.get("siret"):
        cleaned["siret"] = check_siret(cleaned["siret"])
    if cleaned.get("vat_number"):
        cleaned["vat_number"] = check_vat_number(cleaned["vat_number"])
    for name in ("phone", "phone_2"):
        if cleaned.get(name):
            cleaned[name] = show_phone(parse_phone(cleaned[name]))
    if "phone" in cleaned:
        cleaned["phone_key"] = phone_key(cleaned["phone"])
    if cleaned.get("kind", ContactKind.PERSON) == ContactKind.PERSON and not cleaned.get("name"):
        name = f"{cleaned.get('first_name', '')} {cleaned.get('last_name', '')}".strip()
        if name:
            cleaned["name"] = name
    return cleaned


def _check_company(company_id: int | None, person_id: int | None = None) -> None:
    """A person's company is a company of ours, not himself. Raises DomainError."""
    if company_id is None:
        return
    company = db.session.get(Contact, company_id)
    if company is None or not company.is_company or company.id == person_id:
        raise DomainError(_("Choisissez la société dans la liste, ou effacez ce champ."), field="company_id")


def add_contact(**values: Any) -> Contact:
    """A new contact from `FIELDS`. Raises DomainError when its name is missing or a number is wrong."""
    require_transaction()
    cleaned = _cleaned(values)
    if not cleaned.get("name"):
        raise DomainError(_("Saisissez le nom du client."), field="name")
    _check_company(cleaned.get("company_id"))
    contact = Contact(**cleaned)
    db.session.add(contact)
    db.session.flush()
    record(contact, "contact.added")
    return contact


def add_contacts(rows: Sequence[dict[str, Any]]) -> list[int]:
    """Many contacts at once, from `FIELDS` and `source_ref`, whose values were checked; their ids, in order.

    Every row has the same keys. Their history is the caller's.
    """
    ids = insert_many(
        Contact,
        [{**row, "name": row["name"].strip()[:200], "phone_key": phone_key(row.get("phone", ""))} for row in rows],
    )
    index_new(Contact.__kind__, ids)
    return ids


def change_contact(contact: Contact, **values: Any) -> Contact:
    """Change some of `FIELDS`; the history names the fields, before and after."""
    require_transaction()
    cleaned = _cleaned({"kind": contact.kind, **values})
    _check_company(cleaned.get("company_id"), contact.id)
    changes = {}
    for key, value in cleaned.items():
        before = getattr(contact, key)
        if before != value:
            changes[key] = [str(before), str(value)]
            setattr(contact, key, value)
    if not contact.name:
        raise DomainError(_("Saisissez le nom du client."), field="name")
    if changes:
        changes.pop("phone_key", None)
        record(contact, "contact.changed", changes=changes)
    return contact


def archive_contact(contact: Contact) -> None:
    """Take the contact out of the lists; its past stays readable."""
    require_transaction()
    contact.archived_at = clock.now()
    record(contact, "contact.archived")


def restore_contact(contact: Contact) -> None:
    """Put an archived contact back in the lists."""
    require_transaction()
    contact.archived_at = None
    record(contact, "contact.restored")


def give_consent(
    contact: Contact,
    purpose: Purpose,
    given: bool,
    *,
    wording: str = "",
    source: str = "",
    about: Contact | None = None,
) -> Consent:
    """Write a consent given or withdrawn, with the words that were shown (GDPR article 7: it must be provable).

    `about`: the child for whom his legal representative gives it.
    """
    require_transaction()
    consent = Consent(
        contact_id=contact.id, purpose=purpose, given=given, wording=wording, source=source,
        about_id=about.id if about else None,
    )  # fmt: skip
    db.session.add(consent)
    record(contact, "contact.consent", purpose=purpose.value, given=given, **({"about": about.name} if about else {}))
    return consent
