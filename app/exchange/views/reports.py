"""An import at work and its report, on screen and as a file."""

from collections.abc import Iterator

from flask import Response, current_app, stream_with_context, url_for

from app.core.i18n import _
from app.core.jobs import JobState
from app.core.pages import asked_page, paged
from app.core.permissions import requires
from app.core.sheets import csv_blocks
from app.core.web import go, not_found, or_404, page
from app.exchange import queries
from app.exchange.kinds import KINDS
from app.exchange.queries import exporting
from app.exchange.states import RUNNING, ImportState
from app.exchange.views.blueprint import IMPORT, bp


@bp.get("/import/<int:run_id>")
@requires(IMPORT)
def show(run_id: int) -> Response:
    """How far it is, asked again every two seconds; then what was found, line by line."""
    run = or_404(queries.run(run_id))
    if run.state == ImportState.MAPPING:
        return go(url_for("exchange.columns", run_id=run_id))
    number, size = asked_page()
    job = queries.job_of(run)
    running = run.state in RUNNING
    return page(
        "exchange/show.html", block="rapport", run=run, kind=KINDS[run.kind], job=job, running=running,
        stopped=bool(running and job and job.state == JobState.FAILED),
        notes=None if running else paged(queries.notes_query(run_id), number, size),
        page_url=lambda n: url_for("exchange.show", run_id=run_id, page=n),
    )  # fmt: skip


@bp.get("/import/<int:run_id>/rapport.csv")
@requires(IMPORT)
def report(run_id: int) -> Response:
    """The report as a file."""
    run = or_404(queries.run(run_id))
    headers = [_("Ligne"), _("Colonne"), _("Valeur"), _("Ligne refusée"), _("Pourquoi"), _("Que faire")]

    def rows() -> Iterator[list[str]]:
        for note in queries.notes(run_id):
            yield [
                str(note.line),
                note.header,
                note.value,
                _("oui") if note.refused else _("non"),
                note.reason,
                note.remedy,
            ]

    return _csv(f"rapport-import-{run.id}.csv", csv_blocks(headers, rows()))


@bp.get("/import/modele/<kind>.csv")
@requires(IMPORT)
def model(kind: str) -> Response:
    """An empty file with the titles that are understood."""
    if kind not in KINDS:
        not_found()
    return _csv(f"modele-{kind}.csv", csv_blocks(exporting.headers(KINDS[kind]), ()))


def _csv(name: str, blocks: Iterator[str]) -> Response:
    return current_app.response_class(
        stream_with_context(blocks),
        headers={"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'},
    )
