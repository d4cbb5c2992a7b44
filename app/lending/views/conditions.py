"""The state of a thing lent: filled at the hand-over and at the return, both side by side."""

from flask import Response, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.documents import services as files
from app.documents.services import Ready
from app.documents.states import FileKind
from app.lending import services
from app.lending.models import Incident, Loan, LoanItem
from app.lending.queries.conditions import BACK, OUT, compared, form_for, given_state
from app.lending.services.conditions import note_state
from app.lending.views.blueprint import EDIT, bp
from app.lending.views.show import the_loan
from app.questionnaires import services as questionnaires
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import missing, points_of
from app.questionnaires.states import Use

MOMENTS = {"remise": OUT, "retour": BACK}


@bp.route("/prets/<number>/etat/<int:item_id>/<any(remise,retour):moment>", methods=["GET", "POST"])
@requires(EDIT)
def state(number: str, item_id: int, moment: str) -> Response:
    """The points to note; at the return, beside those of the hand-over."""
    loan, use = the_loan(number), MOMENTS[moment]
    item = _item(loan, item_id)
    form = or_404(form_for(item.asset.family_id, use))
    if not FlaskForm().validate_on_submit():
        return _page(loan, item, use, form)
    try:
        incident = _note(loan, item_id, use, form)
    except DomainError as error:
        db.session.rollback()
        loan = the_loan(number)
        return _page(loan, _item(loan, item_id), use, form, error)
    if left := missing(given_state(item, use), form):
        say(_("Réponses gardées. Il reste à répondre : %(points)s.", points=", ".join(left)), "info")
        return go(url_for("lending.state", number=number, item_id=item_id, moment=moment))
    if incident is not None:
        say(_("Des points diffèrent de la remise : un incident est ouvert, à vous de trancher"), "info")
        return go(url_for("lending.incident", incident_id=incident.id))
    say(_("État noté : %(unit)s", unit=item.asset.label))
    return go(url_for("lending.show", number=number))


def _item(loan: Loan, item_id: int) -> LoanItem:
    return or_404(next((item for item in loan.items if item.id == item_id), None))


def _note(loan: Loan, item_id: int, use: Use, form: Questionnaire) -> Incident | None:
    ready = _ready(form)
    with transaction():
        fresh = services.locked(loan)
        kept = {
            code: [files.keep(one, by=current_user.name) for one in found] for code, found in ready.items() if found
        }
        return note_state(fresh, _item(fresh, item_id), use, form, request.form, by=current_user.name, kept=kept)


def _ready(form: Questionnaire) -> dict[str, list[Ready]]:
    """The photos and signatures sent, judged and written, by question."""
    found = {
        code: files.prepare_uploads(request.files.getlist(name), FileKind.PHOTO)
        for name, code in questionnaires.file_fields(form).items()
    }
    for name, code in questionnaires.signature_fields(form).items():
        drawn = files.prepare_signature(request.form.get(name, ""))
        found.setdefault(code, []).extend([drawn] if drawn else [])
    return found


def _page(loan: Loan, item: LoanItem, use: Use, form: Questionnaire, error: DomainError | None = None) -> Response:
    typed = request.form if error else None
    rows = compared(item)
    photos = {row.out.item.code: row.photos_out for row in rows if row.out} if use == OUT else {
        row.back.item.code: row.photos_back for row in rows if row.back}  # fmt: skip
    return page(
        "lending/state.html", status=422 if error else 200, loan=loan, item=item, back=use == BACK, rows=rows, photos=photos,
        points=points_of(form, given_state(item, use), typed), erreurs={error.field or "": error.message} if error else {},
    )  # fmt: skip
