"""What lending gives the house."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.contacts.models import Contact
from app.core import clock
from app.core.checklist import declare_step
from app.core.db import db
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Counter, Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.revisions import follow
from app.core.settings import Setting, declare_settings
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.lending.models import Displacement, Loan, LoanItem
from app.lending.personal import PERSONAL
from app.lending.queries import counts, has_fleet, has_loan, loan_for_id, loans_of
from app.lending.queries.waiting import in_line
from app.lending.services import offers as offers_of
from app.lending.services.reserving import KIND, LATE_LOAN
from app.lending.states import LoanState, Tab
from app.lending.views import bp
from app.lending.views.blueprint import EDIT, OVERRIDE, SETTINGS, VIEW
from app.lending.wiring import deposits, incidents, life, offers, waiting
from app.members.queries import Block, declare_block, enabled
from app.planning.models import Booking
from app.planning.queries.words import when
from app.planning.states import BookingKind, Look, declare_kinds

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(bp)
    follow("loans", Loan, LoanItem)
    follow("displacements", Displacement)
    declare_permissions(
        Permission(VIEW, "Voir les prêts", "Prêts", (G, A, C, T)),
        Permission(EDIT, "Prêter et reprendre", "Prêts", (G, A)),
        Permission(SETTINGS, "Régler les conditions de prêt et les rappels", "Prêts", (G,)),
        Permission(OVERRIDE, "Prêter à un adhérent bloqué, en disant pourquoi", "Prêts", (G,)),
    )
    declare_kinds(
        BookingKind(KIND, "Prêt", Look.LOAN, url=_loan_page, displaced=offers_of.displaced, moved=offers_of.moved)
    )
    declare_subject(
        SubjectKind(
            "loan",
            fetch_for=loan_for_id,
            url=lambda loan: path("lending.show", number=loan.number),
            label=lambda loan: loan.number,
            contact_id=lambda loan: loan.contact_id,
            icon="arrows-exchange",
        )
    )
    declare_menu(Entry("lending", "Prêts", "arrows-exchange", "lending.index", VIEW, 40, counter=_menu_counter))
    declare_panels(
        "contact", Panel("loans", "lending/_contact_panel.html", 12, _contact_panel, VIEW, "Prêts", heavy=True)
    )
    declare_settings(Setting(LATE_LOAN, "Pas de réservation avec un prêt en retard", "bool", False, "Adhérents"))
    declare_block(LATE_LOAN, _late_loans)
    _declare_steps()
    declare_verbs(*VERBS)
    deposits.register()
    incidents.register()
    life.register()
    offers.register()
    waiting.register()


def _declare_steps() -> None:
    """Where people are members, lending comes first; elsewhere it is an extra that one finds in the menu."""
    declare_step(
        "fleet", "Entrer ce que vous prêtez", "Une fiche pour chaque exemplaire, avec son étiquette, ou un fichier à importer.",
        "assets.new", has_fleet, 82, "scan", enabled,
    )  # fmt: skip
    declare_step(
        "loan", "Faire un premier prêt", "Un emprunteur, un scan : le contrat et la caution suivent.",
        "lending.new", has_loan, 83, "arrows-exchange", enabled,
    )  # fmt: skip


def _late_loans(contact: Contact, _day: date) -> Iterable[Block]:
    """What somebody should have brought back by now."""
    query = select(Loan.number, Loan.due_at).where(
        Loan.contact_id == contact.id, Loan.state == LoanState.OUT, Loan.due_at < clock.now()
    )
    for row in db.session.execute(query.order_by(Loan.due_at)):
        day = clock.long_date(clock.local(row.due_at).date())
        reason = _("Le prêt %(number)s devait être rendu le %(day)s.", number=row.number, day=day)
        yield Block(LATE_LOAN, reason, _("Ouvrir le prêt"), path("lending.show", number=row.number))


def _number(booking: Booking) -> str | None:
    return db.session.scalar(select(Loan.number).where(Loan.id == booking.about_id))


def _loan_page(booking: Booking) -> str | None:
    number = _number(booking)
    return path("lending.show", number=number) if number else None


def _menu_counter() -> Counter:
    figures = counts()
    return Counter(figures[Tab.OUT], figures[Tab.LATE])


def _contact_panel(contact: Contact) -> dict[str, Any]:
    return {"contact": contact, "loans": loans_of(contact.id, 8), "waits": in_line({contact.id}), "when": when}


def _moved(facts: Mapping[str, Any]) -> str:
    return _("Prêt : %(state)s", state=LoanState(facts["to"]).label.lower())


def _what(facts: Mapping[str, Any]) -> str:
    return ", ".join(str(facts[key]) for key in ("what", "note") if facts.get(key))


VERBS = (
    Verb("loan.reserved", "Réservé", "calendar-check", "sarc", detail=lambda facts: str(facts.get("when", ""))),
    Verb("loan.moved", "Prêt", "arrows-exchange", "bleu", title=_moved),
    Verb("loan.handed_over", "Remis", "arrows-exchange", "bleu", detail=_what),
    Verb(
        "loan.exchanged",
        "Échangé avant la remise",
        "switch-horizontal",
        "ambre",
        detail=lambda facts: f"{facts['was']} → {facts['now']}",
    ),
    Verb("loan.back", "Rendu", "arrow-back-up", "vert", detail=_what),
    Verb("loan.extended", "Retour changé", "calendar-time", "bleu"),
    Verb(
        "loan.rescheduled", "Dates changées", "calendar-time", "bleu", detail=lambda facts: str(facts.get("when", ""))
    ),
    Verb("loan.despite", "Prêté malgré un blocage", "lock-open", "ambre", detail=lambda facts: str(facts["reason"])),
    Verb("loan.late", "En retard", "clock-exclamation", "rouge"),
)
