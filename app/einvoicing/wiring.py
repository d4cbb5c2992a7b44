"""What e-invoicing gives the house."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.permissions import Permission, declare_permissions
from app.core.revisions import follow
from app.einvoicing.models import EinvoiceFlow
from app.einvoicing.services import account
from app.einvoicing.states import FlowState
from app.sales.states import EinvoiceState

G, A, K = "gerant", "accueil", "comptable"

PERMISSIONS = (
    Permission("einvoice.view", "Voir la facturation électronique", "Facturation électronique", (G, A, K)),
    Permission("einvoice.send", "Déposer, relever et répondre sur la plateforme", "Facturation électronique", (G, K)),
)


def register(app: Flask) -> None:
    """Start-up."""
    app.extensions.setdefault("einvoicing", True)
    account.declare()
    follow("einvoices", EinvoiceFlow)
    declare_permissions(*PERMISSIONS)
    declare_verbs(*VERBS)


def _moved(facts: Mapping[str, Any]) -> str:
    return _(FlowState(facts["to"]).label)


def _status(facts: Mapping[str, Any]) -> str:
    known = str(facts["state"]) in EinvoiceState._value2member_map_
    return _(
        "Plateforme : %(state)s", state=(EinvoiceState(facts["state"]).label if known else str(facts["state"])).lower()
    )


def _reason(facts: Mapping[str, Any]) -> str:
    return str(facts.get("reason") or "")


VERBS = (
    Verb("einvoice.moved", "Plateforme", "cloud-upload", "gris", title=_moved, detail=_reason),
    Verb("einvoice.planned", "À déposer sur la plateforme", "cloud-upload", "gris"),
    Verb("einvoice.status", "Plateforme", "cloud-check", "bleu", title=_status, detail=_reason),
    Verb("einvoice.answered", "Réponse au fournisseur", "message-2", "bleu", title=_status, detail=_reason),
    Verb("einvoice.again", "Transmission demandée de nouveau", "reload", "gris"),
)
