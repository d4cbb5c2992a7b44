"""Reads of setup: the presets, what remains of the checklist, the groups of settings."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import exists, select

from app.accounts.models import User
from app.accounts.queries import organisation
from app.accounts.states import Trade
from app.contacts.models import Contact
from app.core.checklist import Step, steps
from app.core.db import db
from app.core.partners import account_for
from app.core.settings import SETTINGS, Setting, setting, stored
from app.documents.queries import SLIP_SETTING
from app.tickets.models import Ticket

PRESETS = Path(__file__).parent / "presets"
DISMISSED = "setup.dismissed"
OWN_PAGE = ("", "Comptes")
TRADES: dict[Trade, tuple[str, str]] = {
    Trade.WORKSHOP: (
        "tools",
        "Électroménager, informatique, vélos, outillage : familles, contrôles et pannes fréquentes.",
    ),
    Trade.QUALIREPAR: (
        "leaf",
        "L'atelier, avec les dix fiches métier et leurs points de contrôle à aligner sur les vôtres.",
    ),
    Trade.SCHOOL: (
        "music",
        "Familles d'instruments, états au départ et au retour, loyer, caution et retards des prêts, adhésion.",
    ),
    Trade.POOL: ("pool", "Bassins, filtration, analyses de l'eau et questions d'après-vente."),
    Trade.CONCIERGE: (
        "key",
        "Logements et mandats, séjours des plateformes, relevés des propriétaires, états de départ.",
    ),
}


def preset(name: str) -> dict[str, Any]:
    """The data of a preset. Raises FileNotFoundError for one that does not exist."""
    data: dict[str, Any] = json.loads((PRESETS / f"{name}.json").read_text("utf-8"))
    return data


class StepState(NamedTuple):
    """A step of the checklist as it stands."""

    step: Step
    done: bool
    dismissed: bool


def checklist() -> list[StepState]:
    """Every step, by looking at the real state."""
    dismissed = set(setting(DISMISSED))
    return [StepState(step, step.done(), step.key in dismissed) for step in steps()]


def remaining() -> list[StepState]:
    """What is neither done nor dismissed."""
    return [state for state in checklist() if not state.done and not state.dismissed]


# --- what the steps look at -----------------------------------------------------------------------------------


def has_particulars() -> bool:
    """The organisation has its address and its SIRET."""
    ours = organisation()
    return ours is not None and bool(ours.address and ours.town and ours.siret)


def has_logo() -> bool:
    """A logo was given."""
    ours = organisation()
    return ours is not None and ours.logo_file_id is not None


def has_opening_hours() -> bool:
    """At least one day is open."""
    ours = organisation()
    return ours is not None and any(ours.opening.values())


def has_colleague() -> bool:
    """Somebody else of the team has an account."""
    team = select(User.id).where(User.archived_at.is_(None), User.role != "client").limit(2)
    return len(db.session.scalars(team).all()) > 1


def has_mail_account() -> bool:
    """Messages can leave by e-mail."""
    return account_for("smtp") is not None


def has_sms_account() -> bool:
    """Messages can leave by SMS."""
    return account_for("ovh_sms", "smsmode") is not None


def slip_was_checked() -> bool:
    """Somebody saved the intake slip's page."""
    return bool(setting("setup.slip_checked")) or SLIP_SETTING in stored()


def has_ticket() -> bool:
    """A device was taken in."""
    return bool(db.session.scalar(select(exists().where(Ticket.id.is_not(None)))))


def has_contacts() -> bool:
    """There are contacts."""
    return bool(db.session.scalar(select(exists().where(Contact.id.is_not(None)))))


# --- settings -------------------------------------------------------------------------------------------------


def setting_groups() -> dict[str, list[Setting]]:
    """The settings that have no page of their own, by group, in the order they were declared."""
    groups: dict[str, list[Setting]] = {}
    for declared in SETTINGS.values():
        if declared.group not in OWN_PAGE:
            groups.setdefault(declared.group, []).append(declared)
    return groups
