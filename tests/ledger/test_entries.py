"""Entries derived from what is sealed (D12, A8): written once, balanced, on the right accounts, lettered."""

from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.services import change_organisation
from app.core import clock
from app.core.db import db, transaction
from app.ledger.models import Entry, EntryLine, Lettering
from app.ledger.services import catch_up, change_chart, vat_summary
from app.operations.checks.bank import wrong_balances, wrong_remittances
from app.operations.checks.ledger import unbalanced
from app.payments.jobs import collect_debits
from app.payments.models import BankLine, Debit, SecurityDeposit
from app.payments.services import debits, rejections, remittances, reverse
from app.payments.services.bank.accepting import accept_sure, reopen
from app.payments.states import DepositState, Method
from app.purchasing import services as purchasing
from app.purchasing.models import SupplierInvoice, SupplierPayment
from app.sales.services import documents
from app.sales.services.documents import billing, orders
from app.sales.states import DocumentKind
from app.till.services.closings import close_till
from app.till.services.refunds import refund
from app.till.services.sums import Paid
from app.till.states import Means
from tests.cast import Cast
from tests.factories.base import saved
from tests.factories.contacts import a_contact
from tests.factories.payments import a_bank_line, a_mandate, owed, paid, we_collect
from tests.factories.sales import again, an_invoice, an_issued_invoice
from tests.factories.till import a_line, a_sale, an_open_till

pytestmark = pytest.mark.row("D12")


def sums() -> dict[str, int]:
    """Debit less credit by account, in cents."""
    found: dict[str, int] = defaultdict(int)
    for account, debit, credit in db.session.execute(select(EntryLine.account, EntryLine.debit, EntryLine.credit)):
        found[account] += debit - credit
    return {account: amount for account, amount in found.items() if amount}


def lettered() -> int:
    return len(list(db.session.scalars(select(Lettering.id))))


def test_an_invoice_gives_one_entry_with_its_vat_by_rate(cast: Cast) -> None:
    an_issued_invoice(contact=cast.karim)
    assert catch_up().entries == 1
    assert sums() == {"411000": 17_500, "706000": -15_000, "44572000": -2_000, "44571000": -500}
    assert list(unbalanced()) == []


def test_catching_up_again_writes_nothing(cast: Cast) -> None:
    invoice = an_issued_invoice(contact=cast.karim)
    paid(cast.karim, 17_500, again(invoice))
    assert catch_up().entries == 2
    before = sums()
    assert catch_up().entries == 0
    assert sums() == before


def test_a_third_partys_share_is_owed_apart_and_letters_once_paid(cast: Cast) -> None:
    eco = a_contact(name="Ecosystem")
    invoice = owed(cast.karim, 7_000, share=(eco, 5_000))
    catch_up()
    assert (sums()["411000"], sums()["467000"]) == (7_000, 5_000)
    paid(cast.karim, 7_000, invoice, method=Method.CASH)
    share = paid(eco, 5_000)  # a transfer that is matched to its share only later
    catch_up()
    assert sums()["467000"] == 5_000
    from app.payments.services import Part, use_credit
    from app.sales.models import ThirdPartyShare

    share_id = db.session.scalars(select(ThirdPartyShare.id)).one()
    with transaction():
        use_credit(eco.id, [Part(None, 5_000, share_id)])
    catch_up()
    assert sums() == {"512000": 5_000, "530000": 7_000, "706000": -12_000}
    assert share.amount == 5_000
    assert lettered() == 6  # the client's two lines, and two of each of the third party's accounts


def test_a_cheque_that_comes_back_opens_the_invoice_again(cast: Cast) -> None:
    invoice = owed(cast.karim, 9_000)
    payment = paid(cast.karim, 9_000, invoice, method=Method.CHEQUE)
    catch_up()
    assert sums() == {"511200": 9_000, "706000": -9_000}
    assert lettered() == 2
    with transaction():
        reverse(payment, "Sans provision")
    catch_up()
    assert sums() == {"411000": 9_000, "706000": -9_000}
    assert lettered() == 0


def test_a_credit_note_settles_its_invoice_and_the_client_with_it(cast: Cast) -> None:
    invoice = an_issued_invoice(contact=cast.karim)
    with transaction():
        documents.credit(again(invoice), None)
    catch_up()
    assert sums() == {}
    assert lettered() == 2


