"""What connections to partners give the house."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.permissions import Permission, declare_permissions
from app.core.settings_pages import declare_settings_page
from app.partners.services import kinds
from app.partners.views import bp
from app.partners.views.blueprint import MANAGE


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(bp)
    kinds.declare()
    declare_permissions(Permission(MANAGE, "Régler les connexions aux partenaires", "Réglages", ("gerant",)))
    declare_verbs(*VERBS)
    declare_settings_page(
        "accounts", "Connexions",
        "Courriel, SMS, paiements, plateforme, locations : les comptes chez vos partenaires, leur essai et leur santé.",
        "plug-connected", "partners.index", MANAGE, 70, "Messages",
    )  # fmt: skip


def _task(facts: Mapping[str, Any]) -> str:
    return str(facts["task"])


VERBS = (
    Verb("partner_account.added", "Connexion ajoutée", "plug"),
    Verb("partner_account.changed", "Connexion modifiée", "pencil"),
    Verb("partner_account.switched", "Connexion mise en service ou en pause", "power"),
    Verb("partner_account.archived", "Connexion retirée", "archive"),
    Verb("partner_account.relaunched", "Travail relancé à la main", "refresh", detail=_task),
    Verb("partner_account.replayed", "Travail repris depuis le début", "rewind-backward-5", detail=_task),
)
