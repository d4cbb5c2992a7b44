"""Check points of a ticket: its family's questionnaires, the answers given, the documents that follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.assets.queries import questionnaire_for
from app.catalog.models import Article
from app.core.db import db
from app.core.subject import Subject, subject_of
from app.questionnaires.models import Questionnaire, Response
from app.questionnaires.queries import Answer, all_responses, answers_of, missing, response_of
from app.questionnaires.states import Use
from app.tickets.models import Ticket, TicketLine
from app.tickets.states import TicketKind

USES = (Use.PRELIMINARY, Use.CHECK_IN, Use.CHECK_OUT)


@dataclass(slots=True)
class CheckState:
    """One questionnaire of a ticket: its answers in order, how many are given, what is still compulsory.

    `key` names it in addresses: its use, or « report-12 » for the questionnaire that a service on the ticket brings.
    """

    use: Use
    questionnaire: Questionnaire | None
    response: Response | None
    points: list[Answer] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    key: str = ""
    title: str = ""

    @property
    def given(self) -> int:
        """How many points are answered."""
        return sum(point.given for point in self.points)


def check_state(ticket: Ticket, *uses: Use) -> dict[str, CheckState]:
    """The questionnaires of a ticket by key ("check_in", …); those without any question are left out.

    Those of its family for these uses, or for all of them followed by those that the services on its lines bring.
    """
    if ticket.kind == TicketKind.SOFTWARE:
        return {}
    rows = all_responses(subject_of(ticket))
    responses = {row.use: row for row in rows}
    found = [
        _state(use, use.value, use.label, questionnaire_for(ticket.family_id, use), responses.get(use))
        for use in uses or USES
    ]
    if not uses:
        found += _of_services(ticket, [row for row in rows if row.use == Use.REPORT])
    return {state.key: state for state in found if state.points}


def _state(
    use: Use, key: str, title: str, questionnaire: Questionnaire | None, response: Response | None
) -> CheckState:
    points = answers_of(response, questionnaire)
    return CheckState(use, questionnaire, response, points, missing(response, questionnaire), key, title)


def _of_services(ticket: Ticket, reports: Sequence[Response]) -> list[CheckState]:
    """The report of each service of the ticket, and those already filled of a service taken away since."""
    given = {row.questionnaire_id: row for row in reports}
    asked = {row.id: row for row in service_questionnaires(ticket)}
    for known in given.keys() - asked.keys():
        asked[known] = db.session.get_one(Questionnaire, known)
    return [
        _state(Use.REPORT, f"{Use.REPORT.value}-{row.id}", row.name, row, given.get(row.id)) for row in asked.values()
    ]


def service_questionnaires(ticket: Ticket) -> Sequence[Questionnaire]:
    """What the services on the lines of a ticket ask to fill, in the order of the lines."""
    first = (
        select(Article.questionnaire_id, func.min(TicketLine.position).label("rank"))
        .join(TicketLine, TicketLine.article_id == Article.id)
        .where(TicketLine.ticket_id == ticket.id, Article.questionnaire_id.is_not(None))
        .group_by(Article.questionnaire_id)
        .subquery()
    )
    query = select(Questionnaire).join(first, first.c.questionnaire_id == Questionnaire.id).order_by(first.c.rank)
    return db.session.scalars(query).all()


def missing_points(ticket: Ticket, use: Use) -> list[str]:
    """The compulsory points still empty, by their labels."""
    questionnaire = questionnaire_for(ticket.family_id, use)
    if questionnaire is None:
        return []
    return missing(response_of(subject_of(ticket), use), questionnaire)


def missing_reports(ticket: Ticket) -> list[str]:
    """The questionnaires of services that still have compulsory points empty: « Hivernage (niveau d'eau) »."""
    subject = subject_of(ticket)
    found = []
    for questionnaire in service_questionnaires(ticket):
        empty = missing(response_of(subject, Use.REPORT, questionnaire.id), questionnaire)
        if empty:
            found.append(f"{questionnaire.name} ({', '.join(empty)})")
    return found


def document_subjects(ticket: Ticket) -> list[Subject]:
    """The family and the model whose documents follow into the ticket (manual, recall notice, exploded view)."""
    subjects = [Subject("family", ticket.family_id)] if ticket.family_id else []
    if ticket.asset is not None and ticket.asset.model_id:
        subjects.append(Subject("model", ticket.asset.model_id))
    return subjects
