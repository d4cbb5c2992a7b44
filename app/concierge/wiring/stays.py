"""What stays give the house: bars on the planning, verbs of their history, hours, who may see one."""

from collections.abc import Mapping
from typing import Any

from app.accounts.models import User
from app.accounts.queries import allowed
from app.concierge.models import Stay
from app.concierge.queries.stays import stay_by_id
from app.concierge.services import guests, slots, sources
from app.concierge.views.blueprint import VIEW
from app.concierge.views.words import change_words, stay_title
from app.concierge.wiring.settings import GROUP
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.settings import Setting, declare_settings
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.planning.models import Booking
from app.planning.states import BookingKind, Look, declare_kinds, declare_watcher

Facts = Mapping[str, Any]


def declare() -> None:
    """Start-up."""
    declare_kinds(
        BookingKind(slots.STAY, "Séjour", Look.LOAN, url=_page, moved=slots.moved),
        BookingKind(slots.BLOCK, "Logement bloqué", Look.USE, url=_page, moved=slots.moved),
    )
    declare_watcher(slots.look_again)
    sources.declare()
    declare_settings(
        Setting(
            slots.ARRIVAL_HOUR, "Heure d'arrivée des voyageurs", "int", 16, GROUP,
            "Le planning montre le logement pris à partir de cette heure, le jour de l'arrivée.", check=_hour,
        ),
        Setting(
            slots.DEPARTURE_HOUR, "Heure de départ des voyageurs", "int", 10, GROUP,
            "Le planning montre le logement libre à partir de cette heure, le jour du départ.", check=_hour,
        ),
        Setting(
            guests.MONTHS, "Oublier les voyageurs après (mois)", "int", 36, GROUP,
            "Nom, courriel et téléphone sont effacés ce nombre de mois après le départ ; le séjour et ses montants restent.", check=_months,
        ),
    )  # fmt: skip
    declare_subject(
        SubjectKind(
            "stay", fetch_for=_seen_by, url=lambda stay: path("concierge.stay", stay_id=stay.id), label=stay_title, icon="bed",
        )
    )  # fmt: skip
    _verbs()


def _page(booking: Booking) -> str | None:
    return path("concierge.stay", stay_id=booking.about_id) if booking.about_kind == Stay.__kind__ else None


def _hour(value: Any) -> str | None:
    return None if 0 <= int(value) <= 23 else _("Donnez une heure entre 0 et 23.")


def _months(value: Any) -> str | None:
    return None if 1 <= int(value) <= 120 else _("Donnez un nombre de mois entre 1 et 120.")


def _seen_by(user: User, stay_id: int) -> Stay | None:
    return stay_by_id(stay_id) if allowed(user, VIEW) else None


def _verbs() -> None:
    declare_verbs(
        Verb("stay.received", "Séjour reçu de la plateforme", "cloud-download", "bleu", detail=_channel),
        Verb("stay.changed", "La plateforme l'a modifié", "refresh", "bleu", detail=change_words),
        Verb("stay.vanished", "N'est plus chez la plateforme : annulé", "circle-x", "rouge", detail=change_words),
        Verb("stay.added", "Séjour ajouté à la main", "plus", "vert", detail=_channel),
        Verb("stay.corrected", "Corrigé", "pencil", "ambre", detail=_corrected),
        Verb("stay.heard", "La valeur de la plateforme est reprise", "arrow-back-up", "bleu", detail=change_words),
        Verb("stay.kept", "La correction est maintenue", "pencil-check", "ambre"),
        Verb(
            "stay.excluded", "Mis de côté", "player-pause", "ambre", detail=lambda facts: str(facts.get("reason", ""))
        ),
        Verb("stay.included", "Compté de nouveau", "player-play", "vert"),
        Verb("stay_source.linked", "Logement relié", "link", "bleu"),
    )


def _channel(facts: Facts) -> str:
    return str(facts.get("channel", ""))


def _corrected(facts: Facts) -> str:
    return " ; ".join(part for part in (change_words(facts), str(facts.get("reason", ""))) if part)
