"""« Réglages › Plan comptable »: the account of each use, then those of families of articles."""

from collections.abc import Callable, Mapping
from itertools import groupby

from flask import Response, request, url_for

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, page, say
from app.ledger import services
from app.ledger.services.chart import Chart
from app.ledger.services.families import SIDES
from app.ledger.views.blueprint import bp

RIGHT = "organisation.edit"
Typed = Mapping[str, tuple[str, str]]


@bp.route("/plan-comptable", methods=["GET", "POST"])
@requires(RIGHT)
def chart() -> Response:
    """Codes and labels, grouped; what is wrong under its field."""
    uses, codes = services.uses(), Chart()
    typed = _typed([use.role for use in uses]) or {use.role: codes[use.role] for use in uses}
    faults = _changed(services.change_chart, typed)
    if faults is None:
        return go(url_for("ledger.chart"))
    groups = [(name, list(rows)) for name, rows in groupby(uses, key=lambda use: use.group)]
    return page(
        "ledger/chart.html", groups=groups, typed=typed, faults=faults, tabs=_tabs(), status=422 if faults else 200
    )


@bp.route("/plan-comptable/familles", methods=["GET", "POST"])
@requires(RIGHT)
def family_chart() -> Response:
    """The accounts of families: an empty one is that of the family above, else the general one."""
    families, codes = services.family_accounts(), Chart()
    kept = {f"{side}{row.id}": row.own[side] or ("", "") for row in families for side in SIDES}
    typed = _typed(list(kept)) or kept
    faults = _changed(services.change_family_accounts, typed)
    if faults is None:
        return go(url_for("ledger.family_chart"))
    return page(
        "ledger/families.html", families=families, typed=typed, faults=faults, tabs=_tabs(), status=422 if faults else 200,
        general={"goods": codes["goods"].code, "services": codes["services"].code, "purchases": codes["purchases"].code},
    )  # fmt: skip


def _changed(change: Callable[[Typed], int], typed: Typed) -> dict[str, str] | None:
    """What is wrong, by role; None once it is written; nothing when it was only looked at."""
    if request.method != "POST":
        return {}
    try:
        with transaction():
            changed = change(typed)
    except DomainError as error:
        return {error.field or "": error.message}
    say(_n("%(num)s compte changé.", "%(num)s comptes changés.", changed) if changed else _("Rien n'a changé."))
    return None


def _tabs() -> list[dict[str, object]]:
    names = (
        ("ledger.chart", _("Par usage"), "list-numbers"),
        ("ledger.family_chart", _("Par famille d'articles"), "category"),
    )
    return [
        {"label": label, "url": url_for(endpoint), "icon": icon, "active": request.endpoint == endpoint}
        for endpoint, label, icon in names
    ]


def _typed(roles: list[str]) -> dict[str, tuple[str, str]]:
    """What was sent; nothing on a mere look."""
    if request.method != "POST":
        return {}
    return {role: (_part(role, "code"), _part(role, "label")) for role in roles}


def _part(role: str, part: str) -> str:
    return request.form.get(f"{role}.{part}", "")[:120]
