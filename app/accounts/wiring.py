"""What accounts gives the house: who is signed in, the enforcement of every route's rule, the shell's variables."""

from typing import Any

from flask import Flask, Response, abort, g, request, session, url_for
from flask_login import LoginManager, current_user
from werkzeug.local import LocalProxy

from app.accounts import queries, views
from app.accounts.models import User
from app.accounts.services import hash_token
from app.accounts.states import Role
from app.core import menu
from app.core.actor import SYSTEM, Actor, set_actor
from app.core.db import db
from app.core.history import Verb, declare_verbs
from app.core.permissions import PUBLIC, SIGNED_IN, Permission, declare_permissions, rule_of
from app.core.web import go, wants_fragment

G = Role.MANAGER.value


def register(app: Flask) -> None:
    """Start-up."""
    _login_manager(app)
    app.before_request(_enforce)
    app.context_processor(_shell)
    app.register_blueprint(views.bp)
    declare_permissions(
        Permission("organisation.edit", "Régler l'organisation", "Réglages", (G,)),
        Permission("user.manage", "Gérer les comptes et les droits", "Réglages", (G,)),
    )
    declare_verbs(
        Verb("user.signed_in", "Connexion", "login"),
        Verb("user.added", "Compte créé", "user-plus"),
        Verb("permission.changed", "Droit modifié", "lock"),
        Verb("organisation.created", "Organisation créée", "building"),
        Verb("organisation.changed", "Organisation modifiée", "pencil"),
        Verb("setting.changed", "Réglage modifié", "settings"),
    )


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
    db.session.expunge_all()
    user.session_token, user.session_id = token, opened.id
    return user


def _to_sign_in() -> Response:
    if request.method == "GET" and not wants_fragment():
        return go(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    return go(url_for("accounts.sign_in"))


def _enforce() -> Response | None:
    set_actor(SYSTEM)
    if request.endpoint is None or request.endpoint == "static":
        return None
    from flask import current_app

    rule = rule_of(current_app, request.endpoint)
    if rule == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    set_actor(Actor("user", current_user.id, current_user.name))
    if rule is None or (rule != SIGNED_IN and not queries.allowed(current_user, rule)):
        abort(403)
    return None


def can(code: str) -> bool:
    """For templates: may the person of this request do that?"""
    return bool(current_user.is_authenticated) and code in _rights()


def _rights() -> frozenset[str]:
    if "etabli_rights" not in g:
        g.etabli_rights = queries.rights_of(current_user.role)
    rights: frozenset[str] = g.etabli_rights
    return rights


def _shell() -> dict[str, Any]:
    appearance = current_user.appearance if current_user.is_authenticated else {}
    return {
        "organisation": queries.organisation(),
        "theme": appearance.get("theme") or request.cookies.get("theme", "auto"),
        "rail": appearance.get("rail") == "1",
        "shortcuts": appearance.get("shortcuts") != "0",
        "can": can,
        "menu": LocalProxy(_menu),
        "menu_phone": LocalProxy(lambda: [entry for group in _menu() for entry in group["entries"]][:4]),
    }


def _menu() -> list[dict[str, Any]]:
    """The side menu of this person; built when the page shows it, once."""
    if "etabli_menu" not in g:
        g.etabli_menu = _build_menu()
    built: list[dict[str, Any]] = g.etabli_menu
    return built


def _build_menu() -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in menu.entries():
        if not can(entry.permission) or (entry.roles and current_user.role.value not in entry.roles):
            continue
        count = entry.counter() if entry.counter else menu.Counter()
        url = url_for(entry.endpoint)
        groups.setdefault(entry.group, []).append(
            {
                "label": entry.label() if callable(entry.label) else entry.label,
                "icon": entry.icon,
                "url": url,
                "count": count.volume,
                "late": count.late,
                "active": url == request.path or (len(url) > 1 and request.path.startswith(url + "/")),
            }
        )
    return [{"label": label, "entries": entries} for label, entries in groups.items()]
