"""What the chain of documents gives the house: rights, settings, words of its history, the seal's teller."""

from collections.abc import Mapping
from typing import Any

from app.core.chain import declare_sealed
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.money import euros
from app.core.permissions import Permission, declare_permissions
from app.core.revisions import follow
from app.core.settings import Setting, declare_settings
from app.sales.models import SalesDocument
from app.sales.services.documents.issuing import told
from app.sales.states import CheckState, DocumentState

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"
GROUP = "Factures"

PERMISSIONS = (
    Permission("invoice.view", "Voir les commandes et les factures", "Ventes", (G, A, C, K)),
    Permission("invoice.edit", "Préparer une commande, une livraison ou une facture", "Ventes", (G, A, C)),
    Permission("invoice.issue", "Émettre et envoyer une facture", "Ventes", (G, A, C)),
    Permission("invoice.credit", "Faire un avoir", "Ventes", (G, K)),
)


def _days(value: Any) -> str | None:
    return None if 0 <= value <= 90 else _("Donnez un délai entre 0 et 90 jours.")


SETTINGS = (
    Setting(
        "sales.invoice_days", "Délai de paiement d'un particulier (jours)", "int", 0, GROUP, "0 : à réception.", check=_days
    ),
    Setting(
        "sales.invoice_days_business", "Délai de paiement d'un professionnel (jours)", "int", 30, GROUP,
        "60 jours au plus après la facture, ou 45 jours fin de mois (art. L441-10 du code de commerce).", check=_days,
    ),
    Setting("sales.invoice_end_of_month", "Échéance d'un professionnel en fin de mois", "bool", False, GROUP),
    Setting(
        "sales.invoice_conditions", "Conditions de règlement d'une facture", "longtext",
        "Règlement par carte, espèces, chèque ou virement.", "Textes légaux",
    ),
)  # fmt: skip


def declare() -> None:
    """Start-up."""
    follow("documents", SalesDocument)
    declare_permissions(*PERMISSIONS)
    declare_settings(*SETTINGS)
    declare_sealed("sales_document", told)
    declare_verbs(*VERBS)


def _moved(facts: Mapping[str, Any]) -> str:
    number = facts.get("number")
    words = DocumentState(facts["to"]).label.lower()
    return f"{number} : {words}" if number else words.capitalize()


def _amount(facts: Mapping[str, Any]) -> str:
    return euros(facts["gross"]) if facts.get("gross") is not None else ""


def _label(facts: Mapping[str, Any]) -> str:
    return str(facts.get("label", ""))


VERBS = (
    Verb("document.drafted", "Brouillon préparé", "pencil", "gris"),
    Verb("document.moved", "Document", "file-invoice", "bleu", title=_moved, detail=_amount),
    Verb(
        "document.checked", "Contrôle", "shield-check", "vert",
        title=lambda facts: _("Contrôle : %(state)s", state=CheckState(facts["to"]).label.lower()),
    ),
    Verb("document.line_added", "Ligne ajoutée", "plus", "gris", detail=_label),
    Verb("document.line_changed", "Ligne modifiée", "pencil", "gris", detail=_label),
    Verb("document.line_removed", "Ligne retirée", "trash", "gris", detail=_label),
    Verb("document.third_party", "Part d'un tiers", "users", "bleu", detail=lambda facts: f"{_label(facts)}, {euros(facts['amount'])}"),
    Verb(
        "document.credited", "Avoir", "file-minus", "terre",
        title=lambda facts: _("Avoir %(number)s", number=facts["number"]), detail=_amount,
    ),
    Verb("document.delivered", "Livraison", "truck-delivery", "violet", detail=lambda facts: str(facts.get("number", ""))),
    Verb("document.instalment", "Échéance ajoutée", "calendar-plus", "gris", detail=_label),
    Verb("document.repeated", "Répétée", "repeat", "bleu", detail=_label),
    Verb("document.sent", "Envoyée par courriel", "send", "bleu", detail=lambda facts: str(facts.get("to", "")), for_client=True),
)  # fmt: skip
