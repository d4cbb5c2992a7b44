"""What accounts gives the house: who is signed in, the enforcement of every route's rule, the shell's variables."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, Response, abort, current_app, g, request, url_for
from flask_login import LoginManager, current_user

from app.accounts import queries, views
from app.accounts.commands import users
from app.accounts.models import Site, User
from app.accounts.personal import OUTDATED, PERSONAL
from app.accounts.services import hash_token
from app.accounts.states import Role
from app.core import clock, menu
from app.core.actor import SYSTEM, Actor, set_actor
from app.core.db import db
from app.core.errorpages import by_script, signed_out, typed_kept
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.permissions import PERMISSIONS, PUBLIC, SIGNED_IN, Permission, declare_permissions, rule_of
from app.core.personal import declare_outdated, declare_personal
from app.core.revisions import follow
from app.core.settings import Setting, declare_settings
from app.core.settings_pages import declare_settings_page, settings_pages
from app.core.web import go, wants_fragment

G = Role.MANAGER.value

# What somebody who must set up a second step may still open.
WHILE_SETTING_UP = {"accounts.totp_setup", "accounts.totp_confirm", "accounts.sign_out", "accounts.appearance"}


def _changed_right(facts: Mapping[str, Any]) -> str:
    right = PERMISSIONS.get(facts["permission"])
    words = _("%(role)s : %(right)s") if facts["granted"] else _("%(role)s : %(right)s, retiré")
    return words % {"role": Role(facts["role"]).label, "right": _(right.label) if right else facts["permission"]}


def _role_of(facts: Mapping[str, Any]) -> str:
    return _("Rôle : %(role)s", role=Role(facts["role"]).label) if "role" in facts else ""


VERBS = (
    Verb("user.signed_in", "Connexion", "login", detail=lambda facts: facts.get("address", "")),
    Verb("user.added", "Compte créé", "user-plus", detail=_role_of),
    Verb("user.invited", "Invitation envoyée", "mail", "bleu"),
    Verb("user.changed", "Compte modifié", "pencil", detail=_role_of),
    Verb("user.deactivated", "Compte désactivé", "ban", "rouge"),
    Verb("user.reactivated", "Compte rouvert", "circle-check", "vert"),
    Verb("user.signed_out", "Sessions fermées", "logout"),
    Verb("user.password_changed", "Mot de passe choisi", "key"),
    Verb("user.reset_asked", "Nouveau mot de passe demandé", "key"),
    Verb("user.totp_on", "Double authentification activée", "shield-check", "vert"),
    Verb("user.totp_off", "Double authentification retirée", "shield-off", "ambre"),
    Verb("user.codes_renewed", "Codes de secours refaits", "refresh"),
    Verb("user.recovery_code_used", "Code de secours utilisé", "lifebuoy", "ambre"),
    Verb(
        "permission.changed", "Droit modifié", "lock", "ambre",
        title=lambda facts: _("Droit donné") if facts["granted"] else _("Droit retiré"), detail=_changed_right,
    ),
    Verb("organisation.created", "Organisation créée", "building"),
    Verb("organisation.changed", "Organisation modifiée", "pencil"),
    Verb("setting.changed", "Réglage modifié", "settings"),
    Verb("law.changed", "Montant légal", "scale", detail=lambda facts: str(facts.get("label", ""))),
)  # fmt: skip

# Pages that need width open with the narrow menu, until the person chooses.
RAIL_PAGES = ("tickets.", "planning.")


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    declare_outdated(OUTDATED)
    follow("users", User)
    follow("sites", Site)
    _login_manager(app)
    app.before_request(_enforce)
    app.context_processor(_shell)
    app.register_blueprint(views.bp)
    app.cli.add_command(users)
    _declare_pages()
    declare_verbs(*VERBS)
    declare_settings(
        Setting(
            "accounts.totp_roles",
            "Double authentification obligatoire",
            "list",
            [],
            "Comptes",
            choices=tuple(Role.choices()),
        )
    )
    declare_permissions(
        Permission("organisation.edit", "Régler l'organisation", "Réglages", (G,)),
        Permission("user.manage", "Gérer les comptes et les droits", "Réglages", (G,)),
    )


def _declare_pages() -> None:
    menu.declare_menu(
        menu.Entry(
            "settings",
            "Réglages",
            "settings",
            "accounts.settings",
            "organisation.edit",
            menu.FOOT + 50,
            shown=_has_settings,
        )
    )
    declare_settings_page(
        "organisation", "Organisation", "Nom, coordonnées, mentions légales, couleur et horaires d'ouverture.",
        "building", "accounts.organisation", "organisation.edit", 10,
    )  # fmt: skip
    declare_settings_page(
        "team", "Équipe", "Comptes, invitations, sessions ouvertes, double authentification.",
        "users", "accounts.team", "user.manage", 20, "Comptes et droits",
    )  # fmt: skip
    declare_settings_page(
        "rights", "Droits", "Ce que chaque rôle peut voir et faire, et le journal des changements.",
        "shield-check", "accounts.rights", "user.manage", 30, "Comptes et droits",
    )  # fmt: skip


def _has_settings() -> bool:
    return any(can(card.permission) for card in settings_pages())


def _login_manager(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load_user)
    manager.unauthorized_handler(_to_sign_in)


def _load_user(token: str) -> User | None:
    found = queries.session_user(hash_token(token))
    if found is None:
        return None
    user, opened = found
    db.session.expunge(user)
    db.session.expunge(opened)
    user.session_token, user.session_id = token, opened.id
    return user


def _to_sign_in() -> Response:
    if request.method == "GET" and not wants_fragment():
        return go(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    if request.method == "POST" and by_script():
        return signed_out()
    return typed_kept(401) or go(url_for("accounts.sign_in"))


def _enforce() -> Response | None:
    set_actor(SYSTEM)
    if request.endpoint is None or request.endpoint == "static":
        return None
    house = queries.organisation()
    if house is not None:
        clock.use_zone(house.zone)
    rule = rule_of(current_app, request.endpoint)
    if rule == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    set_actor(Actor("user", current_user.id, current_user.name))
    if rule is None or (rule != SIGNED_IN and not queries.allowed(current_user, rule)):
        abort(403)
    if queries.must_set_up_totp(current_user) and request.endpoint not in WHILE_SETTING_UP:
        return go(url_for("accounts.totp_setup"))
    return None


def can(code: str) -> bool:
    """For templates: may the person of this request do that?"""
    return code in _rights()


def _rights() -> frozenset[str]:
    rights: frozenset[str] | None = g.get("etabli_rights")
    if rights is None:
        rights = queries.rights_of(current_user.role) if current_user.is_authenticated else frozenset()
        g.etabli_rights = rights
    return rights


def _shell() -> dict[str, Any]:
    appearance = current_user.appearance if current_user.is_authenticated else {}
    return {
        "organisation": queries.organisation(),
        "theme": appearance.get("theme") or request.cookies.get("theme", "auto"),
        "rail": appearance["rail"] == "1" if "rail" in appearance else (request.endpoint or "").startswith(RAIL_PAGES),
        "shortcuts": appearance.get("shortcuts") != "0",
        "can": can,
        "menu": _menu,
    }


def _menu() -> tuple[menu.Section, ...]:
    """The side menu of this person; built when the page shows it, once."""
    if "etabli_menu" not in g:
        g.etabli_menu = _build_menu()
    built: tuple[menu.Section, ...] = g.etabli_menu
    return built


def _build_menu() -> tuple[menu.Section, ...]:
    groups: dict[str, list[menu.Line]] = {}
    role = current_user.role.value if current_user.is_authenticated else ""
    shown = [
        entry
        for entry in menu.entries()
        if (entry.shown() if entry.shown else can(entry.permission)) and (entry.roles is None or role in entry.roles)
    ]
    addresses = [_address(entry.endpoint, request.script_root) for entry in shown]
    here = max(filter(_covers, addresses), key=len, default="")
    for entry, url in zip(shown, addresses, strict=True):
        groups.setdefault("foot" if entry.order >= menu.FOOT else entry.group, []).append(_line(entry, url, here))
    return tuple(menu.Section("" if label == "foot" else label, tuple(lines)) for label, lines in groups.items())


@lru_cache(maxsize=256)
def _address(endpoint: str, _root: str) -> str:
    """Of a page without parameters, under the root that the proxy gives the site: the same on each page that shows the menu."""
    return url_for(endpoint)


def _covers(url: str) -> bool:
    """Whether the page is this entry's, or under it; of several entries the nearest is the active one."""
    return url == request.path or (len(url) > 1 and request.path.startswith(url.rstrip("/") + "/"))


def _line(entry: menu.Entry, url: str, here: str) -> menu.Line:
    count = entry.counter() if entry.counter else menu.Counter()
    label, short = (word() if callable(word) else word for word in (entry.label, entry.short))
    return menu.Line(label, short or label, entry.icon, url, url == here, count.volume, count.late)
