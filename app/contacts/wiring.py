"""What contacts gives the house."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from app.contacts import views
from app.contacts.models import Contact
from app.contacts.states import Purpose
from app.core.db import db
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Entry, declare_menu
from app.core.permissions import Permission, declare_permissions
from app.core.search import Document, Source, declare_source

TEAM = ("gerant", "accueil", "commercial", "technicien")


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(views.bp)
    declare_permissions(
        Permission(views.VIEW, "Voir les contacts", "Contacts", (*TEAM, "comptable")),
        Permission(views.EDIT, "Ajouter et modifier les contacts", "Contacts", TEAM),
    )
    declare_source(
        Source("contact", Contact, _document, "user", "Contacts", "contacts.show", "contact_id", views.VIEW)
    )
    declare_menu(Entry("contacts", "Contacts", "users", "contacts.index", views.VIEW, 310, "Base"))
    declare_verbs(*VERBS)


def _document(contact: Contact) -> Document | None:
    """What the box finds of a contact; archived ones are not found."""
    if contact.archived_at is not None:
        return None
    company = db.session.get(Contact, contact.company_id) if contact.company_id else None
    detail = ", ".join(part for part in (company.name if company else "", contact.phone or contact.email, contact.town) if part)
    words = (contact.first_name, contact.last_name, contact.email, contact.siret, contact.postcode, *_digits(contact.phone, contact.phone_2))
    return Document(str(contact.id), contact.name, detail, words)


def _digits(*phones: str | None) -> list[str]:
    """Each number whole, however it will be typed: « 0671482095 », « 33671482095 », « 671482095 »."""
    plain = ("".join(char for char in phone or "" if char.isdigit()) for phone in phones)
    return [form for number in plain if number for form in (number, "33" + number[1:], number[1:])]


def _changed(facts: Mapping[str, Any]) -> str:
    columns = Contact.__table__.columns
    return ", ".join(_(columns[name].info.get("label", name)) for name in facts.get("changes", {}) if name in columns)


def _consent(facts: Mapping[str, Any]) -> str:
    label = Purpose(facts["purpose"]).label
    return _("Consentement donné : %(label)s", label=label) if facts["given"] else _("Consentement retiré : %(label)s", label=label)


VERBS = (
    Verb("contact.added", "Contact créé", "user-plus", "vert"),
    Verb("contact.changed", "Contact modifié", "pencil", "bleu", detail=_changed),
    Verb("contact.archived", "Contact archivé", "archive"),
    Verb("contact.restored", "Contact restauré", "arrow-back-up", "vert"),
    Verb("contact.consent", "Consentement", "shield-check", "sarc", title=_consent),
)
