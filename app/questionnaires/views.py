"""« Réglages › Questionnaires »: the list, the editor with its preview, files in and out."""

import json

from flask import Blueprint, Response, make_response, request, url_for

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.questionnaires import queries, services
from app.questionnaires.forms import ImportForm, QuestionnaireForm, Row, act, posted_rows, read_rows, rows_of
from app.questionnaires.items import ItemData
from app.questionnaires.models import Questionnaire
from app.questionnaires.states import ItemType, Use

bp = Blueprint("questionnaires", __name__, url_prefix="/reglages/questionnaires")
RIGHT = "questionnaire.edit"
MAX_FILE = 1_000_000


@bp.get("")
@requires(RIGHT)
def index() -> Response:
    """Every questionnaire, by what it serves for."""
    archived = "archives" in request.args
    rows = queries.questionnaire_rows(archived=archived)
    return page("questionnaires/list.html", rows=rows, archived=archived, uses=Use, form=ImportForm())


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(RIGHT)
def new() -> Response:
    """A new questionnaire: its name and use; its questions come next."""
    form = QuestionnaireForm()
    if not form.validate_on_submit():
        return page("questionnaires/new.html", form=form, status=422 if form.errors else 200)
    with transaction():
        row = services.add_questionnaire(form.name.data, Use(form.use.data), intro=form.intro.data or "")
    return go(url_for(".edit", questionnaire_id=row.id))


@bp.get("/<int:questionnaire_id>")
@requires(RIGHT)
def edit(questionnaire_id: int) -> Response:
    """The editor."""
    row = or_404(queries.questionnaire(questionnaire_id))
    return _editor(row, QuestionnaireForm(obj=row), rows_of(queries.items_of(row)))


def _editor(
    row: Questionnaire, form: QuestionnaireForm, rows: list[Row], *, status: int = 200, added: bool = False
) -> Response:
    readable, _judged = read_rows(rows)
    points = queries.points_of_items(readable)
    answered = queries.has_answers(row.id, row.version)
    return page(
        "questionnaires/edit.html", block="editeur", oob=("apercu",), status=status, row=row, form=form, rows=rows,
        points=points, types=ItemType, answered=answered, added=added,
    )  # fmt: skip


@bp.post("/<int:questionnaire_id>")
@requires(RIGHT)
def save(questionnaire_id: int) -> Response:
    """A button of the editor (add, move, remove: nothing is kept yet), or « Enregistrer »."""
    row = or_404(queries.questionnaire(questionnaire_id))
    form, rows = QuestionnaireForm(), posted_rows(request.form)
    action = request.form.get("do", "")
    if action:
        return _editor(row, form, act(rows, action), added=action.startswith("add:"))
    items, rows = read_rows(rows)
    if not form.validate() or len(items) < len(rows):
        return _editor(row, form, rows, status=422)
    with transaction():
        services.change_questionnaire(row, form.name.data, Use(form.use.data), form.intro.data or "", items)
    say(_("Questionnaire « %(name)s » enregistré, version %(version)s.", name=row.name, version=row.version))
    return go(url_for(".edit", questionnaire_id=row.id))


@bp.post("/<int:questionnaire_id>/apercu")
@requires(RIGHT)
def preview(questionnaire_id: int) -> Response:
    """The form as it would be, while it is edited."""
    or_404(queries.questionnaire(questionnaire_id))
    items: list[ItemData] = read_rows(posted_rows(request.form))[0]
    intro = request.form.get("intro", "")
    return page("questionnaires/preview.html", points=queries.points_of_items(items), intro=intro)


@bp.post("/<int:questionnaire_id>/<any(dupliquer, archiver, restaurer):verb>")
@requires(RIGHT)
def change(questionnaire_id: int, verb: str) -> Response:
    """Duplicate, archive or restore."""
    row = or_404(queries.questionnaire(questionnaire_id))
    with transaction():
        if verb == "dupliquer":
            row = services.duplicate_questionnaire(row)
        elif verb == "archiver":
            services.archive_questionnaire(row)
        else:
            services.restore_questionnaire(row)
    if verb == "dupliquer":
        say(_("Copie créée. Donnez-lui un nom."))
        return go(url_for(".edit", questionnaire_id=row.id))
    say(
        _("« %(name)s » est archivé.", name=row.name)
        if verb == "archiver"
        else _("« %(name)s » est restauré.", name=row.name)
    )
    return go(url_for(".index"))


@bp.get("/<int:questionnaire_id>/export")
@requires(RIGHT)
def export(questionnaire_id: int) -> Response:
    """The questionnaire as a JSON file."""
    row = or_404(queries.questionnaire(questionnaire_id))
    response = make_response(json.dumps(queries.as_data(row), ensure_ascii=False, indent=2))
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="questionnaire-{row.code}.json"'
    return response


@bp.post("/import")
@requires(RIGHT)
def bring_in() -> Response:
    """A questionnaire from its JSON file; the same code is changed, another one is added."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise DomainError(_("Choisissez le fichier JSON d'un questionnaire exporté."))
    try:
        data = json.loads(upload.stream.read(MAX_FILE).decode("utf-8-sig"))
    except ValueError:
        raise DomainError(
            _("Ce fichier n'est pas du JSON lisible. Exportez de nouveau le questionnaire, puis recommencez.")
        ) from None
    if not isinstance(data, dict):
        raise DomainError(_("Ce fichier ne décrit pas un questionnaire. Exportez-en un pour voir la forme attendue."))
    with transaction():
        row, changed = services.put_questionnaire(data)
    say(
        _("« %(name)s » est importé.", name=row.name)
        if changed
        else _("« %(name)s » était déjà ainsi : rien n'a changé.", name=row.name)
    )
    return go(url_for(".edit", questionnaire_id=row.id))
