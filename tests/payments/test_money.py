"""Payments and what they settle (A8): parts, credit, refunds, rejections; nothing double, nothing lost."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.payments import services
from app.payments.models import Allocation, Payment, Voucher
from app.payments.queries import balance_of, credit_of, open_documents
from app.payments.services import Part, vouchers
from app.payments.states import Method, PaymentState
from app.sales.models import SalesDocument, ThirdPartyShare
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.payments import a_credit_note, owed, paid

pytestmark = pytest.mark.row("A8")


def seen(document: SalesDocument) -> SalesDocument:
    db.session.expire_all()
    found = db.session.get(SalesDocument, document.id)
    assert found is not None
    return found


def test_a_part_payment_leaves_the_rest_to_pay_and_the_last_one_settles(cast: Cast) -> None:
    invoice = owed(cast.karim, 12_000)
    paid(cast.karim, 5_000, invoice)
    assert (seen(invoice).paid, invoice.left, invoice.settled) == (5_000, 7_000, False)
    paid(cast.karim, 7_000, invoice)
    assert (seen(invoice).paid, invoice.settled) == (12_000, True)
    assert balance_of(cast.karim.id).total == 0


def test_what_is_too_much_stays_the_clients_credit_then_settles_another(cast: Cast) -> None:
    first, second = owed(cast.karim, 4_000), owed(cast.karim, 3_000)
    paid(cast.karim, 6_000, first)
    assert credit_of(cast.karim.id) == 2_000
    with transaction():
        services.use_credit(cast.karim.id, [Part(second.id, 2_000)])
    assert (seen(second).paid, credit_of(cast.karim.id)) == (2_000, 0)
    with pytest.raises(Conflict, match="crédit"), transaction():
        services.use_credit(cast.karim.id, [Part(second.id, 1_000)])


def test_the_oldest_is_settled_first_when_nothing_is_chosen(cast: Cast) -> None:
    recent, old = owed(cast.karim, 5_000, days=20), owed(cast.karim, 5_000, days=-20)
    with transaction():
        services.receive(cast.karim.id, Method.CHEQUE, 7_000, clock.today(), allocations=None)
    assert (seen(old).settled, seen(recent).paid) == (True, 2_000)


def test_the_same_form_sent_twice_is_one_payment(cast: Cast) -> None:
    invoice = owed(cast.karim, 5_000)
    first, again = (paid(cast.karim, 5_000, invoice, form_key="f1") for _each in range(2))
    assert first.id == again.id
    assert db.session.query(Payment).count() == 1


def test_paying_more_than_what_is_left_of_an_invoice_is_refused_with_what_is_left(cast: Cast) -> None:
    invoice = owed(cast.karim, 5_000)
    paid(cast.karim, 4_000, invoice)
    with pytest.raises(Conflict, match=r"10,00"), transaction():
        services.receive(cast.karim.id, Method.CARD, 5_000, clock.today(), allocations=[(invoice.id, 5_000)])
    assert seen(invoice).paid == 4_000


@pytest.mark.parametrize("method", [Method.STRIPE, Method.HELLOASSO, Method.ACCOUNT, Method.COMPENSATION])
def test_what_is_not_received_at_the_desk_is_refused(cast: Cast, method: Method) -> None:
    with pytest.raises(DomainError), transaction():
        services.receive(cast.karim.id, method, 100, clock.today())


def test_a_payment_of_tomorrow_or_of_nothing_is_refused(cast: Cast) -> None:
    with pytest.raises(DomainError, match="à venir"), transaction():
        services.receive(cast.karim.id, Method.CASH, 100, clock.today() + timedelta(days=1))
    with pytest.raises(DomainError, match="montant"), transaction():
        services.receive(cast.karim.id, Method.CASH, 0, clock.today())


def test_a_rejected_cheque_makes_the_invoice_owed_again_and_both_movements_stay(cast: Cast) -> None:
    invoice = owed(cast.karim, 5_000)
    cheque = paid(cast.karim, 5_000, invoice, method=Method.CHEQUE, reference="0012345")
    with transaction():
        back = services.reverse(cheque, "Chèque sans provision")
    assert (seen(invoice).paid, invoice.settled, back.amount) == (0, False, -5_000)
    again = db.session.get(Payment, cheque.id)
    assert again is not None
    assert again.state == PaymentState.REJECTED
    assert balance_of(cast.karim.id).total == 5_000
    with pytest.raises(Conflict, match="déjà"), transaction():
        services.reverse(cheque, "Encore")


def test_an_overpayment_that_was_given_back_cannot_be_reversed(cast: Cast) -> None:
    payment = paid(cast.karim, 5_000)
    with transaction():
        services.refund(cast.karim.id, Method.TRANSFER, 5_000, clock.today())
    assert credit_of(cast.karim.id) == 0
    with pytest.raises(Conflict), transaction():
        services.reverse(payment, "Erreur", wrong=True)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_credit_note_lowers_an_invoice_and_its_rest_is_given_back_once(cast: Cast, sign: int) -> None:
    invoice, note = owed(cast.karim, 3_000), a_credit_note(cast.karim, sign * 5_000)
    with transaction():
        services.settle_with_credit(note, invoice)
    assert (seen(invoice).settled, seen(note).paid, note.settled) == (True, sign * 3_000, False)
    with transaction():
        services.refund(cast.karim.id, Method.CARD, 2_000, clock.today(), credit=note)
    assert (seen(note).settled, balance_of(cast.karim.id).total) == (True, 0)
    with pytest.raises(Conflict), transaction():
        services.refund(cast.karim.id, Method.CARD, 1, clock.today(), credit=note)


def test_a_credit_note_of_another_client_settles_nothing(cast: Cast) -> None:
    invoice, note = owed(cast.karim, 3_000), a_credit_note(cast.dan, 3_000)
    with pytest.raises(DomainError, match="autre client"), transaction():
        services.settle_with_credit(note, invoice)


def test_the_payer_owes_what_the_client_bought(cast: Cast) -> None:
    mother = a_contact(name="Samia Benyahia")
    invoice = owed(cast.karim, 9_000, payer_id=mother.id)
    assert (balance_of(mother.id).owed, balance_of(cast.karim.id).owed) == (9_000, 0)
    paid(mother, 9_000, invoice)
    assert seen(invoice).settled


def test_a_third_partys_share_is_its_own_debt_and_does_not_settle_the_clients(cast: Cast) -> None:
    fund = a_contact(name="Ecosystem")
    invoice = owed(cast.karim, 7_000, share=(fund, 2_500))
    share = open_documents(fund.id)[0]
    assert (share.left, balance_of(cast.karim.id).owed) == (2_500, 7_000)
    with transaction():
        services.receive(
            fund.id, Method.TRANSFER, 2_500, clock.today(), allocations=[Part(None, 2_500, share.share_id)]
        )
    row = db.session.query(ThirdPartyShare).one()
    assert (row.paid, seen(invoice).paid, open_documents(fund.id)) == (2_500, 0, [])


def test_a_voucher_is_spent_bit_by_bit_and_never_more_than_it_has(cast: Cast) -> None:
    invoice = owed(cast.karim, 4_000)
    with transaction():
        code = vouchers.make(5_000, clock.today(), None).code
    typed = code.lower().replace("-", " ")
    payment = paid(cast.karim, 4_000, invoice, method=Method.VOUCHER, reference=typed)
    with pytest.raises(Conflict, match=r"10,00"), transaction():
        services.receive(cast.karim.id, Method.VOUCHER, 2_000, clock.today(), reference=code)
    with transaction():
        services.reverse(payment, "Erreur", wrong=True)
    db.session.expire_all()
    assert db.session.query(Voucher).one().left_amount == 5_000


def test_what_was_allocated_is_never_changed(cast: Cast) -> None:
    paid(cast.karim, 4_000, owed(cast.karim, 4_000))
    for change in ("update allocation set amount = 1", "delete from allocation", "update payment set amount = 1"):
        with pytest.raises(Exception, match="what_is_sealed_does_not_change"), transaction():
            db.session.execute(text(change))
    assert db.session.query(Allocation).one().amount == 4_000
