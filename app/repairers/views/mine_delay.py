"""A repairer announces a delay: he sees how many reservations his new date touches, and nothing of whose, before he confirms."""

from datetime import date

from flask import Response, request, url_for
from flask_login import current_user

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.repairers import queries, services
from app.repairers.forms import DelayForm
from app.repairers.models import RepairJob
from app.repairers.views.blueprint import OWN, bp
from app.tickets.queries import ticket_for
from app.tickets.services import Affected, affected_by


@bp.route("/mes-reparations/<number>/retard", methods=["GET", "POST"])
@requires(OWN)
def my_delay(number: str) -> Response:
    """Later than said: written once what it touches was seen."""
    job = or_404(queries.own_job(current_user, number))
    form = DelayForm(request.args) if request.method == "GET" and request.args else DelayForm()
    day = form.day.data
    if request.method == "GET" or not form.validate_on_submit() or day is None:
        return _dialog(number, form, 422 if form.errors else 200)
    if (form.seen.data or "") != _mark(_touched(job, day)):
        return _dialog(number, form)
    try:
        with transaction():
            fresh, ticket = services.locked(job)
            services.announce_delay(fresh, ticket, day, form.reason.data or "")
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _dialog(number, form, error.status)
    say(_("Retard annoncé"))
    return go(url_for("tickets.show", number=number))


def _touched(job: RepairJob, day: date | None) -> list[Affected]:
    """The reservations that lose their slot if it lasts to the end of that day."""
    later = day is not None and day > clock.today() and (job.expected_on is None or day > job.expected_on)
    return affected_by(or_404(ticket_for(current_user, job.ticket.number)), day) if later and day is not None else []


def _mark(touched: list[Affected]) -> str:
    return ",".join(str(one.booking_id) for one in touched)


def _dialog(number: str, form: DelayForm, status: int = 200) -> Response:
    job = or_404(queries.own_job(current_user, number))
    touched = _touched(job, form.day.data)
    form.seen.raw_data, form.seen.data = None, _mark(touched)
    needed = clock.local(min(one.starts_at for one in touched)) if touched else None
    return page(
        "repairers/my_delay.html", block="dialogue", status=status, form=form, job=job, number=number, touched=len(touched),
        needed=needed, stuck=any(one.begun for one in touched),
    )  # fmt: skip
