"""The page where a deposit is paid online: by link, without an account."""

from collections.abc import Callable

from flask import Response, render_template, request, url_for

from app.accounts.queries import our_organisation
from app.core import links
from app.core.db import db
from app.core.errors import DomainError, Gone
from app.core.i18n import _
from app.core.panels import panels
from app.core.permissions import public
from app.core.urls import absolute
from app.core.web import go, or_404, page, raw, say
from app.payments.models import SecurityDeposit
from app.payments.services import online
from app.payments.services.deposits import LINK
from app.payments.states import CheckoutState, DepositState
from app.payments.views.blueprint import bp
from app.payments.views.pay import coming_back


def _inside(token: str, view: Callable[[SecurityDeposit], Response]) -> Response:
    """The view with the deposit of that link; 404 when forged, a sentence when it is over."""
    try:
        link = or_404(links.resolve(token, LINK))
    except Gone as gone:
        return page(
            "portal/problem.html", status=gone.status, title=_("Ce lien n'est plus valable"), advice=gone.message
        )
    return view(or_404(db.session.get(SecurityDeposit, link.subject_id)))


@bp.get("/caution/<token>")
@public
def pay_deposit(token: str) -> Response:
    """What is asked for, why, and how to pay it."""
    return _inside(token, lambda deposit: _show(deposit, token))


def _show(deposit: SecurityDeposit, token: str) -> Response:
    found = [raw(render_template(template, **values)) for template, values in panels("deposit.client", deposit, ())]
    return page(
        "payments/pay_deposit.html", panels=found, deposit=deposit, token=token, house=our_organisation(), offers=online.offers(),
        asked=deposit.state == DepositState.ASKED, held=deposit.state == DepositState.HELD,
        **coming_back(online.live_checkout(None, deposit.id)),
    )  # fmt: skip


@bp.post("/caution/<token>/en-ligne/<int:account_id>")
@public
def pay_deposit_online(token: str, account_id: int) -> Response:
    """Open the partner's page; this one then leads to it."""
    return _inside(token, lambda deposit: _open(deposit.id, token, account_id))


def _open(deposit_id: int, token: str, account_id: int) -> Response:
    refused = request.form.get("refused", "")[:40]
    if refused:
        online.asked_of(online.live_checkout(None, deposit_id))
    try:
        online.open_deposit(deposit_id, account_id, absolute("payments.pay_deposit", token=token), refused=refused)
    except DomainError as error:
        say(error.message, "error")
    return go(url_for("payments.pay_deposit", token=token))


@bp.post("/caution/<token>/verification")
@public
def check_deposit(token: str) -> Response:
    """The client says that he has paid: the partner is asked."""
    return _inside(token, lambda deposit: _checked(deposit.id, token))


def _checked(deposit_id: int, token: str) -> Response:
    if online.asked_of(online.live_checkout(None, deposit_id)) == CheckoutState.OPEN:
        say(_("Le paiement n'est pas encore confirmé. Cette page le dira dès qu'il le sera."))
    return go(url_for("payments.pay_deposit", token=token))
