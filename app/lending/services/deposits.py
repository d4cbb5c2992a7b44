"""The deposit that a loan asks for: given at the desk, or paid online by who pays for the borrower."""

from collections.abc import Iterable

from app.core import clock
from app.core.db import require_transaction
from app.core.errors import Conflict
from app.core.i18n import _
from app.core.money import euros
from app.core.subject import subject_of
from app.lending.models import Loan
from app.lending.services.charges import deposit_asked, held_for
from app.lending.services.recipients import payer_of
from app.lending.states import LoanState
from app.messaging.services import tell
from app.payments.models import SecurityDeposit
from app.payments.services import deposits, online
from app.payments.states import DepositState, Method

#: A deposit is asked for between the reservation and the return.
ASKS = (LoanState.RESERVED, LoanState.OUT)
NOT_GIVEN = (DepositState.ASKED, DepositState.DROPPED)


def to_give(loan: Loan, known: Iterable[SecurityDeposit]) -> int:
    """Cents of deposit that a loan still waits for; `known`: its deposits."""
    if loan.state not in ASKS or any(row.state not in NOT_GIVEN for row in known):
        return 0
    asked = _asked(known)
    return asked.amount if asked else deposit_asked(loan)


def _asked(known: Iterable[SecurityDeposit]) -> SecurityDeposit | None:
    return next((row for row in known if row.state == DepositState.ASKED), None)


def take(loan: Loan, amount: int, method: Method, reference: str) -> None:
    """It is given at the desk: the one that was asked for, if any. The loan is locked. Raises DomainError, IllegalMove."""
    require_transaction()
    deposit = _asked(held_for(loan)) or deposits.ask(payer_of(loan.contact), amount, method, about=subject_of(loan))
    deposit.amount = amount
    deposits.hold(deposit, clock.today(), reference, by=method)


def ask_online(loan: Loan) -> SecurityDeposit:
    """The deposit to pay online, asked for once. The loan is locked. Raises Conflict when there is none to give, or no means."""
    require_transaction()
    known, means = held_for(loan), online.offers()
    amount = to_give(loan, known)
    if not amount or not means:
        raise Conflict(_("Aucune caution n'est à verser en ligne pour ce prêt. Rechargez la page."))
    method = online.KINDS[means[0].kind]
    return _asked(known) or deposits.ask(payer_of(loan.contact), amount, method, about=subject_of(loan))


def send_link(loan: Loan) -> str:
    """Have who pays receive the link by which he pays it online; his name. The loan is locked. Raises Conflict."""
    deposit, payer = ask_online(loan), payer_of(loan.contact)
    facts = {
        "montant": euros(deposit.amount), "pret": loan.number, "lien": deposits.pay_link(deposit),
        "materiel": ", ".join(item.asset.label for item in loan.items),
    }  # fmt: skip
    tell(payer, "loan.deposit", about=subject_of(loan), facts=facts)
    return payer.name
