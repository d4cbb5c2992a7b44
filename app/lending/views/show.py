"""One loan: what left, what comes back when, and the one next thing to do."""

from datetime import datetime
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.lending import services
from app.lending.forms import ExtendForm, InsuranceForm, TakeDepositForm
from app.lending.models import Incident, Loan, LoanItem
from app.lending.queries import loan_for
from app.lending.queries.conditions import BACK, states_to_note
from app.lending.queries.incidents import incidents_of
from app.lending.services.charges import deposit_asked, held_for, may_owe
from app.lending.services.deposits import to_give
from app.lending.services.insurance import certificate_of, insurance_asked
from app.lending.services.reminders import remind_by_hand
from app.lending.services.trading import Tradeable, numbers_known, scanned_item
from app.lending.states import OPEN, TO_HAND_OVER, LoanState
from app.lending.views.blueprint import EDIT, VIEW, bp
from app.lending.views.repeat import series_part
from app.payments.services.online import offers


def the_loan(number: str) -> Loan:
    """The loan, or the 404 page."""
    return or_404(loan_for(current_user, number))


@bp.get("/prets/<number>")
@requires(VIEW)
def show(number: str) -> Response:
    """The page of a loan."""
    return shown(the_loan(number))


def shown(loan: Loan, status: int = 200, refusal: str = "", **more: Any) -> Response:
    """Its page, with what was refused."""
    edit, out = allowed(current_user, EDIT), [item for item in loan.items if item.out_at and not item.back_at]
    known, asked = held_for(loan), deposit_asked(loan)
    values: dict[str, Any] = {
        "late": loan.state == LoanState.OUT and loan.due_at < clock.now(), "edit": edit and loan.state in OPEN, "out": out,
        "to_hand_over": edit and any(item.out_at is None for item in loan.items) and loan.state in OPEN,
        "may_cancel": edit and loan.state in TO_HAND_OVER, "incidents": incidents_of(Incident.loan_id == loan.id),
        "states": states_to_note(loan.items), "BACK": BACK, "deposits": known, "deposit_asked": asked,
        "to_give": (to_give_now := to_give(loan, known)), "online": edit and bool(to_give_now and offers()),
        "deposit_form": TakeDepositForm(amount=to_give_now or asked), "insurance_form": InsuranceForm(formdata=None),
        "insurance_asked": insurance_asked(loan), "certificate": certificate_of(loan.contact_id), "may_owe": may_owe(loan),
        "trade": "",
    }  # fmt: skip
    return page(
        "lending/show.html", status=status, loan=loan, events=events_of(subject_of(loan), 40), refusal=refusal, **values | series_part(loan) | more
    )  # fmt: skip


@bp.post("/prets/<number>/remise")
@requires(EDIT)
def hand_over(number: str) -> Response:
    """All of it leaves, or what was scanned: another unit of ours takes the place of the one of its family."""
    loan, code = the_loan(number), request.form.get("code", "").strip()[:100]
    try:
        with transaction():
            loan = services.locked(loan, request.form.get("version", type=int))
            services.hand_over(loan, _leaving(loan, code))
    except DomainError as error:
        db.session.rollback()
        return shown(the_loan(number), error.status, error.message, trade=code if isinstance(error, Tradeable) else "")
    say(_("%(number)s : remis à %(client)s", number=number, client=loan.contact.name))
    return go(url_for("lending.show", number=number))


def _leaving(loan: Loan, code: str) -> list[LoanItem]:
    if code:
        return [scanned_item(loan, code, trade=request.form.get("echanger") == "1")]
    numbers_known(loan)
    return loan.items


@bp.post("/prets/<number>/preparation/<int:item_id>")
@requires(EDIT)
def prepare(number: str, item_id: int) -> Response:
    """« Préparé », or no more."""
    loan = the_loan(number)
    with transaction():
        item = or_404(next((item for item in services.locked(loan).items if item.id == item_id), None))
        services.prepare(item, ready=request.form.get("ready") == "1")
    return go(url_for("lending.show", number=number))


@bp.post("/prets/<number>/confirmation")
@requires(EDIT)
def confirm(number: str) -> Response:
    """The option becomes a reservation."""
    with transaction():
        services.confirm(services.locked(the_loan(number)))
    say(_("%(number)s : réservé", number=number))
    return go(url_for("lending.show", number=number))


@bp.route("/prets/<number>/prolongation", methods=["GET", "POST"])
@requires(EDIT)
def extend(number: str) -> Response:
    """Another return date."""
    loan = the_loan(number)
    due: datetime = clock.local(loan.due_at)
    form = ExtendForm(due_day=due.date(), due_time=due.time())
    if not form.validate_on_submit():
        return page("lending/extend.html", block="dialogue", status=422 if form.errors else 200, loan=loan, form=form)
    try:
        with transaction():
            services.extend(services.locked(loan), form.moment())
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return page("lending/extend.html", block="dialogue", status=error.status, loan=the_loan(number), form=form)
    say(_("Retour prévu le %(day)s", day=clock.long_date(clock.local(form.moment()).date())))
    return go(url_for("lending.show", number=number))


@bp.post("/prets/<number>/annulation")
@requires(EDIT)
def cancel(number: str) -> Response:
    """Nobody comes for it."""
    with transaction():
        services.cancel(services.locked(the_loan(number)))
    say(_("%(number)s : annulé, tout est libre", number=number))
    return go(url_for("lending.show", number=number))


@bp.post("/prets/<number>/rappel")
@requires(EDIT)
def remind(number: str) -> Response:
    """« Envoyer le rappel »."""
    loan = the_loan(number)
    try:
        with transaction():
            remind_by_hand(services.locked(loan))
    except DomainError as error:
        db.session.rollback()
        return shown(the_loan(number), error.status, error.message)
    say(_("Rappel envoyé à %(client)s", client=loan.contact.name))
    return go(url_for("lending.show", number=number))
