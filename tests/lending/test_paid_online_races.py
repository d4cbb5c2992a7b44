"""Two hands on the same money of a loan (A8): a deposit held or given back once, a renewal asked for and invoiced once. A database of its own."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from app.catalog.states import Nature
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.partners import PartnerAccount
from app.lending.models import Loan
from app.lending.queries.terms import Terms
from app.lending.services.charges import renewal_rent
from app.lending.services.renewing import renewal_end
from app.lending.services.reserving import locked
from app.lending.services.terms import set_terms
from app.lending.states import RentPer
from app.payments.models import Checkout, OnlineRefund, Payment, SecurityDeposit
from app.payments.queries import credit_of
from app.payments.services import deposit_ends, deposits, online
from app.payments.states import CheckoutState, DepositState, Method
from app.portal.services.keeping import keep_longer
from app.sales.models import SalesDocument
from tests.factories.catalog import an_article
from tests.factories.contacts import a_contact
from tests.factories.lending import a_unit, lent
from tests.factories.payments import an_online_account
from tests.factories.sales import a_legal_seller
from tests.payments.test_races import PEOPLE, shop, url
from tests.sandbox_process import Sandbox

__all__ = ["shop", "url"]
pytestmark = pytest.mark.row("A8")


def at_once(shop: Flask, *acts: Callable[[], object]) -> list[object]:
    """What each of these hands got, all at the same moment: the act's result, or its refusal."""
    ready, outcomes = threading.Barrier(len(acts)), list[object]()

    def work(act: Callable[[], object]) -> None:
        with shop.app_context():
            ready.wait()
            try:
                outcomes.append(act())
            except DomainError as error:
                outcomes.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == len(acts)
    return outcomes


def the_account(sandbox: Sandbox) -> int:
    """The only one by which clients pay online."""
    with transaction():
        db.session.query(PartnerAccount).update({"active": False})
    return an_online_account("stripe", sandbox).id


def asked(sandbox: Sandbox) -> tuple[int, int, int]:
    """A deposit whose page was paid at the partner's and not told yet: (deposit, checkout, giver)."""
    account_id, giver = the_account(sandbox), a_contact()
    with transaction():
        deposit_id = deposits.ask(giver, 15_000, Method.CHEQUE).id
    online.open_deposit(deposit_id, account_id, "https://exemple.example/caution/x")
    sandbox.end_checkout(sandbox.checkouts()[-1]["ref"])
    checkout_id = db.session.query(Checkout.id).filter_by(deposit_id=deposit_id).scalar()
    found = (deposit_id, int(checkout_id or 0), giver.id)
    db.session.remove()
    return found


def test_told_and_taken_at_the_desk_at_the_same_moment_it_is_held_once(shop: Flask, sandbox: Sandbox) -> None:
    with shop.app_context():
        deposit_id, checkout_id, giver_id = asked(sandbox)

    def tell() -> object:
        return online.confirm(checkout_id, ("stripe", "evt_deposit"))

    def take() -> object:
        with transaction():
            deposits.hold(db.session.get_one(SecurityDeposit, deposit_id), clock.today(), by=Method.CASH)
        return "taken"

    outcomes = at_once(shop, tell, tell, take)
    assert outcomes.count(CheckoutState.PAID) == 2
    with shop.app_context():
        deposit = db.session.get_one(SecurityDeposit, deposit_id)
        online_held = deposit.method == Method.STRIPE
        assert deposit.state == DepositState.HELD
        assert ("taken" in outcomes) is not online_held, "one of the two holds it, never both"
        assert credit_of(giver_id) == (0 if online_held else 15_000)
        assert db.session.query(Payment).filter_by(contact_id=giver_id).count() == 1
        db.session.remove()


def test_given_back_by_several_people_at_once_one_refund_is_asked(shop: Flask, sandbox: Sandbox) -> None:
    with shop.app_context():
        deposit_id, checkout_id, _giver = asked(sandbox)
        online.confirm(checkout_id)
        db.session.remove()

    def give_back() -> object:
        with transaction():
            deposit_ends.give_back(db.session.get_one(SecurityDeposit, deposit_id))
        return "back"

    assert at_once(shop, *[give_back] * PEOPLE).count("back") == 1
    with shop.app_context():
        assert db.session.get_one(SecurityDeposit, deposit_id).state == DepositState.RETURNED
        payment = db.session.get_one(Checkout, checkout_id).payment_id
        assert db.session.query(OnlineRefund).filter_by(payment_id=payment).count() == 1
        db.session.remove()


def test_a_renewal_tapped_several_times_at_once_is_one_renewal_and_one_invoice(shop: Flask, sandbox: Sandbox) -> None:
    with shop.app_context():
        a_legal_seller()
        the_account(sandbox)
        unit = a_unit()
        article = an_article(label="Location", price=1000, nature=Nature.SERVICES, stocked=False)
        terms = Terms(rent_article_id=article.id, rent_per=RentPer.WEEK, renewals=4, renewal_days=14)
        with transaction():
            set_terms(unit.family_id, terms)
        borrower = a_contact()
        loan = lent(borrower, unit, days=7)
        with transaction():
            fresh = locked(loan)
            end = renewal_end(fresh)
            until, rent = clock.local(end).date().isoformat(), renewal_rent(fresh, end)
        loan_id, people = loan.id, [borrower.id]
        db.session.remove()

    def tap() -> object:
        return keep_longer(db.session.get_one(Loan, loan_id), people, until, rent).document_id

    outcomes = at_once(shop, *[tap] * PEOPLE)
    [document_id] = [found for found in outcomes if isinstance(found, int)]
    with shop.app_context():
        assert db.session.get_one(Loan, loan_id).renewals == 1
        payer = db.session.get_one(Contact, people[0])
        assert [row.id for row in db.session.query(SalesDocument).filter_by(contact_id=payer.id)] == [document_id]
        db.session.remove()
