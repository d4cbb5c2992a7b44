"""What lodgings and mandates give the house: menu, search, subjects, panels of the asset and of the contact, first steps."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_login import current_user
from sqlalchemy import select

from app.accounts.queries import allowed
from app.assets.models import Asset
from app.concierge.models import Lodging, MandateOwner, RentalMandate
from app.concierge.queries import lodgings as queries
from app.concierge.queries.mandates import mandate_for
from app.concierge.views.blueprint import VIEW
from app.contacts.models import Contact
from app.core.checklist import declare_step
from app.core.db import db
from app.core.menu import Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.partners import account_for
from app.core.search import Document, Quoted, Source, declare_source
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path


def declare() -> None:
    """Start-up."""
    declare_menu(Entry("concierge", "Conciergerie", "key", "concierge.home", VIEW, 42, shown=_shown))
    declare_panels("asset", Panel("lodging", "concierge/_asset_panel.html", 5, _asset_panel, VIEW, "Logement"))
    declare_panels(
        "contact", Panel("lodgings", "concierge/_contact_panel.html", 6, _contact_panel, VIEW, "Logements et mandats")
    )
    _subjects()
    _search()
    declare_step(
        "lodging", "Ajouter un premier logement", "Son adresse, son numéro d'enregistrement, son propriétaire.",
        "concierge.lodging_new", queries.any_lodging, 85, "home-plus", queries.active,
    )  # fmt: skip
    declare_step(
        "rental_mandate", "Inscrire un premier mandat", "Qui vous confie le logement, et à quelles conditions.",
        "concierge.lodgings", queries.any_mandate, 86, "file-certificate", queries.active,
    )  # fmt: skip
    declare_step(
        "smoobu", "Relier Smoobu", "Les séjours des plateformes arrivent d'eux-mêmes ; sinon, un calendrier ou un fichier.",
        "partners.choose", lambda: account_for("smoobu") is not None, 87, "plug", queries.active,
    )  # fmt: skip


def _shown() -> bool:
    return queries.active() and allowed(current_user, VIEW)


def _asset_panel(unit: Asset) -> dict[str, Any] | None:
    lodging = db.session.scalars(select(Lodging).where(Lodging.asset_id == unit.id)).one_or_none() if _shown() else None
    return {"lodging": lodging, "running": queries.running_of([lodging.id]).get(lodging.id)} if lodging else None


def _contact_panel(contact: Contact) -> dict[str, Any] | None:
    found = queries.entrusted_by([contact.id]).get(contact.id) if queries.active() else None
    return {"lodgings": found} if found else None


def _subjects() -> None:
    declare_subject(
        SubjectKind(
            "lodging", queries.lodging_for, lambda row: path("concierge.lodging", lodging_id=row.id), lambda row: row.asset.label, icon="home",
        )
    )  # fmt: skip
    declare_subject(
        SubjectKind(
            "rental_mandate", mandate_for, lambda row: path("concierge.mandate", mandate_id=row.id), lambda row: row.number,
            contact_id=lambda row: row.owners[0].contact_id if row.owners else None, icon="file-certificate",
        )
    )  # fmt: skip


def _search() -> None:
    declare_source(
        Source(
            "lodging", Lodging, _document, "home", "Logements", "concierge.lodging", "lodging_id", VIEW,
            documents=_documents,
            quotes=(
                Quoted(Asset, ("label",), lambda ids: select(Lodging.id).where(Lodging.asset_id.in_(ids))),
                Quoted(RentalMandate, ("number",), lambda ids: select(RentalMandate.lodging_id).where(RentalMandate.id.in_(ids))),
                Quoted(MandateOwner, ("contact_id",), lambda ids: _entrusted(MandateOwner.id.in_(ids))),
                Quoted(Contact, ("name",), lambda ids: _entrusted(MandateOwner.contact_id.in_(ids))),
            ),
        )
    )  # fmt: skip


def _entrusted(condition: Any) -> Any:
    query = select(RentalMandate.lodging_id).join(MandateOwner, MandateOwner.mandate_id == RentalMandate.id)
    return query.where(condition)


def _document(lodging: Lodging) -> Document | None:
    return next((found for _id, found in _documents([lodging.id])), None)


def _documents(ids: Sequence[int]) -> Iterator[tuple[int, Document]]:
    """Found by its name, its town, its registration number, its owners and its mandates."""
    said: dict[int, list[str]] = {}
    rows = (
        select(RentalMandate.lodging_id, RentalMandate.number, Contact.name)
        .join(MandateOwner, MandateOwner.mandate_id == RentalMandate.id)
        .join(Contact, Contact.id == MandateOwner.contact_id)
        .where(RentalMandate.lodging_id.in_(ids))
    )
    for lodging_id, number, name in db.session.execute(rows):
        said.setdefault(lodging_id, []).extend((number, name))
    query = select(Lodging.id, Asset.label, Lodging.town, Lodging.postcode, Lodging.registration, Lodging.address)
    for key, label, town, *words in db.session.execute(
        query.join(Asset, Asset.id == Lodging.asset_id).where(Lodging.id.in_(ids))
    ):
        yield key, Document(str(key), label, town, (town, *words, *said.get(key, ())))
