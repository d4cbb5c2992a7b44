"""Gift vouchers: sold, spent bit by bit. Selling one is no income; what it pays is."""

import secrets
from datetime import date

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.money import euros
from app.payments.models import Voucher

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that reads like another letter


def new_code() -> str:
    """« BA-7K2M-9XQD »: never given before."""
    while True:
        letters = "".join(secrets.choice(ALPHABET) for _each in range(8))
        code = f"BA-{letters[:4]}-{letters[4:]}"
        if db.session.scalar(select(Voucher.id).where(Voucher.code == code)) is None:
            return code


def make(amount: int, sold_on: date, valid_until: date | None) -> Voucher:
    """A voucher of so many cents. Raises DomainError for a validity that is past."""
    require_transaction()
    if amount <= 0:
        raise DomainError(_("Écrivez la valeur du bon, par exemple 50,00."), field="amount")
    if valid_until is not None and valid_until < sold_on:
        raise DomainError(
            _("La fin de validité précède la vente. Choisissez une date plus tardive."), field="valid_until"
        )
    voucher = Voucher(code=new_code(), amount=amount, left_amount=amount, sold_on=sold_on, valid_until=valid_until)
    db.session.add(voucher)
    db.session.flush()
    return voucher


def tidy(code: str) -> str:
    """« ba 7k2m9xqd » → « BA-7K2M-9XQD »; anything else as typed, in capitals."""
    bare = "".join(char for char in code.upper() if char.isalnum())
    return f"BA-{bare[2:6]}-{bare[6:]}" if bare.startswith("BA") and len(bare) == 10 else code.strip().upper()


def _locked(code: str) -> Voucher:
    query = select(Voucher).where(Voucher.code == tidy(code)).execution_options(populate_existing=True)
    voucher = db.session.scalar(query.with_for_update())
    if voucher is None:
        raise DomainError(_("Aucun bon d'achat ne porte ce code. Relisez-le sur le bon."), field="reference")
    return voucher


def spend(code: str, amount: int) -> Voucher:
    """Take cents from a voucher. Raises Conflict when it has not so much left, DomainError when unknown or past."""
    require_transaction()
    voucher = _locked(code)
    if voucher.valid_until is not None and voucher.valid_until < clock.today():
        raise DomainError(_("Ce bon d'achat n'est plus valable. Choisissez un autre moyen."), field="reference")
    if amount > voucher.left_amount:
        raise Conflict(
            _(
                "Il reste %(left)s sur ce bon. Encaissez ce montant, puis le reste autrement.",
                left=euros(voucher.left_amount),
            ),
            field="amount",
        )
    voucher.left_amount -= amount
    db.session.flush()
    return voucher


def give_back(code: str, amount: int) -> None:
    """Put back what a cancelled payment had taken."""
    _locked(code).left_amount += amount
    db.session.flush()


def cancel(voucher_id: int) -> None:
    """The payment that bought it came back: it is worth nothing. Raises Conflict when some of it was spent."""
    voucher = db.session.get(Voucher, voucher_id, with_for_update=True, populate_existing=True)
    if voucher is None or voucher.left_amount != voucher.amount:
        raise Conflict(_("Ce bon d'achat a déjà servi : sa vente ne peut plus être annulée."))
    voucher.left_amount = 0
    db.session.flush()
