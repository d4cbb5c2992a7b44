"""What payments gives the house."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Entry, declare_menu
from app.core.money import euros
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.revisions import follow
from app.payments.models import Payment
from app.payments.services import accounts
from app.payments.services.origins import settle_origin
from app.payments.states import CheckoutState, DepositState, Method, PaymentState
from app.payments.views import bp
from app.payments.views.online import webhook
from app.payments.views.panels import contact_panel, document_panel
from app.payments.wiring import settings, templates
from app.sales.services.documents import after_issue

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"

PERMISSIONS = (
    Permission("payment.view", "Voir les règlements et ce qui est dû", "Règlements", (G, A, C, K)),
    Permission("payment.receive", "Encaisser un règlement", "Règlements", (G, A, K)),
    Permission("payment.refund", "Rembourser, annuler un règlement", "Règlements", (G, K)),
    Permission("payment.bank", "Prélever, remettre en banque, rapprocher les relevés", "Règlements", (G, K)),
)


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(bp)
    app.extensions["csrf"].exempt(
        webhook
    )  # a partner has no form of ours: its signature, or reading again, stands for it
    follow("payments", Payment)
    after_issue(settle_origin)
    declare_permissions(*PERMISSIONS)
    declare_menu(Entry("payments", "Règlements", "cash", "payments.index", "payment.view", 130, "Ventes"))
    declare_panels("contact", Panel("payments", "payments/_contact_panel.html", 30, contact_panel, "payment.view"))
    declare_panels("document", Panel("payments", "payments/_document_panel.html", 10, document_panel, "payment.view"))
    declare_verbs(*VERBS)
    accounts.declare()
    settings.declare()
    templates.declare()


def _amount(facts: Mapping[str, Any]) -> str:
    means = Method(facts["method"]).label.lower() if facts.get("method") else ""
    left = _("reste %(left)s", left=euros(facts["left"])) if facts.get("left") else ""
    return ", ".join(filter(None, (euros(abs(facts["amount"])), means, left)))


def _moved(facts: Mapping[str, Any]) -> str:
    return _("Règlement : %(state)s", state=PaymentState(facts["to"]).label.lower())


def _checkout(facts: Mapping[str, Any]) -> str:
    return _("Paiement en ligne : %(state)s", state=CheckoutState(facts["to"]).label.lower())


def _deposit(facts: Mapping[str, Any]) -> str:
    return _("Caution : %(state)s", state=DepositState(facts["to"]).label.lower())


VERBS = (
    Verb("payment.received", "Encaissé", "cash", "vert", detail=_amount),
    Verb("payment.refunded", "Remboursé", "arrow-back-up", "ambre", detail=_amount),
    Verb(
        "payment.moved", "Règlement", "cash", "rouge", title=_moved, detail=lambda facts: str(facts.get("reason", ""))
    ),
    Verb("document.paid", "Règlement reçu", "cash", "vert", detail=_amount),
    Verb("document.reminded", "Relance envoyée", "bell", "ambre"),
    Verb(
        "checkout.moved",
        "Paiement en ligne",
        "credit-card",
        "bleu",
        title=_checkout,
        detail=lambda facts: str(facts.get("reason", "")),
    ),
    Verb("deposit.moved", "Caution", "lock", "bleu", title=_deposit, detail=lambda facts: str(facts.get("reason", ""))),
    Verb("deposit.asked", "Caution demandée", "lock", "gris", detail=_amount),
    Verb("deposit.renewed", "Chèque de caution renouvelé", "refresh", "bleu"),
    Verb("voucher.sold", "Bon d'achat vendu", "gift", "vert", detail=_amount),
    Verb(
        "reminder_stop.added",
        "Relances arrêtées",
        "bell-off",
        "gris",
        detail=lambda facts: str(facts.get("reason", "")),
    ),
    Verb("reminder_stop.lifted", "Relances reprises", "bell", "bleu"),
    Verb("document.unpaid", "Règlement annulé", "alert-triangle", "rouge", detail=_amount),
)
