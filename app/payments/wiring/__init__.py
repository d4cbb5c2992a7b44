"""What payments gives the house."""

from flask import Flask

from app.core.history import declare_verbs
from app.core.menu import Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.revisions import follow
from app.core.settings_pages import declare_settings_page
from app.payments.models import Payment
from app.payments.personal import PERSONAL
from app.payments.services import accounts
from app.payments.services.intake import keep_paid_in, paid_before, settle_at_issue
from app.payments.services.origins import settle_origin
from app.payments.services.thirds import forgive_credited
from app.payments.views import bp
from app.payments.views.online import webhook
from app.payments.views.panels import bill_panel, client_panel, contact_panel, document_panel, ticket_panel
from app.payments.wiring import search, settings, templates, verbs
from app.sales.services.documents import after_issue
from app.sales.services.facturx.shape import paid_before as declare_paid_before
from app.tickets.services import after_paid_in

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"

PERMISSIONS = (
    Permission("payment.view", "Voir les règlements et ce qui est dû", "Règlements", (G, A, C, K)),
    Permission("payment.receive", "Encaisser un règlement", "Règlements", (G, A, K)),
    Permission("payment.refund", "Rembourser, annuler un règlement", "Règlements", (G, K)),
    Permission("payment.bank", "Prélever, remettre en banque, rapprocher les relevés", "Règlements", (G, K)),
)


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(bp)
    app.extensions["csrf"].exempt(
        webhook
    )  # a partner has no form of ours: its signature, or reading again, stands for it
    follow("payments", Payment)
    after_issue(settle_origin)
    after_issue(forgive_credited)
    after_issue(settle_at_issue)
    declare_paid_before(paid_before)
    after_paid_in(keep_paid_in)
    declare_permissions(*PERMISSIONS)
    declare_menu(Entry("payments", "Règlements", "cash", "payments.index", "payment.view", 130, "Ventes"))
    declare_panels("contact", Panel("payments", "payments/_contact_panel.html", 30, contact_panel, "payment.view"))
    declare_panels("document", Panel("payments", "payments/_document_panel.html", 10, document_panel, "payment.view"))
    declare_panels("ticket.main", Panel("payments", "payments/_ticket_panel.html", 45, ticket_panel, "payment.view"))
    declare_panels("bill", Panel("payments", "payments/_bill_panel.html", 20, bill_panel, "payment.bank"))
    declare_verbs(*verbs.VERBS)
    declare_settings_page(
        "payments.bank_account", "Compte bancaire", "L'IBAN de vos factures, et l'identifiant qui permet de prélever.", "building-bank",
        "payments.bank_account", "payment.bank", 65, "Métier",
    )  # fmt: skip
    declare_panels("document.client", Panel("pay", "payments/_client_pay.html", 10, client_panel))
    search.declare()
    accounts.declare()
    settings.declare()
    templates.declare()
