"""« Logements à relier »: each lodging of the partners, said once to be one of ours; and what could not be read."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for

from app.concierge.queries import stays as queries
from app.concierge.services import mapping as services
from app.concierge.services.hooks import KIND, token_of
from app.concierge.views.blueprint import MANAGE, bp
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.i18n import _
from app.core.permissions import requires
from app.core.urls import absolute
from app.core.web import go, or_404, page, say

NONE, LATER = "non", ""


@bp.get("/relier")
@requires(MANAGE)
def mapping() -> Response:
    """Those to map first, with the best guess by their names."""
    rows, ours = queries.sources(), queries.lodging_choices()
    found = _guesses(rows, ours)
    return page(
        "concierge/mapping.html", rows=rows, ours=ours, guesses=found, sure=sum(guess.sure for guess in found.values()),
        notes=queries.notes(), waiting=sum(_waits(row) for row in rows),
        hooks=[(each.label, absolute("stay_hooks.smoobu_told", token=token_of(each.id))) for each in queries.accounts_of([KIND])],
    )  # fmt: skip


def _waits(row: Any) -> bool:
    return row.lodging_id is None and not row.ignored


def _guesses(rows: Sequence[Any], ours: Sequence[tuple[int, str]]) -> dict[int, services.Guess]:
    return services.guesses({row.id: row.name for row in rows if _waits(row)}, ours)


@bp.post("/relier/<int:source_id>")
@requires(MANAGE)
def link_lodging(source_id: int) -> Response:
    """It is this one of ours, or none of them; all its stays follow."""
    or_404(queries.source_by_id(source_id))
    chosen = request.form.get("lodging_id", LATER)
    with transaction():
        source = or_404(queries.source_by_id(source_id))
        if chosen == NONE:
            said = _told(services.ignore(source), put_away=True)
        elif chosen == LATER:
            said = _("« %(name)s » est à relier", name=source.name) if services.unlink(source) >= 0 else ""
        else:
            lodging = queries.lodging_by_id(chosen_id(chosen))
            if lodging is None:
                raise DomainError(_("Ce logement n'est plus proposé. Choisissez dans la liste."))
            said = _told(services.link(source, lodging), put_away=False)
    say(said)
    return go(url_for("concierge.mapping"))


def _told(stays: int, *, put_away: bool) -> str:
    if put_away:
        return _("Logement mis de côté, avec %(n)s séjours", n=stays) if stays else _("Logement mis de côté")
    return _("Logement relié, avec %(n)s séjours", n=stays) if stays else _("Logement relié")


@bp.post("/relier/certains")
@requires(MANAGE)
def link_sure() -> Response:
    """Accept every guess whose names are the same."""
    with transaction():
        ours = queries.lodging_choices()
        sure = [(key, guess) for key, guess in _guesses(queries.sources(), ours).items() if guess.sure]
        for key, guess in sure:
            services.link(or_404(queries.source_by_id(key)), or_404(queries.lodging_by_id(guess.lodging_id)))
    say(
        _("%(n)s logements reliés", n=len(sure)) if sure else _("Aucun nom n'est le même : reliez-les un par un."),
        "success" if sure else "info",
    )
    return go(url_for("concierge.mapping"))
