"""What e-invoicing gives the house."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.law import EUROS, Known, LegalAmount, declare_law
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.revisions import follow
from app.core.settings import Setting, declare_settings
from app.core.settings_pages import declare_settings_page
from app.einvoicing.models import EinvoiceFlow
from app.einvoicing.queries import duties
from app.einvoicing.queries.periods import DEADLINES
from app.einvoicing.services import account
from app.einvoicing.states import FlowState
from app.einvoicing.views import bp
from app.einvoicing.views.blueprint import SEND, VIEW
from app.einvoicing.views.panels import bill_panel, dashboard_panel, document_panel
from app.sales.states import EinvoiceState

G, A, K = "gerant", "accueil", "comptable"
GROUP = "Obligations de facturation"
NAME = "Facturation électronique"

PERMISSIONS = (
    Permission(VIEW, "Voir la facturation électronique", NAME, (G, A, K)),
    Permission(SEND, "Déposer, relever et répondre sur la plateforme", NAME, (G, K)),
)
FINES = (
    (duties.FINE_INVOICE, "Amende par facture hors plateforme", 5_000),
    (duties.FINE_REPORT, "Amende par déclaration manquante", 50_000),
    (duties.FINE_MOST, "Amendes d'une année, au plus, de chaque sorte", 1_500_000),
    (duties.FINE_PLATFORM, "Amende sans plateforme, après mise en demeure", 50_000),
    (duties.FINE_QUARTER, "Amende sans plateforme, par trimestre ensuite", 100_000),
)
LAW = tuple(
    LegalAmount(
        key, label, EUROS, GROUP, (Known(date(2026, 9, 1), cents, "Loi de finances pour 2026", date(2026, 11, 21)),)
    )
    for key, label, cents in FINES
)


def _dates(value: Any) -> str | None:
    try:
        for text in value.values():
            duties.read_day(str(text))
    except ValueError:
        return _("Écrivez chaque date ainsi : 01/09/2027.")
    return None


def _days(value: Any) -> str | None:
    right = all(str(text).strip().isdigit() and 1 <= int(text) <= 31 for text in value.values())
    return None if right else _("Donnez des nombres de jours entre 1 et 31.")


SETTINGS = (
    Setting(
        duties.SIZE, "Taille de l'entreprise", "choice", duties.SMALL, GROUP, "Elle décide de la date à laquelle vous devez émettre.",
        choices=((duties.SMALL, "PME ou microentreprise"), (duties.LARGE, "Grande entreprise ou taille intermédiaire")),
    ),
    Setting(
        duties.RHYTHM, "Régime de TVA, pour les déclarations de ventes", "choice", duties.TENDAYS, GROUP,
        "Sans effet en franchise en base : tous les deux mois.",
        choices=((duties.TENDAYS, "Réel normal, mensuel"), (duties.MONTH, "Réel normal, trimestriel"), (duties.SIMPLIFIED, "Réel simplifié")),
    ),
    Setting(
        duties.ASSOCIATION, "Association : activités soumises à la TVA", "choice", duties.OUTSIDE, GROUP,
        "Au-dessus du seuil de la franchise des activités lucratives, changez plutôt le régime de TVA de l'organisation.",
        choices=((duties.OUTSIDE, "Aucune"), (duties.ACCESSORY, "Accessoires, sous le seuil")),
    ),
    Setting(
        duties.DATES, "Dates de la réforme", "json", {"receive": "01/09/2026", "issue_large": "01/09/2026", "issue_small": "01/09/2027"}, GROUP,
        "Celles de la loi à la fin de 2026 ; changez-les si elle change.",
        choices=(("receive", "Recevoir"), ("issue_large", "Émettre et déclarer, grandes entreprises et ETI"), ("issue_small", "Émettre et déclarer, PME et microentreprises")),
        check=_dates,
    ),
    Setting(
        DEADLINES, "Délais des déclarations", "json", {"tendays": "10", "month": "10", "simplified": "30", "franchise": "30"}, GROUP,
        "Le jour du mois suivant ; pour les ventes déclarées tous les dix jours, le nombre de jours après la décade.",
        choices=(
            ("tendays", "Ventes de la décade (jours après)"), ("month", "Réel normal (jour du mois)"), ("simplified", "Réel simplifié (jour du mois)"),
            ("franchise", "Franchise en base (jour du mois)"),
        ),
        check=_days,
    ),
)  # fmt: skip


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(bp)
    account.declare()
    declare_law(*LAW)
    follow("einvoices", EinvoiceFlow)
    declare_permissions(*PERMISSIONS)
    declare_settings(*SETTINGS)
    declare_verbs(*VERBS)
    declare_panels(
        "document", Panel("einvoice", "einvoicing/_document_panel.html", 30, document_panel, "invoice.view", NAME)
    )
    declare_panels("bill", Panel("einvoice", "einvoicing/_bill_panel.html", 10, bill_panel, "bill.view", NAME))
    declare_panels("dashboard", Panel("einvoicing", "einvoicing/_dashboard.html", 12, dashboard_panel, VIEW, NAME))
    declare_settings_page(
        "einvoicing", NAME, "Ce qui est dû et quand, votre plateforme, ce qui attend, ce qui est refusé.", "file-export",
        "einvoicing.index", VIEW, 25,
    )  # fmt: skip


def _moved(facts: Mapping[str, Any]) -> str:
    return _(FlowState(facts["to"]).label)


def _status(facts: Mapping[str, Any]) -> str:
    known = str(facts["state"]) in EinvoiceState._value2member_map_
    return _(
        "Plateforme : %(state)s", state=(EinvoiceState(facts["state"]).label if known else str(facts["state"])).lower()
    )


def _answer(facts: Mapping[str, Any]) -> str:
    return _("Réponse au fournisseur : %(state)s", state=EinvoiceState(facts["state"]).label.lower())


def _reason(facts: Mapping[str, Any]) -> str:
    return str(facts.get("reason") or "")


VERBS = (
    Verb("einvoice.moved", "Plateforme", "cloud-upload", "gris", title=_moved, detail=_reason),
    Verb("einvoice.planned", "À déposer sur la plateforme", "cloud-upload", "gris"),
    Verb("einvoice.status", "Plateforme", "cloud-check", "bleu", title=_status, detail=_reason),
    Verb("einvoice.answered", "Réponse au fournisseur", "message-2", "bleu", title=_answer, detail=_reason),
    Verb("einvoice.again", "Transmission demandée de nouveau", "reload", "gris"),
)
