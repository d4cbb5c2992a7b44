"""The satisfaction questionnaire, once the thing is back home."""

from flask import Response, request
from flask_wtf import FlaskForm

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.portal.queries import survey_of
from app.portal.views.doors import TicketAccess, ticket_pages
from app.questionnaires.queries import points_of, response_of
from app.questionnaires.services import answer, missing
from app.questionnaires.states import Use


@ticket_pages.page("/avis", methods=["GET", "POST"])
def survey(access: TicketAccess) -> Response:
    """The questions, and the answers already given."""
    ticket = access.ticket
    found = or_404(survey_of(ticket))
    subject, faults, typed = subject_of(ticket), {}, None
    if FlaskForm().validate_on_submit():
        try:
            with transaction():
                given = answer(found, subject, Use.SATISFACTION, request.form, by=access.actor.name)
            say(
                _("Merci, votre avis est bien reçu")
                if given.completed_at
                else _("Vos réponses sont gardées. Il manque : %(list)s", list=", ".join(missing(given, found)))
            )
            return go(access.url("status") if given.completed_at else access.url("survey"))
        except DomainError as error:
            access.reload()
            faults, typed = {error.field or "": error.message}, request.form
    points = points_of(found, response_of(subject, Use.SATISFACTION), typed)
    return page(
        "portal/survey.html", access=access, ticket=ticket, survey=found, points=points, erreurs=faults,
        status=422 if faults else 200,
    )  # fmt: skip
