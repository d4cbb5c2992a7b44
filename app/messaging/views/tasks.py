"""« À rappeler, à faire »: the team's list of tasks and calls."""

from datetime import date, timedelta

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed, people
from app.accounts.states import TEAM
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.search import SOURCES
from app.core.subject import Subject
from app.core.subjects import SUBJECTS, subject_for
from app.core.web import go, local_url, or_404, page, say
from app.messaging.forms import TaskForm
from app.messaging.models import Task
from app.messaging.queries import TaskFilters, labels_of, task_for, tasks_listing
from app.messaging.queries.tasks import TaskRow
from app.messaging.services import add_task, change_task, finish_task, reopen_task
from app.messaging.views.blueprint import bp, tabs


def _filters() -> TaskFilters:
    chosen = request.args.getlist("voir")
    return TaskFilters(mine="moi" in chosen, calls="appels" in chosen, late="retard" in chosen, done="faites" in chosen)


@bp.get("/messages/a-faire")
@requires("message.view")
def tasks() -> Response:
    """The list, what is due first at the top."""
    filters = _filters()
    found = paged(tasks_listing(current_user, filters), *asked_page())
    rows = [TaskRow(*row) for row in found.rows]
    labels = labels_of(row.about for row in rows if row.about and _opens(row.about.kind))
    return page(
        "messaging/tasks.html", block="liste", tabs=tabs("tasks"), found=found, rows=rows, labels=labels, filters=filters,
        toggle=_toggle, address=page_address, here=request.full_path.rstrip("?"), form=_form(),
    )  # fmt: skip


def _opens(kind: str) -> bool:
    """Whether a task links to the thread of such a record: not to one whose page this role does not open."""
    source = SOURCES.get(kind)
    return kind not in ("message", "contact") and (source is None or allowed(current_user, source.permission))


def _toggle(word: str) -> str:
    chosen = request.args.getlist("voir")
    kept = [item for item in chosen if item != word] if word in chosen else [*chosen, word]
    return url_for("messaging.tasks", voir=kept)


def _form(task: Task | None = None) -> TaskForm:
    form = TaskForm(obj=task) if task else TaskForm(contact_id=request.args.get("contact", ""))
    form.offer(list(people(*TEAM)))
    if task is not None and request.method == "GET":
        form.fill(task)
    return form


def _contact(form: TaskForm) -> Contact | None:
    number = chosen_id(form.contact_id.data)
    return db.session.get(Contact, number) if number else None


@bp.route("/messages/taches/nouvelle", methods=["GET", "POST"])
@requires("message.send")
def task_new() -> Response:
    """Note something to do or somebody to call."""
    form = _form()
    if form.validate_on_submit():
        with transaction():
            task = add_task(**form.values)
        say(_("Noté : %(label)s", label=task.label))
        return go(local_url(request.form.get("next"), url_for("messaging.tasks")))
    return page(
        "messaging/task.html", block="formulaire", form=form, task=None, contact=_contact(form), about=None,
        status=422 if form.errors else 200,
    )  # fmt: skip


@bp.route("/messages/taches/<int:task_id>", methods=["GET", "POST"])
@requires("message.send")
def task(task_id: int) -> Response:
    """Read or correct a task."""
    row = or_404(task_for(current_user, task_id))
    form = _form(row)
    if form.validate_on_submit():
        try:
            with transaction():
                change_task(db.session.get_one(Task, task_id), **form.values)
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Tâche enregistrée."))
            return go(url_for("messaging.tasks"))
    about = _about(row)
    return page(
        "messaging/task.html", block="formulaire", form=form, task=row, contact=_contact(form), about=about,
        status=422 if form.errors else 200,
    )  # fmt: skip


def _about(row: Task) -> tuple[str, str] | None:
    """(address, name) of the record it is about, when this person may see it."""
    if not (row.subject_kind and row.subject_id and row.subject_kind in SUBJECTS):
        return None
    record = subject_for(current_user, Subject(row.subject_kind, row.subject_id))
    known = SUBJECTS[row.subject_kind]
    return (known.url(record), known.label(record)) if record else None


def _back() -> Response:
    return go(local_url(request.form.get("next"), url_for("messaging.tasks")))


@bp.post("/messages/taches/<int:task_id>/fait")
@requires("message.send")
def task_done(task_id: int) -> Response:
    """Done."""
    row = or_404(task_for(current_user, task_id))
    with transaction():
        finish_task(db.session.get_one(Task, row.id))
    say(_("Fait : %(label)s", label=row.label))
    return _back()


@bp.post("/messages/taches/<int:task_id>/rouvrir")
@requires("message.send")
def task_reopened(task_id: int) -> Response:
    """Not done after all."""
    row = or_404(task_for(current_user, task_id))
    with transaction():
        reopen_task(db.session.get_one(Task, row.id))
    say(_("De nouveau à faire : %(label)s", label=row.label))
    return _back()


@bp.post("/messages/taches/<int:task_id>/reporter")
@requires("message.send")
def task_postponed(task_id: int) -> Response:
    """Tomorrow, or next Monday."""
    or_404(task_for(current_user, task_id))
    day = _postponed_to(request.form.get("jour", ""))
    with transaction():
        row = db.session.get_one(Task, task_id)
        change_task(
            row,
            label=row.label,
            call=row.call,
            due_on=day,
            assignee_id=row.assignee_id,
            contact_id=row.contact_id,
            notes=row.notes,
        )
    say(_("Reporté à %(day)s : %(label)s", day=clock.long_date(day), label=row.label))
    return _back()


def _postponed_to(word: str) -> date:
    today = clock.today()
    return today + timedelta(days=7 - today.weekday() if word == "lundi" else 1)
