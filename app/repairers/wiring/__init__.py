"""What outside repairers give the house."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask_login import current_user

from app.accounts.models import User
from app.accounts.queries import allowed
from app.core import clock
from app.core.checklist import declare_step
from app.core.menu import Counter, Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.revisions import follow
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.planning.queries.bars import Mark, declare_marks
from app.planning.states import Look
from app.repairers import queries, services
from app.repairers.models import Repairer
from app.repairers.personal import PERSONAL
from app.repairers.queries import jobs
from app.repairers.states import Tab
from app.repairers.views import bp
from app.repairers.views.blueprint import MANAGE, OWN, SHARE
from app.repairers.views.mine_repair import header_panel, own_panel
from app.repairers.views.ticket import asset_panel, share_panel
from app.repairers.wiring import settings, templates, verbs
from app.tickets.services.hooks import declare_told

G, A, R = "gerant", "accueil", "reparateur"


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(bp)
    follow("repairers", Repairer)
    declare_permissions(
        Permission(MANAGE, "Régler les réparateurs extérieurs", "Réparateurs extérieurs", (G,)),
        Permission(SHARE, "Confier et partager les réparations", "Réparateurs extérieurs", (G, A)),
        Permission(OWN, "Voir son espace de réparateur", "Réparateurs extérieurs", (G, R)),
    )
    declare_menu(
        Entry("sharing", "Partage", "users", "repairers.sharing", SHARE, 34, counter=_to_share, shown=_shares),
        Entry("my_repairs", "Mes réparations", "tool", "repairers.my_work", OWN, 5, counter=_own, shown=_has_space, short="À faire"),
        Entry("my_weeks", "Mon planning", "calendar", "repairers.my_weeks", OWN, 6, shown=_has_space, short="Planning"),
        Entry("my_bills", "Mes factures", "file-invoice", "repairers.my_bills", OWN, 7, shown=_has_space, short="Factures"),
    )  # fmt: skip
    declare_panels("ticket.main", Panel("repairer", "repairers/_ticket_panel.html", 5, share_panel, SHARE))
    declare_panels("ticket.top", Panel("own_repair", "repairers/_own_panel.html", 4, own_panel, OWN))
    declare_panels("ticket.header", Panel("own_repair", "repairers/_own_header.html", 4, header_panel, OWN))
    declare_panels(
        "asset", Panel("repairs", "repairers/_asset_panel.html", 40, asset_panel, "ticket.view", "Réparations")
    )
    declare_step(
        "repairer", "Ajouter un réparateur extérieur", "Ce qu'il répare, ses heures : les réparations lui sont proposées.",
        "repairers.new", lambda: bool(queries.names()), 84, "user-plus", queries.active,
    )  # fmt: skip
    declare_marks(_coming)
    declare_told(taken_in=services.taken_in, assigned=services.changed_hands)
    _declare_subject()
    settings.declare()
    verbs.declare()
    templates.declare()


def _declare_subject() -> None:
    declare_subject(
        SubjectKind(
            "repairer",
            fetch_for=_seen_by,
            url=lambda repairer: path("repairers.show", repairer_id=repairer.id),
            label=lambda repairer: repairer.contact.name,
            contact_id=lambda repairer: repairer.contact_id,
            icon="tool",
        )
    )


def _seen_by(user: User, repairer_id: int) -> Repairer | None:
    """A profile, with the files of his invoices: for the manager, and for himself."""
    found = queries.repairer_by_id(repairer_id)
    own = found is not None and found.user_id == user.id
    return found if own or allowed(user, MANAGE) else None


def _shares() -> bool:
    return queries.active() and allowed(current_user, SHARE)


def _has_space() -> bool:
    return queries.active() and allowed(current_user, OWN) and queries.own_id(current_user) is not None


def _to_share() -> Counter:
    waiting, unasked = jobs.waiting_count()
    return Counter(waiting, unasked)


def _own() -> Counter:
    mine = queries.own_id(current_user)
    counts = jobs.own_counts(mine) if mine is not None else {}
    return Counter(counts.get(Tab.ACCEPTED, 0) + counts.get(Tab.IN_HAND, 0), counts.get(Tab.PROPOSED, 0))


def _coming(people: Sequence[int], start: datetime, end: datetime) -> Iterator[Mark]:
    """What repairers have before them and have not begun; what is begun is shown by its ticket."""
    for row in jobs.coming(people, end) if queries.active() else ():
        begins, until = _span(row)
        if until > start and begins < end:
            yield Mark(
                f"user:{row.user_id}", begins, until, Look.OPTION if row.answered_at is None else Look.REPAIR, row.number,
                f"{row.state.label} : {row.title}", path("tickets.show", number=row.number),
            )  # fmt: skip


def _span(row: Any) -> tuple[datetime, datetime]:
    begins = (
        max(row.answered_at or row.asked_at, clock.start_of(row.earliest))
        if row.earliest
        else row.answered_at or row.asked_at
    )
    until = clock.at(row.expected_on, 18) if row.expected_on else clock.now()
    return begins, max(until, begins + timedelta(hours=1))
