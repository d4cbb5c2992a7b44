"""Remittances: cheques and card takings handed to the bank, with their slip."""

import secrets
from datetime import date
from typing import Any

from flask import Response, request, url_for

from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.money import euros
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.payments.forms.bank import RemittanceForm
from app.payments.models import Remittance
from app.payments.queries import remittances as queries
from app.payments.services import papers, remittances
from app.payments.services.remittances import METHODS, Other
from app.payments.states import Method, RemittanceState
from app.payments.views.blueprint import bp, tabs
from app.payments.views.debits import RIGHT


def _method() -> Method:
    asked = request.values.get("method") or request.args.get("moyen") or ""
    return next((method for method in METHODS if method.value == asked), Method.CHEQUE)


@bp.route("/reglements/remises", methods=["GET", "POST"])
@requires(RIGHT)
def remittances_page() -> Response:
    """What waits for the bank, by means; below, what was handed."""
    form, method = RemittanceForm(), _method()
    if not form.is_submitted():
        form.form_key.data, form.deposited_on.data, form.method.data = (
            secrets.token_urlsafe(12),
            clock.today(),
            method.value,
        )
    if form.validate_on_submit() and form.deposited_on.data is not None:
        try:
            made = _hand(method, form, form.deposited_on.data)
            say(_("%(number)s : %(total)s remis en banque", number=made.number, total=euros(made.total)))
            return go(url_for("payments.remittance", remittance_id=made.id))
        except DomainError as error:
            put_error(form, error)
    ticked = set(_ticked()) if form.is_submitted() else None
    return page(
        "payments/remittances.html", form=form, rows=queries.to_remit(method), ticked=ticked, method=method, means=_means(method),
        page=paged(queries.remittances(), *asked_page()), address=page_address,
        tabs=tabs("remittances_page"), status=422 if form.errors else 200,
    )  # fmt: skip


def _means(active: Method) -> list[dict[str, Any]]:
    """The choice of a means, each with what of it waits."""
    waiting = queries.waiting(METHODS)
    return [
        {
            "label": f"{method.label} · {euros(waiting[method][1])}" if method in waiting else method.label, "icon": method.icon,
            "url": url_for("payments.remittances_page", moyen=method.value), "active": method == active,
        }
        for method in METHODS
    ]  # fmt: skip


def _hand(method: Method, form: RemittanceForm, on: date) -> Remittance:
    other = Other(form.other_count.data or 0, form.other_amount.data or 0, form.other_label.data or "")
    with transaction():
        return remittances.remit(method, _ticked(), on, other=other, form_key=form.form_key.data)


def _ticked() -> list[int]:
    return [number for number in map(chosen_id, request.form.getlist("payments")) if number is not None]


@bp.get("/reglements/remises/<int:remittance_id>")
@requires(RIGHT)
def remittance(remittance_id: int) -> Response:
    """A remittance: what it holds, and whether the bank credited it."""
    row = or_404(queries.remittance_by_id(remittance_id))
    return page(
        "payments/remittance.html", remittance=row, rows=queries.payments_of(row.id), events=events_of(subject_of(row)),
        cancellable=row.state == RemittanceState.DEPOSITED,
    )  # fmt: skip


@bp.get("/reglements/remises/<int:remittance_id>/bordereau")
@requires(RIGHT)
def remittance_slip(remittance_id: int) -> Response:
    """The slip to hand over with the cheques."""
    row = or_404(queries.remittance_by_id(remittance_id))
    return papers.as_file(papers.slip(row, queries.payments_of(row.id)), f"{row.number}.pdf")


@bp.post("/reglements/remises/<int:remittance_id>/annulation")
@requires(RIGHT)
def cancel_remittance(remittance_id: int) -> Response:
    """It was a mistake: its payments wait again."""
    or_404(queries.remittance_by_id(remittance_id))
    with transaction():
        remittances.cancel(remittance_id)
    say(_("Remise annulée : ses règlements attendent de nouveau"))
    return go(url_for("payments.remittances_page"))
