"""One repair in its repairer's hands: yes or no, his quote; and the panel on the ticket's page."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm

from app.accounts.states import Role
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.repairers import queries, services
from app.repairers.forms import AcceptForm, QuoteForm, ReasonForm
from app.repairers.models import RepairJob
from app.repairers.queries.problem import due_dates, minutes_of
from app.repairers.states import NOT_BEGUN, WORKING, JobState
from app.repairers.views.blueprint import OWN, bp
from app.tickets.models import Ticket
from app.tickets.queries import lines_of


def _own(number: str) -> RepairJob:
    """His repair, or the 404 page."""
    return or_404(queries.own_job(current_user, number))


def own_panel(ticket: Ticket) -> dict[str, Any] | None:
    """What he must know and do of a repair of his; absent for anybody else."""
    job = queries.own_job(current_user, ticket.number) if current_user.role == Role.REPAIRER else None
    if job is None:
        return None
    due = due_dates([ticket.asset_id]) if ticket.asset_id else {}
    accepted, at_work = job.state == JobState.ACCEPTED, ticket.state in WORKING
    return {
        "ticket": ticket,
        "job": job,
        "due": due.get(ticket.asset_id or 0),
        "hours": minutes_of(ticket.estimated_minutes) / 60,
        "proposed": job.state == JobState.PROPOSED and at_work,
        "may_refuse": at_work and (not accepted or ticket.state in NOT_BEGUN),
        "may_delay": accepted and at_work,
        "may_quote": at_work,
        "may_bill": accepted and job.bill_id is None,
        "late": job.expected_on is not None and job.expected_on < clock.today() and at_work,
    }


def header_panel(ticket: Ticket) -> dict[str, Any] | None:
    """The filled button of the page while he has not answered."""
    found = own_panel(ticket)
    return found if found is not None and found["proposed"] else None


@bp.post("/mes-reparations/<number>/accord")
@requires(OWN)
def my_yes(number: str) -> Response:
    """He takes it."""
    job, form = _own(number), AcceptForm()
    if not form.validate_on_submit():
        raise DomainError(_("Cette date ne se lit pas. Écrivez-la comme 24/11/2026."), field="day")
    with transaction():
        services.accept(*services.locked(job), form.day.data)
    say(_("%(number)s est à vous", number=number))
    return go(
        url_for("tickets.show", number=number)
        if request.form.get("suite") == "dossier"
        else url_for("repairers.my_work")
    )


@bp.route("/mes-reparations/<number>/refus", methods=["GET", "POST"])
@requires(OWN)
def my_no(number: str) -> Response:
    """He does not take it, and why."""
    form = ReasonForm()

    def act(job: RepairJob, ticket: Ticket) -> None:
        services.refuse(job, ticket, form.reason.data or "")

    return _ask(number, form, "repairers/my_no.html", act, _("Refus transmis"), url_for("repairers.my_work"))


@bp.route("/mes-reparations/<number>/devis", methods=["GET", "POST"])
@requires(OWN)
def my_quote(number: str) -> Response:
    """What it will cost: the lines of the ticket say it already, or he types it."""
    job = _own(number)
    lines = sum(line.gross for line in lines_of(job.ticket))
    form = QuoteForm(amount=job.quote or lines or None, note=job.quote_note)

    def act(fresh: RepairJob, ticket: Ticket) -> None:
        services.send_quote(fresh, ticket, form.amount.data or 0, form.note.data or "")

    return _ask(number, form, "repairers/my_quote.html", act, _("Devis envoyé"), url_for("tickets.show", number=number))


def _ask(
    number: str, form: FlaskForm, template: str, act: Callable[[RepairJob, Ticket], None], done: str, after: str
) -> Response:
    """A dialogue: shown, then done when it is right; what was typed stays when it is not."""
    job = _own(number)
    if form.validate_on_submit():
        try:
            with transaction():
                act(*services.locked(job))
        except DomainError as error:
            put_error(form, error)
        else:
            say(done)
            return go(after)
    status = 422 if form.errors or form.form_errors else 200
    return page(template, block="dialogue", status=status, form=form, job=_own(number), number=number)
