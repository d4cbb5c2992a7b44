"""What purchasing gives the house."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import Flask

from app.accounts.models import User
from app.accounts.queries import allowed
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.jobs import later
from app.core.menu import Counter, Entry, declare_menu
from app.core.money import euros
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.revisions import follow
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.purchasing import queries
from app.purchasing.models import Purchase, PurchaseLine
from app.purchasing.states import BillState, PurchaseState
from app.purchasing.views import bp
from app.purchasing.views.index import dashboard_panel
from app.stock.services import declare_need
from app.stock.services.hooks import declare_buying, declare_told

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"
FILL = "app.purchasing.jobs.fill_baskets"

PERMISSIONS = (
    Permission("purchase.view", "Voir les commandes fournisseurs", "Achats", (G, A, C, T, K)),
    Permission("purchase.order", "Préparer et passer une commande fournisseur", "Achats", (G, A)),
    Permission("purchase.receive", "Réceptionner une livraison", "Achats", (G, A, T)),
    Permission("bill.view", "Voir les factures fournisseurs", "Achats", (G, K)),
    Permission("bill.edit", "Enregistrer, rapprocher et payer les factures fournisseurs", "Achats", (G, K)),
)


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(bp)
    follow("purchases", Purchase, PurchaseLine)
    declare_permissions(*PERMISSIONS)
    declare_menu(
        Entry("purchases", "Achats", "truck-delivery", "purchasing.index", "purchase.view", 124, "Stock", counter=_menu_counter),
        Entry("receptions", "Réception", "package-import", "purchasing.receptions", "purchase.receive", 126, "Stock"),
        Entry("bills", "Factures reçues", "file-invoice", "purchasing.bills", "bill.view", 128, "Stock"),
    )  # fmt: skip
    declare_panels("dashboard", Panel("baskets", "purchasing/_dashboard.html", 40, dashboard_panel, "purchase.order"))
    declare_need("baskets", _short)
    declare_told("purchase", _told)
    declare_buying("purchasing.new", "purchase.order")
    _subjects()
    declare_verbs(*VERBS)


def _short(article_ids: Sequence[int]) -> None:
    """What is short is put into the baskets by a light job: a sale never waits for it."""
    if queries.needs(article_ids):
        later(FILL, list(article_ids), label=_("Paniers fournisseurs"))


def _told(user: User, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    found = queries.numbers_of(ids) if allowed(user, "purchase.view") else {}
    return {
        purchase_id: (number, path("purchasing.show", purchase_id=purchase_id)) for purchase_id, number in found.items()
    }


def _subjects() -> None:
    declare_subject(
        SubjectKind(
            "purchase",
            fetch_for=queries.purchase_for,
            url=lambda purchase: path("purchasing.show", purchase_id=purchase.id),
            label=lambda purchase: _("Commande %(number)s", number=purchase.number or _("en préparation")),
            contact_id=lambda purchase: purchase.supplier_id,
            icon="truck-delivery",
        )
    )
    declare_subject(
        SubjectKind(
            "supplier_invoice",
            fetch_for=queries.bill_for,
            url=lambda bill: path("purchasing.bill", bill_id=bill.id),
            label=lambda bill: _("Facture fournisseur %(number)s", number=bill.number),
            contact_id=lambda bill: bill.supplier_id,
            icon="file-invoice",
        )
    )


def _menu_counter() -> Counter:
    figures = queries.waiting()
    return Counter(figures.baskets, figures.late)


def _moved(facts: Mapping[str, Any]) -> str:
    return _("Commande : %(state)s", state=PurchaseState(facts["to"]).label.lower())


def _billed(facts: Mapping[str, Any]) -> str:
    return _("Facture : %(state)s", state=BillState(facts["to"]).label.lower())


def _said(facts: Mapping[str, Any]) -> str:
    told = [str(facts.get(key) or "") for key in ("note", "order", "reason", "how")]
    return " ; ".join([part for part in told if part] + list(facts.get("differences") or []))


def _paid(facts: Mapping[str, Any]) -> str:
    """How much and how: invoices paid before parts existed tell no amount."""
    amount = [euros(facts["amount"])] if facts.get("amount") is not None else []
    return " ; ".join([*amount, *filter(None, [_said(facts)])])


VERBS = (
    Verb("purchase.basket", "Panier ouvert", "shopping-cart", "gris"),
    Verb("purchase.moved", "Commande", "truck-delivery", "bleu", title=_moved, detail=_said),
    Verb("purchase.received", "Livraison reçue", "package-import", "vert", detail=_said),
    Verb(
        "purchase.line_changed", "Quantité corrigée", "pencil", "gris",
        detail=lambda facts: f"{facts.get('label', '')} : {facts.get('before', '')} → {facts.get('after', '')}",
    ),
    Verb("bill.added", "Facture reçue", "file-invoice", "bleu"),
    Verb("bill.moved", "Facture", "file-invoice", "bleu", title=_billed, detail=_paid),
    Verb("bill.part_paid", "Payée en partie", "circle-half-2", "ambre", detail=_paid),
    Verb("bill.unpaid", "Paiement annulé", "arrow-back-up", "gris", detail=_paid),
    Verb("bill.classified", "Nature de la dépense choisie", "category", "bleu", detail=lambda facts: str(facts.get("expense", ""))),
    Verb("bill.compared", "Comparée à la commande", "link", "ambre", detail=_said),
)  # fmt: skip
