"""Approving: one, several or all; what is made and sent by itself afterwards, and what stopped."""

from collections.abc import Sequence

from flask import Response, request, url_for

from app.concierge.queries.months import previews, row_of
from app.concierge.queries.progress import progress
from app.concierge.services.approving import approve
from app.concierge.services.making import resume
from app.concierge.views.blueprint import APPROVE, VIEW, bp
from app.concierge.views.months import asked_month
from app.concierge.views.statements import the_statement
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.documents import queries as stored
from app.documents import services as files


@bp.post("/mois/<name>/approuver")
@requires(APPROVE)
def approve_many(name: str) -> Response:
    """The ticked statements, or all those to check with `?tout`."""
    row = or_404(row_of(asked_month(name)))
    waiting = previews(row)
    ticked = {found for value in request.form.getlist("ids") if (found := chosen_id(value))}
    chosen = waiting if request.args.get("tout") else [key for key in waiting if key in ticked]
    _approved(chosen)
    return go(url_for("concierge.sending" if chosen else "concierge.month", name=name))


@bp.post("/mois/<name>/<int:statement_id>/approuver")
@requires(APPROVE)
def approve_one(name: str, statement_id: int) -> Response:
    """This one."""
    _approved([the_statement(name, statement_id).id])
    return go(url_for("concierge.statement", name=name, statement_id=statement_id))


def _approved(ids: Sequence[int]) -> None:
    """Approve, and say what became of each."""
    if not ids:
        say(_("Choisissez au moins un relevé à vérifier."), "error")
        return
    try:
        with transaction():
            told = approve(ids)
    except DomainError as error:
        say(error.message, "error")
        return
    say(
        _n(
            "%(num)s relevé approuvé : il part tout seul",
            "%(num)s relevés approuvés : ils partent tout seuls",
            told.number,
        )
    )
    for refusal in told.refused[:3]:
        say(refusal, "error")


@bp.get("/mois/<name>/envoi")
@requires(VIEW)
def sending(name: str) -> Response:
    """How many are made and sent; asked again by itself while some are left."""
    row = or_404(row_of(asked_month(name)))
    return page(
        "concierge/sending.html", block="avancement", name=name, made=progress(row.id), waiting=len(previews(row))
    )


@bp.post("/mois/<name>/envoi/reprendre")
@requires(APPROVE)
def sending_again(name: str) -> Response:
    """Take up what stopped."""
    row = or_404(row_of(asked_month(name)))
    asked = request.form.get("releve", type=int)
    try:
        with transaction():
            resume(row.id, asked)
    except DomainError as error:
        say(error.message, "error")
    else:
        say(_("L'envoi reprend où il s'était arrêté."), "info")
    return go(url_for("concierge.sending", name=name))


@bp.get("/mois/<name>/<int:statement_id>/releve.pdf")
@requires(VIEW)
def statement_file(name: str, statement_id: int) -> Response:
    """The printed statement."""
    return files.file_response(or_404(stored.stored_file(the_statement(name, statement_id).file_id)))
