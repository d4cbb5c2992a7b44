"""Stays in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.concierge.models import Stay
from app.concierge.services.told import DAYS, MONEY
from app.concierge.states import StayState
from app.core import clock
from app.core.i18n import _
from app.core.money import euros

#: Fields as the pages name them.
LABELS = {
    "state": "État", "channel": "Plateforme", "arrival": "Arrivée", "departure": "Départ", "guest": "Voyageur", "email": "Courriel",
    "phone": "Téléphone", "adults": "Adultes", "children": "Enfants", "rent": "Loyer", "cleaning": "Ménage", "linen": "Linge",
    "tourist_tax": "Taxe de séjour", "platform": "Commission de la plateforme", "refund": "Remboursé au voyageur",
    "deposit_kept": "Caution retenue", "cleaning_cost": "Coût du ménage", "linen_cost": "Coût du linge", "lodging": "Logement",
    "lodging_id": "Logement", "reference": "Référence",
}  # fmt: skip
CENTS = frozenset({*MONEY, "refund", "deposit_kept", "cleaning_cost", "linen_cost"})


def shown(name: str, value: Any) -> str:
    """A field's value (of the stay, or as JSON keeps it) as people read it."""
    if value is None or value == "":
        return _("non dit") if name in CENTS else _("vide")
    if name in CENTS:
        return euros(value)
    if name in DAYS:
        return clock.table_date(value if isinstance(value, date) else date.fromisoformat(value))
    return StayState(value).label if name == "state" else str(value)


def change_words(facts: Mapping[str, Any]) -> str:
    """« Loyer : 430 € → 400 € ; Voyageur »."""
    parts = []
    for name, (before, after) in facts.get("changes", {}).items():
        label = _(LABELS.get(name, name))
        if name in ("guest", "email", "phone", "lodging_id"):
            parts.append(label)
        else:
            parts.append(f"{label} : {shown(name, before)} → {shown(name, after)}")
    return ", ".join(parts)


def stay_title(stay: Stay) -> str:
    """« Anne Dupont, 3 au 7 octobre »."""
    who = stay.guest or stay.state.label
    return _(
        "%(who)s, du %(first)s au %(last)s",
        who=who, first=clock.card_date(stay.arrival), last=clock.card_date(stay.departure),
    )  # fmt: skip
