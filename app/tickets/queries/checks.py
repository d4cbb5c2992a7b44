"""Check points of a ticket: its family's questionnaires, the answers given, the documents that follow."""

from dataclasses import dataclass, field

from app.assets.queries import questionnaire_for
from app.core.subject import Subject, subject_of
from app.questionnaires.models import Questionnaire, Response
from app.questionnaires.queries import Answer, answers_of, missing, response_of, responses_of
from app.questionnaires.states import Use
from app.tickets.models import Ticket
from app.tickets.states import TicketKind

USES = (Use.PRELIMINARY, Use.CHECK_IN, Use.CHECK_OUT)


@dataclass(slots=True)
class CheckState:
    """One questionnaire of a ticket: its answers in order, how many are given, what is still compulsory."""

    use: Use
    questionnaire: Questionnaire | None
    response: Response | None
    points: list[Answer] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def given(self) -> int:
        """How many points are answered."""
        return sum(point.given for point in self.points)


def check_state(ticket: Ticket, *uses: Use) -> dict[str, CheckState]:
    """The questionnaires of a ticket by use ("check_in", …); those without any question are left out."""
    if ticket.kind == TicketKind.SOFTWARE:
        return {}
    responses = responses_of(subject_of(ticket))
    found = {}
    for use in uses or USES:
        questionnaire, response = questionnaire_for(ticket.family_id, use), responses.get(use)
        points = answers_of(response, questionnaire)
        if points:
            found[use.value] = CheckState(use, questionnaire, response, points, missing(response, questionnaire))
    return found


def missing_points(ticket: Ticket, use: Use) -> list[str]:
    """The compulsory points still empty, by their labels."""
    questionnaire = questionnaire_for(ticket.family_id, use)
    if questionnaire is None:
        return []
    return missing(response_of(subject_of(ticket), use), questionnaire)


def document_subjects(ticket: Ticket) -> list[Subject]:
    """The family and the model whose documents follow into the ticket (manual, recall notice, exploded view)."""
    subjects = [Subject("family", ticket.family_id)] if ticket.family_id else []
    if ticket.asset is not None and ticket.asset.model_id:
        subjects.append(Subject("model", ticket.asset.model_id))
    return subjects
