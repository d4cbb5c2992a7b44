"""What contacts gives the house."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.contacts import views
from app.contacts.models import Contact
from app.contacts.personal import PERSONAL
from app.contacts.states import Purpose
from app.core.db import db
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Entry, declare_menu
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.search import Document, Quoted, Source, declare_source

FOUND_BY = (
    Contact.id, Contact.name, Contact.phone, Contact.phone_2, Contact.email, Contact.town, Contact.siret, Contact.postcode,
)  # fmt: skip
TEAM = ("gerant", "accueil", "commercial", "technicien")


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(views.bp)
    declare_permissions(
        Permission(views.VIEW, "Voir les contacts", "Contacts", (*TEAM, "comptable")),
        Permission(views.EDIT, "Ajouter et modifier les contacts", "Contacts", TEAM),
    )
    declare_source(
        Source(
            "contact",
            Contact,
            _document,
            "user",
            "Contacts",
            "contacts.show",
            "contact_id",
            views.VIEW,
            watch=(*(column.key for column in FOUND_BY), "company_id", "archived_at"),
            documents=_documents,
            quotes=(Quoted(Contact, ("name",), lambda ids: select(Contact.id).where(Contact.company_id.in_(ids))),),
        )
    )
    declare_menu(Entry("contacts", "Contacts", "users", "contacts.index", views.VIEW, 310, "Base"))
    declare_verbs(*VERBS)


def _document(contact: Contact) -> Document | None:
    """What the box finds of a contact; archived ones are not found."""
    if contact.archived_at is not None:
        return None
    company = db.session.get(Contact, contact.company_id) if contact.company_id else None
    return _found({column.key: getattr(contact, column.key) for column in FOUND_BY}, company.name if company else "")


def _found(values: Mapping[str, Any], company: str | None) -> Document:
    detail = ", ".join(part for part in (company, values["phone"] or values["email"], values["town"]) if part)
    words = (values["email"], values["siret"], values["postcode"], *_digits(values["phone"], values["phone_2"]))
    return Document(str(values["id"]), values["name"], detail, words)


def _documents(ids: Sequence[int]) -> Iterator[tuple[int, Document]]:
    company = aliased(Contact)
    query = (
        select(*FOUND_BY, company.name.label("company"))
        .outerjoin(company, company.id == Contact.company_id)
        .where(Contact.id.in_(ids), Contact.archived_at.is_(None))
    )
    for row in db.session.execute(query).mappings():
        yield row["id"], _found(dict(row), row["company"])


def _digits(*phones: str | None) -> list[str]:
    """Each number whole, however it will be typed: « 0671482095 », « 33671482095 », « 671482095 »."""
    plain = ("".join(char for char in phone or "" if char.isdigit()) for phone in phones)
    return [form for number in plain if number for form in (number, "33" + number[1:], number[1:])]


def _changed(facts: Mapping[str, Any]) -> str:
    columns = Contact.__table__.columns
    return ", ".join(_(columns[name].info.get("label", name)) for name in facts.get("changes", {}) if name in columns)


def _consent(facts: Mapping[str, Any]) -> str:
    label = " ".join(filter(None, (Purpose(facts["purpose"]).label, facts.get("about") and f"({facts['about']})")))
    return (
        _("Consentement donné : %(label)s", label=label)
        if facts["given"]
        else _("Consentement retiré : %(label)s", label=label)
    )


VERBS = (
    Verb("contact.added", "Contact créé", "user-plus", "vert"),
    Verb("contact.changed", "Contact modifié", "pencil", "bleu", detail=_changed),
    Verb("contact.archived", "Contact archivé", "archive"),
    Verb("contact.restored", "Contact restauré", "arrow-back-up", "vert"),
    Verb("contact.consent", "Consentement", "shield-check", "sarc", title=_consent),
)
