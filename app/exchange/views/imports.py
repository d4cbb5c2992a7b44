"""The wizard: a file is received, its columns are named with a preview, it is tried or imported."""

from itertools import islice
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.pages import asked_page, paged
from app.core.permissions import requires
from app.core.reading import MAX_BYTES, Layout, Row, open_table
from app.core.web import go, or_404, page, say
from app.documents.services import open_file
from app.exchange import queries, services
from app.exchange.forms import ColumnsForm, UploadForm
from app.exchange.kinds import KINDS, offered
from app.exchange.models import ImportRun
from app.exchange.services.judging import Judge
from app.exchange.states import ImportState
from app.exchange.views.blueprint import IMPORT, bp

SAMPLE = 5
OPEN = (ImportState.MAPPING, ImportState.REFUSED, ImportState.CHECKED)


@bp.route("/import", methods=["GET", "POST"])
@requires(IMPORT)
def index() -> Response:
    """Drop a file; below, the imports already made."""
    form = UploadForm(kind=request.args.get("kind", ""))
    if form.validate_on_submit():
        return _receive(form)
    return _index(form, 422 if form.errors else 200)


def _receive(form: UploadForm) -> Response:
    upload = form.file.data
    try:
        with transaction():
            run = services.receive(
                upload.stream.read(MAX_BYTES + 1), upload.filename or "", kind=form.kind.data, by=current_user.name
            )
    except DomainError as error:
        put_error(form, DomainError(error.message, field="file"))
        return _index(form, error.status)
    return go(url_for("exchange.columns", run_id=run.id))


def _index(form: UploadForm, status: int) -> Response:
    number, size = asked_page()
    found = paged(queries.runs_query(), number, size, scalars=True)
    return page(
        "exchange/index.html", form=form, found=found, kinds=offered(), status=status,
        page_url=lambda n: url_for("exchange.index", page=n),
    )  # fmt: skip


@bp.route("/import/<int:run_id>/colonnes", methods=["GET", "POST"])
@requires(IMPORT)
def columns(run_id: int) -> Response:
    """Say what each column is. Any change shows at once how the first lines read; two buttons go on."""
    run = or_404(queries.run(run_id))
    if run.state not in OPEN:
        return go(url_for("exchange.show", run_id=run_id))
    form = ColumnsForm() if request.method == "POST" else ColumnsForm.of(run)
    if not form.validate_on_submit():
        return _columns(run, form)
    try:
        done = _act(run_id, form)
    except DomainError as error:
        put_error(form, error)
        return _columns(or_404(queries.run(run_id)), form, error.status)
    if done:
        return go(url_for("exchange.show", run_id=run_id))
    return _columns(or_404(queries.run(run_id)), ColumnsForm.of(or_404(queries.run(run_id))))


def _act(run_id: int, form: ColumnsForm) -> bool:
    """Keep what was chosen; True when the import begins. Raises DomainError."""
    action = request.form.get("do", "apercu")
    with transaction():
        run = queries.locked_run(run_id)
        run.keep_good = form.keep_good.data
        if request.form.get("read_as") == _read_as(run):
            services.change_columns(run, request.form.getlist("field"))
        services.change_layout(run, kind=form.kind.data, encoding=form.encoding.data, separator=form.separator.data)
        if action.startswith("proposer:"):
            services.use_mapping(run, int(action.removeprefix("proposer:")))
    if action not in ("essayer", "importer"):
        return False
    with transaction():
        run = queries.locked_run(run_id)
        if form.name.data:
            services.keep_mapping(run.kind, form.name.data, run.headers, run.mapping)
        services.start(run, rehearsal=action == "essayer", keep_good=form.keep_good.data)
    return True


def _read_as(run: ImportRun) -> str:
    """What the columns shown depend on: choices made for another reading of the file are not taken."""
    return f"{run.kind} {run.layout['encoding']} {len(run.headers)}"


def _columns(run: ImportRun, form: ColumnsForm, status: int = 200) -> Response:
    kind = KINDS[run.kind]
    table = open_table(open_file(run.file), Layout.of(run.layout))
    rows: list[Row] = list(islice(table.rows(), SAMPLE))
    judge = Judge(kind, run)
    shown: dict[str, Any] = {
        "chosen": [(key, kind.field(key).label) for key in run.mapping if key],
        "preview": [judge.judge(row) for row in rows],
        "samples": [_samples(rows, column) for column in range(len(run.headers))],
    }
    return page(
        "exchange/columns.html", block="colonnes", status=status, run=run, form=form, kind=kind, read_as=_read_as(run),
        mappings=queries.mappings(run.kind), **shown,
    )  # fmt: skip


def _samples(rows: list[Row], column: int) -> list[str]:
    values = (row.cells[column].strip() for row in rows if column < len(row.cells))
    return list(dict.fromkeys(value for value in values if value))[:3]


@bp.post("/import/<int:run_id>/commencer")
@requires(IMPORT)
def begin(run_id: int) -> Response:
    """After a rehearsal or a stop: import, all of it or its good lines."""
    or_404(queries.run(run_id))
    with transaction():
        services.start(queries.locked_run(run_id), rehearsal=False, keep_good=request.form.get("keep_good") == "1")
    return go(url_for("exchange.show", run_id=run_id))


@bp.post("/import/<int:run_id>/reprise")
@requires(IMPORT)
def resume(run_id: int) -> Response:
    """Go on with an import whose work stopped."""
    or_404(queries.run(run_id))
    with transaction():
        services.resume(queries.locked_run(run_id))
    say(_("L'import reprend où il s'était arrêté."))
    return go(url_for("exchange.show", run_id=run_id))


@bp.post("/import/correspondances/<int:mapping_id>/suppression")
@requires(IMPORT)
def forget_mapping(mapping_id: int) -> Response:
    """Forget a kept mapping."""
    with transaction():
        services.forget_mapping(mapping_id)
    say(_("Correspondance supprimée"))
    return go(url_for("exchange.index"))
