"""What members gives the house."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_login import current_user

from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core.checklist import declare_step
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Counter, Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.revisions import follow as follow_changes
from app.core.settings_pages import declare_settings_page
from app.members.models import Proof
from app.members.personal import PERSONAL
from app.members.queries.blocks import declare_block, invoices_late, no_membership, suspended
from app.members.queries.facts import bracket_words, facts_of
from app.members.queries.proofs import waiting_count
from app.members.queries.seasons import enabled, seasons
from app.members.services.memberships import follow, invoiced
from app.members.states import MembershipState, ProofKind, ProofState
from app.members.views import bp
from app.members.views.blueprint import EDIT, SETTINGS, VIEW
from app.members.wiring import settings
from app.payments.services import after_paid
from app.sales.services.documents import after_issue
from app.tariffs.services import know_people

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(bp)
    app.jinja_env.globals.update(tranche=bracket_words)
    settings.declare()
    follow_changes("proofs", Proof)
    after_issue(invoiced)
    after_paid(follow)
    know_people(facts_of)
    declare_block("members.block_membership", no_membership)
    declare_block("members.block_unpaid", invoices_late)
    declare_block("members.block_suspension", suspended)
    declare_permissions(
        Permission(VIEW, "Voir les adhérents et les foyers", "Adhérents", (G, A, C, K)),
        Permission(EDIT, "Inscrire, modifier les foyers, vérifier les justificatifs", "Adhérents", (G, A)),
        Permission(SETTINGS, "Régler les saisons, lancer une campagne", "Adhérents", (G,)),
    )
    declare_menu(
        Entry("members", "Adhérents", "id-badge-2", "members.index", VIEW, 45, counter=_menu_counter, shown=_shown)
    )
    declare_panels(
        "contact", Panel("members", "members/_contact_panel.html", 5, _contact_panel, VIEW, "Foyer et adhésion")
    )
    declare_settings_page(
        "seasons", "Saisons d'adhésion", "Les périodes d'adhésion, pour les organisations qui ont des adhérents.",
        "calendar-star", "members.seasons_page", SETTINGS, 48, "Métier",
    )  # fmt: skip
    declare_step(
        "season", "Ouvrir la saison d'adhésion", "Son premier et son dernier jour ; personne n'adhère sans elle.",
        "members.seasons_page", lambda: bool(seasons()), 81, "calendar-star", enabled,
    )  # fmt: skip
    declare_verbs(*VERBS)


def _shown() -> bool:
    return enabled() and allowed(current_user, VIEW)


def _menu_counter() -> Counter:
    return Counter(waiting_count())


def _contact_panel(contact: Contact) -> dict[str, Any] | None:
    return {"contact": contact} if enabled() and not contact.is_company else None


def _moved(facts: Mapping[str, Any]) -> str:
    return _("Adhésion : %(state)s", state=MembershipState(facts["to"]).label.lower())


def _reason(facts: Mapping[str, Any]) -> str:
    return str(facts.get("reason") or facts.get("number") or "")


def _proof(facts: Mapping[str, Any]) -> str:
    words = ProofKind(facts["kind"]).label
    return f"{words} : {ProofState(facts['state']).label.lower()}" if "state" in facts else words


def _guardian(facts: Mapping[str, Any]) -> str:
    words = _("%(who)s le représente") if facts["represents"] else _("%(who)s ne le représente plus")
    return words % {"who": facts["who"]}


VERBS = (
    Verb("membership.asked", "Adhésion demandée", "id-badge-2", "sarc", detail=lambda facts: str(facts["season"])),
    Verb("membership.moved", "Adhésion", "id-badge-2", "bleu", title=_moved, detail=_reason),
    Verb("member.profile", "Profil d'adhérent modifié", "user-edit", "bleu"),
    Verb("member.suspended", "Suspendu", "player-pause", "rouge", detail=_reason),
    Verb("member.restored", "Suspension levée", "player-play", "vert"),
    Verb("member.guardian", "Représentant légal", "users", "bleu", detail=_guardian),
    Verb("household.added", "Foyer créé", "home-plus", "vert"),
    Verb("household.changed", "Foyer modifié", "home-edit", "bleu"),
    Verb("household.joined", "Entré dans le foyer", "user-plus", "vert", detail=lambda facts: str(facts["who"])),
    Verb("household.left", "Sorti du foyer", "user-minus", "gris", detail=lambda facts: str(facts["who"])),
    Verb("season.added", "Saison créée", "calendar-plus", "vert", detail=lambda facts: str(facts["name"])),
    Verb("season.changed", "Saison modifiée", "calendar", "bleu", detail=lambda facts: str(facts["name"])),
    Verb("season.archived", "Saison archivée", "archive", "gris", detail=lambda facts: str(facts["name"])),
    Verb("proof.brought", "Justificatif apporté", "file-plus", "sarc", detail=_proof),
    Verb("proof.checked", "Justificatif vérifié", "shield-check", "vert", detail=_proof),
    Verb("proof.moved", "Justificatif", "shield-check", "bleu", title=lambda facts: ProofState(facts["to"]).label),
)
