"""What personal data gives the house."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Flask

from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core.db import db
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.law import MONTHS, Known, LegalAmount, declare_law
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import (
    ACCOUNTING,
    CONNECTIONS,
    CONTRACTS,
    LEFTOVERS,
    PROSPECTS,
    declare_erased,
    declare_outdated,
    declare_personal,
)
from app.core.settings import Setting, declare_settings
from app.core.settings_pages import declare_settings_page
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.privacy.commands import privacy
from app.privacy.models import PrivacyRequest
from app.privacy.personal import CALLS, DRAFTS, PERSONAL
from app.privacy.queries import erased_ids
from app.privacy.services.retention import ON
from app.privacy.states import RequestKind, Rule
from app.privacy.views import bp
from app.privacy.views.blueprint import RIGHT

GROUP, READ = "Conservation des données personnelles", date(2026, 11, 22)
LAW = (
    LegalAmount(
        PROSPECTS, "Garder une personne sans contrat", MONTHS, GROUP,
        (Known(date(2022, 2, 3), 36, "CNIL, référentiel « gestion commerciale », 3 février 2022", READ),),
        "Depuis leur dernier signe.",
    ),
    LegalAmount(
        CONTRACTS, "Garder un ancien client ou adhérent", MONTHS, GROUP,
        (Known(date(2008, 6, 19), 60, "C. civ., art. 2224 : prescription de cinq ans", READ),),
        "Depuis leur dernier contrat.",
    ),
    LegalAmount(
        ACCOUNTING, "Garder une pièce comptable", MONTHS, GROUP,
        (Known(date(2000, 9, 21), 120, "C. com., art. L123-22 : dix ans", READ),),
    ),
    LegalAmount(
        CONNECTIONS, "Garder une connexion", MONTHS, GROUP,
        (Known(date(2021, 10, 14), 12, "CNIL, recommandation « journalisation », 14 octobre 2021", READ),),
    ),
    LegalAmount(
        LEFTOVERS, "Garder un brouillon, un fichier importé", MONTHS, GROUP,
        (Known(date(2018, 5, 25), 3, "RGPD, art. 5.1 e : pas plus que nécessaire", READ),),
    ),
)  # fmt: skip


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(bp)
    app.cli.add_command(privacy)
    declare_permissions(
        Permission(RIGHT, "Donner, conserver et effacer les données personnelles", "Données personnelles", ("gerant",))
    )
    declare_settings(
        Setting(ON, "Effacer chaque nuit, pour les durées qui ont été relues", "text", "", ""),
    )
    declare_law(*LAW)
    declare_erased(erased_ids)
    declare_personal(*PERSONAL)
    declare_outdated(DRAFTS, CALLS)
    declare_settings_page(
        "privacy", "Données personnelles", "Conservation, demandes des personnes, registre des traitements, effacements.",
        "shield-lock", "privacy.index", RIGHT, 70,
    )  # fmt: skip
    declare_subject(
        SubjectKind(
            PrivacyRequest.__kind__,
            lambda user, request_id: db.session.get(PrivacyRequest, request_id) if allowed(user, RIGHT) else None,
            lambda row: path("privacy.contact_page", contact_id=row.contact_id),
            lambda row: row.kind.label,
            lambda row: row.contact_id,
            "shield-lock",
        )
    )
    declare_panels("contact", Panel("privacy", "privacy/_panel.html", 90, _panel, RIGHT, "Données personnelles"))
    declare_verbs(*VERBS)


def _panel(contact: Contact) -> dict[str, Any]:
    return {"contact": contact}


def _kind(facts: Mapping[str, Any]) -> str:
    return RequestKind(facts["kind"]).label


def _rule(facts: Mapping[str, Any]) -> str:
    return _(
        "%(why)s : %(rows)s lignes, %(files)s fichiers",
        why=Rule(facts["rule"]).label,
        rows=facts["rows"],
        files=facts["files"],
    )


VERBS = (
    Verb("privacy.asked", "Demande sur ses données", "shield-lock", "sarc", detail=_kind),
    Verb("privacy.answered", "Demande répondue", "shield-check", "vert", detail=_kind),
    Verb("privacy.exported", "Données exportées", "download", "bleu"),
    Verb("privacy.erased", "Personne effacée", "eraser", "rouge", detail=_rule),
    Verb("privacy.held", "Mis à l'écart des règles", "lock", "ambre", detail=lambda facts: str(facts["reason"])),
    Verb("privacy.released", "Règles appliquées de nouveau", "lock-open", "gris"),
)
