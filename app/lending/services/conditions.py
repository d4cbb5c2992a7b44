"""The state of a thing lent is noted at the hand-over and at the return; a difference opens an incident, pre-filled."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.core.db import db, require_transaction
from app.core.history import record
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.models import StoredFile
from app.documents.states import FileKind
from app.lending.models import Incident, Loan, LoanItem
from app.lending.queries.conditions import BACK, compared
from app.lending.services.incidents import tell
from app.lending.states import IncidentState, Teller
from app.questionnaires import services as questionnaires
from app.questionnaires.models import Questionnaire
from app.questionnaires.states import Use


def note_state(
    loan: Loan, item: LoanItem, use: Use, form: Questionnaire, typed: Mapping[str, str], *, by: str,
    kept: Mapping[str, Sequence[StoredFile]],
) -> Incident | None:  # fmt: skip
    """Keep the answers and photos ({question code: files}) of a moment. At the return: the incident that a difference opens,
    one a line; None when nothing differs. Raises DomainError(field=code)."""
    require_transaction()
    labels = {question.code: question.label for question in form.items}
    for code, stored in kept.items():
        for file in stored:
            if file.kind == FileKind.PHOTO:
                files.attach(file, subject_of(item), labels.get(code, ""), point=code, for_client=True)
    ids = {code: [file.id for file in stored] for code, stored in kept.items()}
    whole = questionnaires.answer(form, subject_of(item), use, typed, by=by, files=ids).completed_at is not None
    db.session.flush()
    if whole:
        record(loan, "loan.state_noted", what=item.asset.label, use=use.value)
    return _difference(loan, item) if use == BACK else None


def _difference(loan: Loan, item: LoanItem) -> Incident | None:
    rows = [row for row in compared(item) if row.differs]
    if not rows:
        return None
    words = "\n".join(row.words for row in rows)
    known = db.session.scalar(
        select(Incident).where(
            Incident.item_id == item.id, Incident.teller == Teller.STATES, Incident.state == IncidentState.OPEN
        )
    )
    if known is not None:
        known.words = words
        return known
    photos = [db.session.get_one(StoredFile, photo.file_id) for row in rows for photo in row.photos_back]
    return tell(item.asset, words, Teller.STATES, item=item, loan=loan, photos=photos)
