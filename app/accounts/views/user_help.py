"""Help of each screen: /aide/<screen>, a dialog over the page or a page of its own.

The texts are `templates/help/<name>.html`: of an endpoint (`tickets.index`), else of its blueprint (`tickets`), else `general`.
"""

from functools import cache
from pathlib import Path

from flask import Response, current_app

from app.accounts.views.blueprint import bp
from app.core.permissions import signed_in
from app.core.web import page

GENERAL = "general"


@bp.get("/aide/<screen>")
@signed_in
def help_of(screen: str) -> Response:
    """What one does on that screen, and its keys."""
    return page("accounts/help.html", block="dialogue", text=f"help/{help_name(screen)}.html")


def help_name(endpoint: str) -> str:
    """The help text of an endpoint. Generated screens (`admin_contact`, `settings_devis`) share theirs."""
    blueprint = endpoint.split(".", maxsplit=1)[0]
    family = blueprint.split("_", maxsplit=1)[0]
    return next((name for name in (endpoint, blueprint, family) if name in _texts()), GENERAL)


@cache
def _texts() -> frozenset[str]:
    folder = Path(current_app.root_path).parent / "templates" / "help"
    return frozenset(path.stem for path in folder.glob("*.html"))
