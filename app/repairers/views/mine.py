"""The repairer's own space: his work list, his weeks, his lead times and closures. Nothing else is his to see."""

from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.repairers import queries, services
from app.repairers.forms import AbsenceForm, leads_form
from app.repairers.models import Repairer
from app.repairers.queries import jobs, profiles
from app.repairers.queries.problem import due_dates
from app.repairers.states import Tab
from app.repairers.views.blueprint import OWN, bp

WEEKS = 4


def me() -> Repairer | None:
    """The profile of who looks; None for who has none."""
    return queries.profile_of(current_user)


def nobody() -> Response:
    """Somebody who may open this space but repairs nothing."""
    return page("repairers/nobody.html")


@bp.get("/mes-reparations")
@requires(OWN)
def my_work() -> Response:
    """His work list: what is proposed first."""
    mine = me()
    if mine is None:
        return nobody()
    counts = jobs.own_counts(mine.id)
    first = next((tab for tab in Tab if counts[tab]), Tab.ACCEPTED)
    tab = next((tab for tab in Tab if tab == request.args.get("vue")), first)
    rows = paged(jobs.own_list(tab, mine.id), *asked_page())
    dues = due_dates([row.asset_id for row in rows.rows if row.asset_id])
    return page(
        "repairers/my_work.html", block="liste", page=rows, tab=tab, tabs=Tab, counts=counts, dues=dues, address=page_address,
        today_is=clock.today(), me=mine,
    )  # fmt: skip


@bp.get("/mes-reparations/planning")
@requires(OWN)
def my_weeks() -> Response:
    """What he must give back, day by day, with his closures: four weeks from the one asked for."""
    mine = me()
    if mine is None:
        return nobody()
    today = clock.today()
    first = _monday(request.args.get("semaine", ""), today)
    last = first + timedelta(days=7 * WEEKS - 1)
    rows = jobs.own_days(mine.id, last)
    late = [row for row in rows if row.expected_on < min(first, today)]
    away = profiles.absences([mine.user_id], clock.start_of(first))
    return page(
        "repairers/my_weeks.html", weeks=_weeks(first, rows, away), late=late, first=first, last=last, today_is=today, me=mine,
        before=first - timedelta(days=7 * WEEKS), after=last + timedelta(days=1),
    )  # fmt: skip


def _monday(asked: str, today: date) -> date:
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = today
    if abs((day - today).days) > 1000:
        day = today
    return day - timedelta(days=day.weekday())


def _weeks(
    first: date, rows: Any, away: list[profiles.Absence]
) -> list[tuple[date, list[tuple[date, list[Any], str]]]]:
    """(monday, its days that have something: (day, repairs to give back, why it is closed))."""
    weeks = []
    for rank in range(WEEKS):
        monday = first + timedelta(days=7 * rank)
        days = []
        for day in (monday + timedelta(days=more) for more in range(7)):
            found = [row for row in rows if row.expected_on == day]
            closed = next((one.label for one in away if one.first <= day <= one.last), "")
            if found or closed:
                days.append((day, found, closed))
        weeks.append((monday, days))
    return weeks


@bp.route("/mes-reparations/delais", methods=["GET", "POST"])
@requires(OWN)
def my_leads() -> Response:
    """His usual lead times, and his closures."""
    mine = me()
    if mine is None:
        return nobody()
    form = leads_form(mine)
    if form.validate_on_submit():
        with transaction():
            fresh = or_404(me())
            services.set_leads(fresh, {skill.family_id: form[f"lead{skill.family_id}"].data for skill in fresh.skills})
        say(_("Délais enregistrés"))
        return go(url_for("repairers.my_leads"))
    return _leads(mine, form, AbsenceForm(formdata=None))


def _leads(mine: Repairer, form: Any, absence: AbsenceForm) -> Response:
    return page(
        "repairers/my_leads.html", me=mine, form=form, absence=absence, absences=profiles.absences([mine.user_id]),
        status=422 if form.errors or absence.errors or absence.form_errors else 200,
    )  # fmt: skip


@bp.post("/mes-reparations/fermetures")
@requires(OWN)
def my_closure() -> Response:
    """Days when he does not work."""
    mine = me()
    if mine is None:
        return nobody()
    form = AbsenceForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.add_absence(or_404(me()), *form.days(), form.label.data or "")
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Fermeture notée : on ne vous prévoit rien ces jours-là"))
            return go(url_for("repairers.my_leads"))
    return _leads(or_404(me()), leads_form(mine), form)


@bp.post("/mes-reparations/fermetures/<int:booking_id>/suppression")
@requires(OWN)
def my_reopening(booking_id: int) -> Response:
    """He works on those days after all."""
    mine = or_404(me())
    with transaction():
        services.drop_absence(mine, or_404(profiles.absence_of(mine.user_id, booking_id)))
    say(_("Fermeture retirée"))
    return go(url_for("repairers.my_leads"))