def test_a_security_deposit_is_a_debt_until_it_is_given_back_or_kept(cast: Cast) -> None:
    today = clock.today()
    saved(SecurityDeposit(contact_id=cast.karim.id, amount=30_000, state=DepositState.HELD, received_on=today))
    kept = saved(SecurityDeposit(contact_id=cast.dan.id, amount=10_000, state=DepositState.HELD, received_on=today))
    catch_up()
    assert sums() == {"511200": 40_000, "165000": -40_000}
    with transaction():
        row = db.session.get_one(SecurityDeposit, kept.id)
        row.state, row.closed_on, row.kept_amount = DepositState.KEPT, today, 4_000
    catch_up()
    assert sums() == {"511200": 34_000, "165000": -30_000, "758000": -4_000}


def test_a_till_closing_gives_its_sales_by_rate_against_its_means_and_says_the_gap(cast: Cast) -> None:
    till = an_open_till()
    a_sale(till, a_line(price=1_200), means=(Paid(Means.CARD, 1_200),))
    a_sale(till, a_line(price=1_100, rate=1_000, vat_code="intermediate"))
    assert catch_up().entries == 0, "a day is written when it is closed"
    with transaction():
        close_till(till.id, {Means.CASH: 11_000})
    catch_up()
    found = sums()
    assert (found["511500"], found["530000"], found["658000"]) == (1_200, 1_000, 100)
    assert (found["706000"], found["44572000"], found["44571000"]) == (-2_000, -200, -100)


def test_a_till_day_that_gave_back_all_it_sold_has_both_sides_in_its_entry(cast: Cast) -> None:
    till = an_open_till()
    sale = a_sale(till, a_line(price=1_200))
    with transaction():
        refund(till.id, sale, {0: 1_000}, (Paid(Means.CASH, 1_200),), form_key="tout-rendu")
        close_till(till.id, {Means.CASH: 10_000})
    assert catch_up().entries == 1
    lines = db.session.execute(select(EntryLine.account, EntryLine.debit, EntryLine.credit)).all()
    assert sorted(map(tuple, lines)) == [
        ("44572000", 0, 200), ("44572000", 200, 0), ("530000", 0, 1_200), ("530000", 1_200, 0), ("706000", 0, 1_000), ("706000", 1_000, 0),
    ]  # fmt: skip


def test_a_checked_supplier_invoice_then_its_payment(cast: Cast) -> None:
    maker = a_contact(name="Pièces & Cie", supplier=True)
    today = clock.today()
    bill = saved(
        SupplierInvoice(supplier_id=maker.id, number="F-77", issued_on=today, net=10_000, vat=2_000, gross=12_000)
    )
    assert catch_up().entries == 0, "what nobody checked is not booked"
    with transaction():
        payment = purchasing.pay(db.session.get_one(SupplierInvoice, bill.id), today, "Virement")
    assert catch_up().entries == 2
    assert sums() == {"607000": 10_000, "445660": 2_000, "512000": -12_000}
    assert lettered() == 2
    with transaction():
        purchasing.unpay(db.session.get_one(SupplierPayment, payment.id), "Erreur")
    assert catch_up().entries == 1
    assert sums() == {"607000": 10_000, "445660": 2_000, "401000": -12_000}
    with transaction():
        purchasing.pay(db.session.get_one(SupplierInvoice, bill.id), today, "Espèces")
    assert catch_up().entries == 1
    assert sums() == {"607000": 10_000, "445660": 2_000, "530000": -12_000}
    assert catch_up().entries == 0
    assert lettered() == 4


def test_the_organisations_own_codes_are_used_from_then_on(cast: Cast) -> None:
    owed(cast.karim, 1_000)
    catch_up()
    with transaction():
        change_chart({"services": ("706120", "Réparations")})
    owed(cast.karim, 2_000)
    catch_up()
    assert (sums()["706000"], sums()["706120"]) == (-1_000, -2_000)


def test_a_new_year_opens_with_the_balances_of_the_one_before_and_its_result(cast: Cast) -> None:
    last_year = clock.today() - timedelta(days=366)
    invoice = owed(cast.karim, 5_000, issued_on=last_year)
    catch_up()
    year = clock.today().year
    opening = db.session.scalars(select(Entry).where(Entry.year == year)).one()
    assert opening.journal.value == "AN"
    assert opening.rank == 1
    lines = db.session.execute(
        select(EntryLine.account, EntryLine.debit, EntryLine.credit).where(EntryLine.entry_id == opening.id)
    )
    assert sorted(tuple(line) for line in lines) == [("120000", 0, 5_000), ("411000", 5_000, 0)]
    paid(cast.karim, 5_000, invoice)
    catch_up()
    assert lettered() == 2
    assert list(unbalanced()) == []


