"""On the ticket's page: who should have it and why, to whom it is entrusted, what it costs; the verbs behind these buttons."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm

from app.accounts.queries import allowed
from app.assets.models import Asset
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.repairers import queries, services
from app.repairers.forms import EntrustForm, ReasonForm, TermsForm
from app.repairers.models import RepairJob
from app.repairers.queries.jobs import of_asset
from app.repairers.queries.problem import due_dates, minutes_of
from app.repairers.services.sharing import finish_of
from app.repairers.states import HELD, WORKING, JobState, Level, QuoteState
from app.repairers.views.blueprint import SHARE, bp
from app.tickets.models import Ticket
from app.tickets.queries import ticket_for


def share_panel(ticket: Ticket) -> dict[str, Any] | None:
    """To whom it is sent out, for who shares repairs; absent where none is sent out."""
    job = queries.job_of(ticket.id)
    if job is None and not (queries.active() and ticket.state in WORKING):
        return None
    return {"ticket": ticket, "job": job, **(_context(job, ticket) if job else {})}


def _context(job: RepairJob, ticket: Ticket) -> dict[str, Any]:
    due = due_dates([ticket.asset_id]) if ticket.asset_id else {}
    return {
        "names": {str(key): name for key, name in queries.names().items()},
        "due": due.get(ticket.asset_id or 0),
        "hours": minutes_of(ticket.estimated_minutes) / 60,
        "finish": finish_of(job.why, job.suggested_id) if job.suggested_id else None,
        "held": job.state in HELD,
        "at_work": ticket.state in WORKING,
        "quote_open": job.quote_state == QuoteState.SENT,
        "money": allowed(current_user, "ticket.money") or allowed(current_user, "bill.view"),
    }


def asset_panel(asset: Asset) -> dict[str, Any] | None:
    """The repairs of one of our things so far, and what they cost."""
    rows = of_asset(asset.id) if asset.ours and queries.active() else []
    if not rows:
        return None
    return {"rows": rows, "total": sum(row.cost or 0 for row in rows), "money": allowed(current_user, "ticket.money")}


def _ticket(number: str) -> Ticket:
    return or_404(ticket_for(current_user, number))


def _job(number: str) -> RepairJob:
    return or_404(queries.job_by_number(_ticket(number).number))


def _back(number: str) -> Response:
    return go(url_for("tickets.show", number=number) + "#partage")


@bp.post("/dossiers/<number>/sous-traitance")
@requires(SHARE)
def send_out(number: str) -> Response:
    """This work is to be done outside."""
    ticket = _ticket(number)
    with transaction():
        services.send_out(ticket)
    say(_("%(number)s est à confier", number=number))
    return _back(number)


@bp.route("/dossiers/<number>/reparateur", methods=["GET", "POST"])
@requires(SHARE)
def entrust(number: str) -> Response:
    """To whom it goes: who was suggested in one tap, anybody else with a reason."""
    job = _job(number)
    form = EntrustForm(repairer_id=job.suggested_id)
    return _ask(number, form, "repairers/entrust.html", lambda fresh, ticket: services.entrust(
        fresh, ticket, form.repairer_id.data, form.reason.data or ""
    ), _("%(number)s est proposée", number=number), job=job)  # fmt: skip


@bp.route("/dossiers/<number>/reparateur/reprise", methods=["GET", "POST"])
@requires(SHARE)
def withdraw(number: str) -> Response:
    """Take it back from who has it, or keep it here."""
    job, form, kept = _job(number), ReasonForm(), request.values.get("garder") == "1"
    verb = services.keep_here if kept else services.withdraw
    return _ask(number, form, "repairers/withdraw.html", lambda fresh, ticket: verb(
        fresh, ticket, form.reason.data or ""
    ), _("%(number)s reste chez nous", number=number) if kept else _("%(number)s est de nouveau à confier", number=number), job=job, kept=kept)  # fmt: skip


@bp.route("/dossiers/<number>/reparateur/conditions", methods=["GET", "POST"])
@requires(SHARE)
def terms(number: str) -> Response:
    """How long, how hard, from when."""
    job, ticket = _job(number), _ticket(number)
    hours = ticket.estimated_minutes * 1000 // 60 if ticket.estimated_minutes else None
    form = TermsForm(hours=hours, level=job.level.value, earliest=job.earliest)

    def write(fresh: RepairJob, row: Ticket) -> None:
        services.set_terms(fresh, row, minutes=form.minutes, level=Level(form.level.data), earliest=form.earliest.data)

    return _ask(
        number, form, "repairers/terms.html", write, _("Conditions enregistrées"), job=job, usual=minutes_of(None) / 60
    )


@bp.post("/dossiers/<number>/reparateur/accord")
@requires(SHARE)
def agreed(number: str) -> Response:
    """He said yes by telephone."""
    with transaction():
        services.accept(*services.locked(_job(number)))
    say(_("%(number)s : acceptée", number=number))
    return _back(number)


@bp.post("/dossiers/<number>/reparateur/devis")
@requires(SHARE)
def answer_quote(number: str) -> Response:
    """The desk agrees to his quote, or not."""
    yes = request.form.get("agreed") == "1"
    with transaction():
        services.answer_quote(*services.locked(_job(number)), agreed=yes)
    say(_("Devis accepté") if yes else _("Devis refusé"))
    return _back(number)


def _ask(
    number: str, form: FlaskForm, template: str, act: Callable[[RepairJob, Ticket], None], done: str, **context: Any
) -> Response:
    """A dialogue: shown, then done when it is right; what was typed stays when it is not."""
    job: RepairJob = context["job"]
    if form.validate_on_submit():
        try:
            with transaction():
                act(*services.locked(job))
        except DomainError as error:
            put_error(form, error)
        else:
            say(done)
            return _back(number)
    context["job"] = _job(number)
    status = 422 if form.errors or form.form_errors else 200
    return page(
        template, block="dialogue", status=status, form=form, ticket=_ticket(number), states=JobState, **context
    )
