"""« Partage des réparations »: all that nobody has accepted; « Rééquilibrer », seen before it is done."""

from typing import Any

from flask import Response, request, url_for

from app.core import clock
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, page, say
from app.dispatch.models import Load, Plan
from app.repairers import queries, services
from app.repairers.queries.jobs import to_share
from app.repairers.queries.load import by_repairer, loads
from app.repairers.queries.problem import due_dates
from app.repairers.services import Preview
from app.repairers.states import JobState
from app.repairers.views.blueprint import SHARE, bp


@bp.get("/reparations/partage")
@requires(SHARE)
def sharing() -> Response:
    """Who is asked what, who has how much."""
    rows, names = to_share(), queries.names()
    return page(
        "repairers/sharing.html", rows=rows, names=names, dues=due_dates([row.asset_id for row in rows if row.asset_id]),
        loads=_shown(loads(), names), states=JobState, active=queries.active(), today_is=clock.today(), now=clock.now(),
    )  # fmt: skip


def _shown(found: dict[int, Load], names: dict[int, str]) -> list[tuple[int, str, Load]]:
    return sorted(((key, names.get(key, ""), load) for key, load in found.items()), key=lambda one: one[1].lower())


@bp.get("/reparations/partage/reequilibrage")
@requires(SHARE)
def rebalance() -> Response:
    """Before and after, who gains and who loses; nothing is done yet."""
    return _preview()


@bp.post("/reparations/partage/reequilibrage")
@requires(SHARE)
def apply() -> Response:
    """Do what was shown."""
    try:
        with transaction():
            count = services.apply(request.form.get("mark", ""))
    except Conflict as error:
        return _preview(error.message, error.status)
    say(_n("%(num)s réparation proposée", "%(num)s réparations proposées", count) if count else _("Rien à changer"))
    return go(url_for("repairers.sharing"))


def _preview(refusal: str = "", status: int = 200) -> Response:
    found, names = services.preview(), queries.names()
    before, after = by_repairer(found.done.before), by_repairer(found.done.after)
    people = [
        (key, name, before.get(key), after.get(key)) for key, name in names.items() if key in before or key in after
    ]
    return page(
        "repairers/rebalance.html", status=status, refusal=refusal, found=found, names=names, people=people,
        parts=_parts(found.done.before, found.done.after), moves=_moves(found), nobody=_nobody(found.done.after),
    )  # fmt: skip


def _parts(before: Plan, after: Plan) -> list[dict[str, Any]]:
    """Each criterion, before and after."""
    return [
        {"criterion": new.criterion, "before": old.cost, "after": new.cost, "was": old.words, "words": new.words}
        for old, new in zip(before.parts, after.parts, strict=True)
    ]


def _moves(found: Preview) -> list[dict[str, Any]]:
    told = {one.repair: one for one in found.done.after.assignments}
    titles = {row.number: row.title for row in to_share()}
    return [
        {"number": number, "title": titles.get(number, ""), "origin": origin, "target": target, "told": told[number]}
        for number, origin, target in found.moves
    ]


def _nobody(after: Plan) -> list[Any]:
    return [one for one in after.assignments if one.chosen is None]
