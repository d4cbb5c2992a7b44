"""The dates of a series, from the page of one of its loans: given up, or at other hours."""

from flask import Response, url_for

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, say
from app.lending.forms import SeriesForm
from app.lending.services.series import cancel_dates, change_hours
from app.lending.states import Scope
from app.lending.views.blueprint import EDIT, bp
from app.lending.views.repeat import series_part
from app.lending.views.show import shown, the_loan


@bp.post("/prets/<number>/serie/annulation")
@requires(EDIT)
def cancel_series(number: str) -> Response:
    """This date, those from it on, or all that have not left."""
    loan, form = the_loan(number), SeriesForm()
    try:
        with transaction():
            count = cancel_dates(loan, _scope(form))
    except DomainError as error:
        db.session.rollback()
        return shown(the_loan(number), error.status, error.message)
    say(_n("%(num)s date annulée, tout est libre", "%(num)s dates annulées, tout est libre", count))
    return go(url_for("lending.show", number=number))


@bp.post("/prets/<number>/serie/heures")
@requires(EDIT)
def change_series(number: str) -> Response:
    """Other hours on the same days."""
    loan, form = the_loan(number), SeriesForm()
    if not form.validate() or form.begins.data is None or form.ends.data is None:
        return shown(loan, 422, **series_part(loan, form))
    try:
        with transaction():
            count = change_hours(loan, _scope(form), form.begins.data, form.ends.data)
    except DomainError as error:
        db.session.rollback()
        error.field = error.field if error.field in form else "scope"
        put_error(form, error)
        loan = the_loan(number)
        return shown(loan, error.status, **series_part(loan, form))
    say(_n("%(num)s date changée", "%(num)s dates changées", count))
    return go(url_for("lending.show", number=number))


def _scope(form: SeriesForm) -> Scope:
    if form.scope.data not in Scope._value2member_map_:
        raise DomainError(_("Choisissez pour quelles dates."), field="scope")
    return Scope(form.scope.data)