@pytest.mark.parametrize(("on_debits", "due"), [(False, 800), (True, 2_500)])
def test_vat_of_services_is_due_when_paid_unless_on_debits(cast: Cast, on_debits: bool, due: int) -> None:
    with transaction():
        change_organisation(vat_on_debits=on_debits)
    invoice = an_issued_invoice(contact=cast.karim)
    paid(cast.karim, 5_600, again(invoice))
    today = clock.today()
    summary = vat_summary(today, today)
    assert summary.collected == due
    assert summary.waiting == (0 if on_debits else 1_700)
    later = vat_summary(today + timedelta(days=1), today + timedelta(days=30))
    assert later.collected == 0


def test_a_final_invoice_takes_its_deposits_back_from_4191_with_their_vat(cast: Cast) -> None:
    order = an_invoice(contact=cast.karim, kind=DocumentKind.ORDER)
    with transaction():
        order = orders.confirm(order)
    with transaction():
        deposit = billing.deposit(order, share=3_000)
        documents.issue(deposit)
    catch_up()
    assert sums() == {"411000": 5_250, "419100": -4_500, "44572000": -600, "44571000": -150}
    with transaction():
        documents.issue(billing.final(again(order)))
    catch_up()
    assert sums() == {"411000": 17_500, "706000": -15_000, "44572000": -2_000, "44571000": -500}


def test_cheques_go_to_the_bank_by_their_remittance_and_its_commission_apart(cast: Cast) -> None:
    invoice = owed(cast.karim, 9_000)
    first = paid(cast.karim, 9_000, invoice, method=Method.CARD)
    with transaction():
        made = remittances.remit(Method.CARD, [first.id], clock.today(), other=remittances.Other(2, 1_000, "Caisse 1"))
    catch_up()
    assert sums() == {"512000": 10_000, "511500": -1_000, "706000": -9_000}
    with transaction():
        remittances.credit(remittances.locked(made.id), clock.today(), 9_850)
    catch_up()
    assert sums() == {"512000": 9_850, "511500": -1_000, "627000": 150, "706000": -9_000}
    assert list(unbalanced()) == []
    assert list(wrong_remittances()) == []


def test_a_remittance_cancelled_has_its_opposite(cast: Cast) -> None:
    cheque = paid(cast.karim, 3_000, method=Method.CHEQUE)
    with transaction():
        made = remittances.remit(Method.CHEQUE, [cheque.id], clock.today())
    catch_up()
    with transaction():
        remittances.cancel(made.id)
    catch_up()
    assert sums() == {"511200": 3_000, "411000": -3_000}


def test_a_cheque_that_comes_back_from_the_bank_leaves_the_bank(cast: Cast) -> None:
    invoice = owed(cast.karim, 9_000)
    cheque = paid(cast.karim, 9_000, invoice, method=Method.CHEQUE)
    with transaction():
        remittances.remit(Method.CHEQUE, [cheque.id], clock.today())
    catch_up()
    with transaction():
        reverse(cheque, "Sans provision")
    catch_up()
    assert sums() == {"411000": 9_000, "706000": -9_000}


def test_a_debit_is_booked_on_its_day_and_undone_when_it_comes_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    we_collect()
    a_mandate(cast.karim)
    invoice = owed(cast.karim, 5_000)
    with transaction():
        batch = debits.prepare([invoice.id], debits.earliest())
    with transaction():
        debits.mark_sent(batch.id)
    catch_up()
    assert "512000" not in sums()
    day = batch.collected_on
    monkeypatch.setattr(clock, "today", lambda: day)
    collect_debits()
    catch_up()
    assert sums() == {"512000": 5_000, "706000": -5_000}
    with transaction():
        rejections.reject(db.session.query(Debit).one().id, "AM04")
    catch_up()
    assert sums() == {"411000": 5_000, "706000": -5_000}
    assert list(unbalanced()) == []


def test_a_line_of_the_bank_is_booked_by_the_payment_written_from_it(cast: Cast) -> None:
    eco = a_contact(name="Ecosystem")
    owed(cast.karim, 7_000, share=(eco, 2_500))
    row = a_bank_line(2_500, "VIR ECOSYSTEM")
    accept_sure()
    catch_up()
    assert sums() == {"411000": 7_000, "512000": 2_500, "706000": -9_500}
    with transaction():
        reopen(row.id)
    catch_up()
    assert sums() == {"411000": 7_000, "467000": 2_500, "706000": -9_500}


def test_verify_names_a_line_matched_with_another_amount_and_an_invoice_that_lies(cast: Cast) -> None:
    invoice = owed(cast.karim, 7_000)
    payment = paid(cast.karim, 7_000, invoice)
    row = a_bank_line(6_000, "VIR")
    assert [*wrong_balances(), *wrong_remittances()] == []
    with transaction():
        again(invoice).paid = 6_900
        db.session.get_one(BankLine, row.id).payment_id = payment.id
    assert invoice.number in next(wrong_balances())
    assert "autre montant" in next(wrong_remittances())
