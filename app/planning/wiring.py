"""What planning gives the house."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from app.accounts.models import User
from app.assets.models import Asset
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.revisions import follow
from app.core.settings import Setting, declare_settings
from app.core.settings_pages import declare_settings_page
from app.core.subject import subject_of
from app.planning.models import Booking, BookingRule, Closure
from app.planning.personal import PERSONAL
from app.planning.services.feeds import address_of
from app.planning.services.holds import KIND as HOLD
from app.planning.states import BookingKind, BookingState, Look, declare_kinds
from app.planning.views import bp
from app.planning.views.blueprint import EDIT, SETTINGS, VIEW

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"
ZONES = (("", "Aucune"), ("A", "Zone A"), ("B", "Zone B"), ("C", "Zone C"))


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(bp)
    follow("planning", Booking, Closure)
    follow("closures", Closure)
    follow("booking_rules", BookingRule)
    declare_permissions(
        Permission(VIEW, "Voir le planning", "Planning", (G, A, C, T)),
        Permission(EDIT, "Réserver et déplacer sur le planning", "Planning", (G, A, C, T)),
        Permission(SETTINGS, "Régler fermetures et règles de réservation", "Planning", (G,)),
    )
    declare_kinds(
        BookingKind("use", "Usage interne", Look.USE, by_hand=True),
        BookingKind("absence", "Absence", Look.USE, by_hand=True),
        BookingKind(HOLD, "En cours de choix", Look.OPTION),
    )
    declare_menu(Entry("planning", "Planning", "calendar", "planning.index", VIEW, 20))
    declare_panels("profile", Panel("agenda", "planning/_agenda.html", 40, _own_feed, VIEW, "Agenda"))
    declare_panels("asset", Panel("agenda", "planning/_agenda.html", 80, _asset_feed, EDIT, "Agenda"))
    declare_verbs(*VERBS)
    _declare_settings()


def _declare_settings() -> None:
    declare_settings(
        Setting("planning.public_holidays_off", "Fermé les jours fériés", "bool", True, "Planning"),
        Setting(
            "planning.school_zone", "Zone des vacances scolaires", "choice", "B", "Planning",
            "Le planning montre les vacances de cette zone.", choices=ZONES,
        ),
    )  # fmt: skip
    declare_settings_page(
        "closures", "Fermetures", "Congés, ponts, fermetures d'un site : le planning les montre.",
        "calendar-off", "planning.closures", SETTINGS, 46, "Métier",
    )  # fmt: skip
    declare_settings_page(
        "booking_rules", "Règles de réservation", "Préparation, délais et durées, par famille.",
        "calendar-cog", "planning.rules", SETTINGS, 47, "Métier",
    )  # fmt: skip


def _own_feed(user: User) -> dict[str, Any]:
    return {"address": address_of(subject_of(user)), "asset": None}


def _asset_feed(asset: Asset) -> dict[str, Any] | None:
    return {"address": address_of(subject_of(asset)), "asset": asset} if asset.ours else None


def _moved(facts: Mapping[str, Any]) -> str:
    return _("Réservation : %(state)s", state=BookingState(facts["to"]).label.lower())


def _label(facts: Mapping[str, Any]) -> str:
    return str(facts.get("label", ""))


VERBS = (
    Verb("booking.added", "Réservation", "calendar-plus", "sarc", detail=_label),
    Verb("booking.moved", "Réservation", "calendar", "bleu", title=_moved),
    Verb("booking.shifted", "Réservation déplacée", "calendar-time", "bleu", detail=lambda facts: str(facts["when"])),
    Verb("closure.added", "Fermeture ajoutée", "calendar-off", "ambre", detail=_label),
    Verb("closure.dropped", "Fermeture retirée", "calendar", "gris", detail=_label),
    Verb("booking_rule.changed", "Règles de réservation modifiées", "settings"),
)
