"""What tickets give the house."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from flask import Flask
from flask_login import current_user
from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import User
from app.accounts.states import Role
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db
from app.core.menu import Counter, Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.search import Document, Quoted, Source, declare_source
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.planning.models import Booking
from app.planning.queries.bars import declare_marks
from app.planning.states import BookingKind, Look, declare_kinds, declare_watcher
from app.stock.services.hooks import Holder, declare_holder, declare_told
from app.tickets.models import Ticket
from app.tickets.personal import PERSONAL
from app.tickets.queries import counts, noun, word
from app.tickets.queries.known import tickets_of
from app.tickets.queries.load import work_in_hand
from app.tickets.queries.one import ticket_for_id, visible
from app.tickets.services.parts import parts_arrived, used_parts_allowed
from app.tickets.services.repairs import moved_by_hand, watch
from app.tickets.views import bp
from app.tickets.wiring import settings, templates, verbs

G, A, C, T, R, K = (
    role.value for role in (Role.MANAGER, Role.DESK, Role.SALES, Role.TECHNICIAN, Role.REPAIRER, Role.ACCOUNTANT)
)


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(bp)
    app.jinja_env.globals.update(mot_etat=word)
    declare_permissions(*PERMISSIONS)
    declare_subject(
        SubjectKind(
            "ticket",
            fetch_for=ticket_for_id,
            url=lambda ticket: path("tickets.show", number=ticket.number),
            label=lambda ticket: f"{ticket.number} {ticket.title}",
            contact_id=lambda ticket: ticket.contact_id,
            icon="tool",
        )
    )
    _declare_search()
    declare_menu(
        Entry("tickets", "Réparations", "layout-kanban", "tickets.index", "ticket.view", 30, counter=_menu_counter)
    )
    declare_panels(
        "contact", Panel("tickets", "tickets/contact_panel.html", 10, _contact_panel, "ticket.view", "Réparations")
    )
    declare_kinds(
        BookingKind("loaner", "Prêt d'atelier", Look.LOAN, url=_ticket_page),
        BookingKind("maintenance", "Réparation", Look.REPAIR, url=_ticket_page, moved=moved_by_hand),
    )
    declare_watcher(watch)
    declare_marks(work_in_hand)
    declare_told("ticket", _told)
    declare_holder(Holder("ticket", arrived=parts_arrived, used_allowed=used_parts_allowed))
    settings.declare()
    verbs.declare()
    templates.declare()


def _declare_search() -> None:
    declare_source(
        Source(
            "ticket",
            Ticket,
            _document,
            "tool",
            "Réparations",
            "tickets.show",
            "number",
            "ticket.view",
            watch=("title", "contact_id", "asset_id", "external_ref"),
            scope=_seen_by,
            documents=_documents,
            quotes=(
                Quoted(Contact, ("name", "phone", "email"), lambda ids: _having(Ticket.contact_id, ids)),
                Quoted(Asset, ("serial", "brand"), lambda ids: _having(Ticket.asset_id, ids)),
            ),
        )
    )


PERMISSIONS = (
    Permission("ticket.view", "Voir les dossiers", "Réparations", (G, A, C, T, R, K)),
    Permission("ticket.create", "Prendre en charge (bon d'entrée)", "Réparations", (G, A, C, T)),
    Permission("ticket.edit", "Corriger un dossier, l'attribuer", "Réparations", (G, A, T)),
    Permission("ticket.work", "Travailler sur un dossier (bon d'intervention)", "Réparations", (G, T, R)),
    Permission("ticket.hand_over", "Remettre au client (bon de sortie)", "Réparations", (G, A, C, T)),
    Permission("ticket.ship", "Expédier (bon d'expédition)", "Réparations", (G, T)),
    Permission("ticket.statistics", "Voir les statistiques de l'atelier", "Réparations", (G, A, C, T)),
    Permission("ticket.money", "Voir les montants de l'atelier", "Réparations", (G, K)),
)


def _ticket_page(booking: Booking) -> str | None:
    number = db.session.scalar(select(Ticket.number).where(Ticket.id == booking.about_id))
    return path("tickets.show", number=number) if number and booking.about_kind == "ticket" else None


def _menu_counter() -> Counter:
    figures = counts(current_user)
    return Counter(figures.open, figures.late)


def _contact_panel(contact: Contact) -> dict[str, Any]:
    return {"tickets": tickets_of(current_user, contact.id)}


def _told(user: User, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    rows = db.session.execute(select(Ticket.id, Ticket.number, Ticket.title).where(Ticket.id.in_(ids), visible(user)))
    return {row.id: (f"{row.number} {row.title}", path("tickets.show", number=row.number)) for row in rows}


def _seen_by(user: User) -> Select[int] | None:
    return select(Ticket.id).where(visible(user)) if user.role == Role.REPAIRER else None


def _having(column: InstrumentedAttribute[int | None], ids: Sequence[int]) -> Select[int]:
    return select(Ticket.id).where(column.in_(ids))


def _document(ticket: Ticket) -> Document:
    contact = db.session.get(Contact, ticket.contact_id) if ticket.contact_id else None
    asset = db.session.get(Asset, ticket.asset_id) if ticket.asset_id else None
    whose = (contact.name, contact.phone, contact.email) if contact else (None, None, None)
    what = (asset.serial, asset.brand) if asset else (None, None)
    return _found(ticket.number, ticket.title, ticket.source_ref, ticket.external_ref, *whose, *what)


def _documents(ids: Sequence[int]) -> Iterator[tuple[int, Document]]:
    query = (
        select(
            Ticket.id, Ticket.number, Ticket.title, Ticket.source_ref, Ticket.external_ref,
            Contact.name, Contact.phone, Contact.email, Asset.serial, Asset.brand,
        )
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .outerjoin(Asset, Asset.id == Ticket.asset_id)
        .where(Ticket.id.in_(ids))
    )  # fmt: skip
    for ticket_id, *values in db.session.execute(query):
        yield ticket_id, _found(*values)


def _found(
    number: str, title: str, source_ref: str | None, external_ref: str, client: str | None, *more: str | None
) -> Document:
    return Document(
        reference=number,
        label=f"{number} {title}",
        detail=client or noun().singular,
        words=(source_ref, external_ref, *more),
    )
