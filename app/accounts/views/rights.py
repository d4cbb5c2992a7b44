"""« Droits »: the one table of what each role may do, and who changed it."""

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts import queries, services
from app.accounts.states import EDITABLE, Role
from app.accounts.views.blueprint import bp
from app.core.db import transaction
from app.core.history import events_of
from app.core.i18n import _, _n
from app.core.permissions import PERMISSIONS, requires
from app.core.revisions import revision
from app.core.web import go, page, say

_AUDIT_LINES = 30


@bp.get("/reglages/droits")
@requires("user.manage")
def rights() -> Response:
    """The table, and the audit of its changes."""
    return page(
        "accounts/rights.html",
        table=queries.rights_table(),
        roles=list(Role),
        editable=EDITABLE,
        changed=queries.changed_roles(),
        seen=revision("permissions"),
        events=events_of(services.RIGHTS, request.args.get("lignes", _AUDIT_LINES, type=int)),
        lines=_AUDIT_LINES,
    )


@bp.post("/reglages/droits")
@requires("user.manage")
def save_rights() -> Response:
    """Write the differences between the ticks and the table."""
    ticked = set(request.form.getlist("droit"))
    wanted = {role: frozenset(code for code in PERMISSIONS if f"{role.value}:{code}" in ticked) for role in EDITABLE}
    with transaction():
        count = services.save_rights(wanted, seen=request.form.get("seen", -1, type=int), by=current_user)
    say(
        _n("%(num)s droit modifié", "%(num)s droits modifiés", count) if count else _("Aucun droit n'a changé"),
        "success" if count else "info",
    )
    return go(url_for("accounts.rights"))


@bp.post("/reglages/droits/origine")
@requires("user.manage")
def restore_rights() -> Response:
    """Give the rights of the start back, to one role or to all."""
    asked = request.form.get("role", "")
    role = next((each for each in EDITABLE if each.value == asked), None)
    with transaction():
        count = services.restore_presets(role, by=current_user)
    say(_n("%(num)s droit rendu à son origine", "%(num)s droits rendus à leur origine", count))
    return go(url_for("accounts.rights"))
