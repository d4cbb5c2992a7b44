"""Permissions: named rights, and the rule each route carries.

A view is stamped by `@requires("ticket.view")` or `@public`; one `before_request` (in `accounts`) enforces the stamp.
A route without a stamp is refused, and fails the access-matrix test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

F = TypeVar("F", bound=Callable[..., Any])

PUBLIC = ""
SIGNED_IN = "*"


@dataclass(frozen=True, slots=True)
class Permission:
    """One right. `roles` are the presets that have it at the start; the manager's table may change that."""

    code: str
    label: str
    group: str
    roles: tuple[str, ...]


PERMISSIONS: dict[str, Permission] = {}


def declare_permissions(*permissions: Permission) -> None:
    """Start-up: add the rights of a feature."""
    PERMISSIONS.update({permission.code: permission for permission in permissions})


def requires(code: str) -> Callable[[F], F]:
    """Stamp a view with the right it needs."""

    def stamp(view: F) -> F:
        view.rule = code  # type: ignore[attr-defined]
        return view

    return stamp


def public(view: F) -> F:
    """Stamp a view that anybody may open (it checks its own link or token)."""
    view.rule = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: F) -> F:
    """Stamp a view that any signed-in person may open."""
    view.rule = SIGNED_IN  # type: ignore[attr-defined]
    return view


def rule_of(app: Flask, endpoint: str) -> str | None:
    """The right a route needs; PUBLIC, SIGNED_IN, or None when nobody stamped it."""
    view = app.view_functions[endpoint]
    rule: str | None = getattr(view, "rule", None)
    if rule is None and "." in endpoint:
        rule = app.extensions.get("etabli_blueprint_rules", {}).get(endpoint.rsplit(".", 1)[0])
    return rule


def rule_for_blueprint(app: Flask, blueprint: str, code: str) -> None:
    """Start-up: one rule for every route of a blueprint that is not ours to stamp (Flask-Admin's)."""
    app.extensions.setdefault("etabli_blueprint_rules", {})[blueprint] = code
