"""The state of a thing lent, when it left and when it came back: what was asked, what was answered, what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import joinedload

from app.assets.queries import questionnaire_for
from app.core.db import db
from app.core.subject import subject_of
from app.documents.queries import AttachedFile, attachments_of
from app.lending.models import LoanItem
from app.questionnaires.models import Questionnaire, Response
from app.questionnaires.queries import Answer, answers_of, response_of
from app.questionnaires.states import Use

OUT, BACK = Use.LOAN_OUT, Use.LOAN_BACK


@dataclass(frozen=True, slots=True)
class Compared:
    """A point of both states, with its photos; `differs`: what came back is not what left."""

    label: str
    out: Answer | None
    back: Answer | None
    photos_out: list[AttachedFile]
    photos_back: list[AttachedFile]

    @property
    def differs(self) -> bool:
        """True for a new fault, or another answer than at the hand-over."""
        if self.back is None or not self.back.given:
            return False
        if self.out is None or not self.out.given:
            return self.back.bad
        return self.back.value != self.out.value or (self.back.bad and not self.out.bad)

    @property
    def words(self) -> str:
        """« Archet : Bon → Usé, mèche clairsemée »."""
        before = self.out.words if self.out is not None and self.out.given else ""
        after = self.back.words if self.back is not None else ""
        note = self.back.note if self.back is not None else ""
        return f"{self.label} : " + ", ".join(filter(None, (" → ".join(filter(None, (before, after))), note)))


def form_for(family_id: int, use: Use) -> Questionnaire | None:
    """What a family asks at that moment: at the return, its own form, else the one of the hand-over."""
    own = questionnaire_for(family_id, use)
    return own if own is not None or use == OUT else questionnaire_for(family_id, OUT)


def given_state(item: LoanItem, use: Use) -> Response | None:
    """What was answered at that moment."""
    return response_of(subject_of(item), use)


def compared(item: LoanItem) -> list[Compared]:
    """Both states point by point, in the order of the form; empty when nothing was answered."""
    out, back = given_state(item, OUT), given_state(item, BACK)
    left = {answer.item.code: answer for answer in answers_of(out)}
    came = {answer.item.code: answer for answer in answers_of(back)}
    photos = {file.file_id: file for file in attachments_of(subject_of(item))}
    rows = []
    for code in [*left, *(code for code in came if code not in left)]:
        one, other = left.get(code), came.get(code)
        rows.append(
            Compared(
                (one or came[code]).item.label, one, other,
                [photos[key] for key in (one.file_ids if one else ()) if key in photos],
                [photos[key] for key in (other.file_ids if other else ()) if key in photos],
            )
        )  # fmt: skip
    return rows


def noted(items: Sequence[LoanItem]) -> set[tuple[int, Use]]:
    """(line, moment) of the states whose every compulsory point was answered, in one query."""
    if not items:
        return set()
    wanted = [("loan_item", item.id) for item in items]
    query = select(Response.subject_id, Response.use).where(
        tuple_(Response.subject_kind, Response.subject_id).in_(wanted), Response.completed_at.is_not(None)
    )
    return {(row[0], row[1]) for row in db.session.execute(query)}


def states_to_note(items: Sequence[LoanItem]) -> dict[int, list[tuple[Use, bool]]]:
    """{line: [(moment, already noted)]} of the states that a family asks for: at the hand-over, and once it is back."""
    known = noted(items)
    found: dict[int, list[tuple[Use, bool]]] = {}
    for item in items:
        for use in (OUT, BACK):
            due = item.out_at is not None and (use == OUT or item.back_at is not None)
            asked = form_for(item.asset.family_id, use) is not None
            if (item.id, use) in known or (due and asked):
                found.setdefault(item.id, []).append((use, (item.id, use) in known))
    return found


def back_without_state(since: datetime) -> list[LoanItem]:
    """What came back since that moment (UTC) and whose family wants a state that nobody noted, the newest first."""
    query = select(LoanItem).where(LoanItem.back_at > since).order_by(LoanItem.back_at.desc(), LoanItem.id).limit(30)
    items = db.session.scalars(query.options(joinedload(LoanItem.asset), joinedload(LoanItem.loan))).all()
    waiting = states_to_note(items)
    return [item for item in items if (BACK, False) in waiting.get(item.id, ())]
