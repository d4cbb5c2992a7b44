"""What stock gives the house."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Counter, Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.revisions import follow
from app.stock.models import StockReservation
from app.stock.queries import low_count
from app.stock.states import CountState, ReservationState
from app.stock.views import bp
from app.stock.views.article import article_panel, ticket_panel

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"

PERMISSIONS = (
    Permission("stock.view", "Voir le stock", "Stock", (G, A, C, T, K)),
    Permission("stock.move", "Entrer, transférer et mettre au rebut", "Stock", (G, A, T)),
    Permission("stock.count", "Faire un inventaire", "Stock", (G, A, T)),
)


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(bp)
    follow("stock", StockReservation)
    declare_permissions(*PERMISSIONS)
    declare_menu(Entry("stock", "Stock", "packages", "stock.index", "stock.view", 120, "Stock", counter=_menu_counter))
    declare_panels("article", Panel("stock", "stock/_article_panel.html", 10, article_panel, "stock.view", "Stock"))
    declare_panels("ticket.main", Panel("parts", "stock/_ticket_panel.html", 30, ticket_panel, "stock.view", "Pièces"))
    declare_verbs(*VERBS)


def _menu_counter() -> Counter:
    return Counter(0, low_count())


def _reservation(facts: Mapping[str, Any]) -> str:
    return _("Réservation : %(state)s", state=ReservationState(facts["to"]).label.lower())


def _counted(facts: Mapping[str, Any]) -> str:
    return _("Inventaire : %(state)s", state=CountState(facts["to"]).label.lower())


VERBS = (
    Verb("stock.reservation_moved", "Réservation", "lock", "bleu", title=_reservation),
    Verb("stock.count_opened", "Inventaire commencé", "clipboard-list", "bleu"),
    Verb("stock.count_moved", "Inventaire", "clipboard-check", "ambre", title=_counted),
    Verb("stock_place.added", "Lieu ajouté", "plus", "vert", detail=lambda facts: str(facts.get("name", ""))),
)
