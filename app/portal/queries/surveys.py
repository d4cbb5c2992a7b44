"""The satisfaction questionnaire of a ticket: its family's, else the organisation's own."""

from sqlalchemy import select

from app.assets.models import FamilyQuestionnaire
from app.assets.queries import questionnaire_for
from app.core.db import db
from app.core.subject import subject_of
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import response_of
from app.questionnaires.states import Use
from app.tickets.models import Ticket
from app.tickets.states import TicketState


def survey_of(ticket: Ticket) -> Questionnaire | None:
    """What this client is asked once the thing is back home; None before, or when there is none."""
    if ticket.state not in (TicketState.OUT, TicketState.CLOSED):
        return None
    return questionnaire_for(ticket.family_id, Use.SATISFACTION) or _organisations()


def _organisations() -> Questionnaire | None:
    of_families = select(FamilyQuestionnaire.questionnaire_id)
    query = (
        select(Questionnaire)
        .where(
            Questionnaire.use == Use.SATISFACTION,
            Questionnaire.archived_at.is_(None),
            Questionnaire.id.not_in(of_families),
        )
        .order_by(Questionnaire.id)
        .limit(1)
    )
    return db.session.scalar(query)


def survey_open(ticket: Ticket) -> bool:
    """True while the client may give his opinion: asked, and not wholly answered."""
    found = survey_of(ticket)
    if found is None or not found.items:
        return False
    response = response_of(subject_of(ticket), Use.SATISFACTION)
    return response is None or response.completed_at is None
