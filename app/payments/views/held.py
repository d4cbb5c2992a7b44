"""What is held for clients: security deposits and gift vouchers."""

import secrets
from typing import Any

from flask import Response, url_for
from flask_login import current_user
from sqlalchemy import Select, select

from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.money import euros
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.settings import setting
from app.core.web import go, or_404, page, say
from app.payments.forms import CloseDepositForm, DepositForm, VoucherForm
from app.payments.models import SecurityDeposit, Voucher
from app.payments.queries.deposits import payment_of, to_give_back
from app.payments.services import deposit_ends, deposits
from app.payments.services.deposit_ends import on_its_way
from app.payments.services.selling import sell_voucher
from app.payments.states import ONLINE, DepositState, Method
from app.payments.views.blueprint import bp, tabs


@bp.route("/reglements/cautions", methods=["GET", "POST"])
@requires("payment.receive")
def deposits_page() -> Response:
    """The deposits, those held first; a new one."""
    form = DepositForm()
    if not form.is_submitted():
        form.received_on.data = clock.today()
    if form.validate_on_submit():
        try:
            with transaction():
                _new_deposit(form)
            say(_("Dépôt de garantie noté : il n'est pas un règlement, et ne paie aucune facture"))
            return go(url_for("payments.deposits_page"))
        except DomainError as error:
            put_error(form, error)
    return page(
        "payments/deposits.html", form=form, page=paged(_deposits(), *asked_page()), address=page_address,
        today_is=clock.today(), tabs=tabs("deposits_page"), status=422 if form.errors else 200,
    )  # fmt: skip


def _deposits() -> Select[*tuple[Any, ...]]:
    """Those held first."""
    return (
        select(
            SecurityDeposit.id, SecurityDeposit.amount, SecurityDeposit.method, SecurityDeposit.reference, SecurityDeposit.state,
            SecurityDeposit.received_on, SecurityDeposit.renew_on, SecurityDeposit.kept_amount, SecurityDeposit.reason,
            Contact.id.label("contact_id"), Contact.name.label("client"),
        )
        .join(Contact, Contact.id == SecurityDeposit.contact_id)
        .order_by(SecurityDeposit.closed_on.is_not(None), SecurityDeposit.id.desc())
    )  # fmt: skip


def _new_deposit(form: DepositForm) -> None:
    contact = contact_for(current_user, chosen_id(form.contact_id.data) or 0)
    if contact is None:
        raise DomainError(_("Choisissez le client dans la liste."), field="contact_id")
    deposit = deposits.ask(contact, form.amount.data or 0, Method(form.method.data))
    if form.received_on.data is not None:
        deposits.hold(deposit, form.received_on.data, form.reference.data or "")


@bp.route("/reglements/cautions/<int:deposit_id>", methods=["GET", "POST"])
@requires("payment.receive")
def close_deposit(deposit_id: int) -> Response:
    """Give a deposit back, or keep a part of it; or another cheque in its place."""
    deposit = or_404(db.session.get(SecurityDeposit, deposit_id))
    form = CloseDepositForm()
    if not form.is_submitted() and deposit.method not in ONLINE:
        form.means.data = deposit.method.value
    if form.validate_on_submit():
        try:
            with transaction():
                _close(form, deposit)
            say(_("Dépôt de garantie mis à jour"))
            return go(url_for("payments.deposits_page"))
        except DomainError as error:
            deposit = or_404(db.session.get(SecurityDeposit, deposit_id))
            put_error(form, error)
    return page(
        "payments/deposit.html", form=form, deposit=deposit, contact=db.session.get_one(Contact, deposit.contact_id),
        held=deposit.state == DepositState.HELD, asked=deposit.state == DepositState.ASKED, **_money_of(deposit),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _money_of(deposit: SecurityDeposit) -> dict[str, Any]:
    """Of a deposit paid online: its payment, what of it a closed one still owes, whether the partner is giving it back."""
    payment = payment_of(deposit.id)
    closed = deposit.state in (DepositState.RETURNED, DepositState.KEPT)
    left = to_give_back(deposit) if payment is not None and closed else 0
    return {"payment": payment, "left": left, "waiting": payment is not None and on_its_way(payment)}


def _close(form: CloseDepositForm, deposit: SecurityDeposit) -> None:
    by = Method(form.by.data) if form.by.data else None
    if form.act.data == "renew":
        deposits.renew(deposit, clock.today(), form.reference.data or "")
    elif form.act.data == "hold":
        deposits.hold(deposit, clock.today(), form.reference.data or "", by=Method(form.means.data))
    elif form.act.data == "drop":
        deposits.drop(deposit)
    elif form.act.data == "send":
        deposit_ends.send_back(deposit, by)
    elif form.act.data == "keep":
        if not form.kept.data:
            raise DomainError(_("Écrivez le montant conservé, par exemple 80,00."), field="kept")
        deposit_ends.give_back(deposit, form.kept.data, form.reason.data or "", by)
    else:
        deposit_ends.give_back(deposit, by=by)


@bp.route("/reglements/bons", methods=["GET", "POST"])
@requires("payment.receive")
def vouchers_page() -> Response:
    """The vouchers and what is left of each; a new one sold."""
    form = VoucherForm()
    if not form.is_submitted():
        form.form_key.data = secrets.token_urlsafe(12)
        form.valid_until.data = clock.months_after(clock.today(), int(setting("payments.voucher_months")))
    if form.validate_on_submit():
        try:
            with transaction():
                contact_id = chosen_id(form.contact_id.data)
                voucher = sell_voucher(
                    contact_id, form.amount.data or 0, Method(form.method.data), valid_until=form.valid_until.data,
                    form_key=form.form_key.data,
                )  # fmt: skip
            say(_("Bon de %(amount)s vendu : %(code)s", amount=euros(voucher.amount), code=voucher.code))
            return go(url_for("payments.vouchers_page"))
        except DomainError as error:
            put_error(form, error)
    query = select(
        Voucher.id, Voucher.code, Voucher.amount, Voucher.left_amount, Voucher.sold_on, Voucher.valid_until
    ).order_by(Voucher.id.desc())
    return page(
        "payments/vouchers.html", form=form, page=paged(query, *asked_page()), address=page_address, today_is=clock.today(),
        tabs=tabs("vouchers_page"), status=422 if form.errors else 200,
    )  # fmt: skip
