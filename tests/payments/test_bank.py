"""Lines of the bank (A8): matches proposed, accepted one by one or all the sure ones, undone."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.payments.models import BankLine, Debit, Payment, Remittance
from app.payments.services import debits, remittances
from app.payments.services.bank import accepting
from app.payments.services.bank.matching import Pool, Proposal, proposals
from app.payments.states import BankLineState, DebitState, Method, RemittanceState
from app.sales.models import SalesDocument
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.payments import a_bank_line, a_mandate, owed, paid, we_collect
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
PAGE = "/reglements/banque"
TODAY = clock.today()
DAY = f"{TODAY:%d/%m/%Y}"


def found(row: BankLine) -> list[Proposal]:
    return proposals(row, Pool.of([row.amount]))


def left_of(document: SalesDocument) -> int:
    db.session.expire_all()
    return db.session.get_one(SalesDocument, document.id).left


def test_number_and_amount_are_sure(cast: Cast) -> None:
    invoice = owed(cast.karim, 17_500)
    owed(cast.dan, 17_500)
    top = found(a_bank_line(17_500, f"VIR INST {invoice.number.replace('-', ' ')} MERCI"))[0]
    assert (top.sure, top.title) == (True, invoice.number)


def test_a_longer_number_is_not_that_invoice(cast: Cast) -> None:
    invoice = owed(cast.karim, 17_500)
    assert not found(a_bank_line(100, f"VIR {invoice.number}7"))


def test_name_and_amount_are_sure_when_nothing_else_says_the_same(cast: Cast) -> None:
    invoice = owed(cast.karim, 9_900)
    top = found(a_bank_line(9_900, "VIR SEPA M. BENYAHIA KARIM"))[0]
    assert (top.sure, top.ref) == (True, f"i:{invoice.id}")
    owed(cast.karim, 9_900)
    assert not any(one.sure for one in found(a_bank_line(9_900, "VIR SEPA M. BENYAHIA KARIM")))


def test_the_amount_alone_is_proposed_and_left_to_a_person(cast: Cast) -> None:
    owed(cast.karim, 9_900)
    (only,) = found(a_bank_line(9_900, "VIR INCONNU"))
    assert not only.sure


def test_several_invoices_quoted_together_are_settled_together(cast: Cast) -> None:
    first, second = owed(cast.karim, 1_000), owed(cast.karim, 2_000)
    row = a_bank_line(3_000, f"VIR {first.number} ET {second.number}")
    with transaction():
        accepting.accept(row.id, found(row)[0].ref)
    assert (left_of(first), left_of(second)) == (0, 0)


def test_what_was_written_by_hand_is_linked_and_not_written_twice(cast: Cast) -> None:
    invoice = owed(cast.karim, 9_900)
    paid(cast.karim, 9_900, invoice, method=Method.TRANSFER)
    row = a_bank_line(9_900, "VIR BENYAHIA KARIM", on=TODAY + timedelta(days=0))
    top = found(row)[0]
    assert (top.sure, top.ref[:2]) == (True, "p:")
    with transaction():
        accepting.accept(row.id, top.ref)
    assert db.session.query(Payment).count() == 1
    assert not found(a_bank_line(9_900, "VIR BENYAHIA KARIM BIS"))


def test_all_the_sure_ones_are_accepted_in_one_click_and_each_invoice_once(cast: Cast, browser: Browser) -> None:
    first, second = owed(cast.karim, 9_900), owed(cast.dan, 700)
    a_bank_line(9_900, f"VIR {first.number}")
    a_bank_line(
        9_900, f"VIR {first.number}", on=TODAY - timedelta(days=1)
    )  # the same, twice: the second settles nothing
    a_bank_line(700, "VIR DAN LESTRANGE")
    a_bank_line(123, "VIR INCONNU")
    desk = browser.as_("compta")
    desk.post(f"{PAGE}/rapprochements")
    assert "2 lignes rapprochées" in desk.get(PAGE).text
    assert (left_of(first), left_of(second)) == (0, 0)
    assert db.session.query(Payment).count() == 2


def test_a_line_is_accepted_once_whoever_clicks(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 9_900)
    row = a_bank_line(9_900, f"VIR {invoice.number}")
    desk = browser.as_("compta")
    assert invoice.number in desk.get(PAGE).text
    codes = [
        desk.post(f"{PAGE}/lignes/{row.id}/rapprochement", choix=f"i:{invoice.id}").status_code for _click in range(2)
    ]
    assert codes == [303, 409]
    assert db.session.query(Payment).count() == 1


def test_paid_meanwhile_the_proposal_no_longer_holds(cast: Cast) -> None:
    invoice = owed(cast.karim, 9_900)
    row = a_bank_line(9_900, f"VIR {invoice.number}")
    paid(cast.karim, 9_900, invoice, method=Method.CASH)
    with pytest.raises(Conflict, match="ne tient plus"), transaction():
        accepting.accept(row.id, f"i:{invoice.id}")


def test_a_payment_is_created_from_an_unknown_line_and_undone(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 9_900)
    row = a_bank_line(5_000, "VIR TANTE ODETTE")
    desk = browser.as_("compta")
    page = f"{PAGE}/lignes/{row.id}"
    assert desk.post(f"{page}/reglement", contact="").status_code == 422
    assert invoice.number in desk.get(f"{page}?contact={cast.karim.id}").text
    done = desk.post(f"{page}/reglement", contact=cast.karim.id, to=f"d{invoice.id}:9900")
    assert done.status_code == 303
    assert left_of(invoice) == 4_900
    payment = db.session.query(Payment).one()
    assert (payment.amount, payment.received_on, payment.reference) == (5_000, TODAY, "VIR TANTE ODETTE")
    desk.post(f"{page}/reprise")
    assert left_of(invoice) == 9_900
    assert db.session.get_one(BankLine, row.id).state == BankLineState.TO_MATCH


def test_what_is_no_clients_payment_is_noted_with_its_reason(cast: Cast, browser: Browser) -> None:
    row = a_bank_line(-1_290, "COTISATION CARTE")
    desk = browser.as_("compta")
    assert desk.post(f"{PAGE}/lignes/{row.id}/sans-suite", note="").status_code == 422
    desk.post(f"{PAGE}/lignes/{row.id}/sans-suite", note="Frais de banque")
    assert "Frais de banque" in desk.get(f"{PAGE}?etat=ignored").text


def test_a_third_partys_share_is_paid_by_its_own_transfer(cast: Cast) -> None:
    eco = a_contact(name="Ecosystem")
    owed(cast.karim, 7_000, share=(eco, 2_500))
    row = a_bank_line(2_500, "VIR ECOSYSTEM BONUS")
    top = found(row)[0]
    assert top.sure
    with transaction():
        payment = accepting.accept(row.id, top.ref).payment_id
    assert db.session.get_one(Payment, payment).contact_id == eco.id


def test_a_remittance_of_cheques_is_credited_by_its_a_bank_line(cast: Cast) -> None:
    cheques = [paid(cast.karim, amount, method=Method.CHEQUE) for amount in (3_000, 4_500)]
    with transaction():
        made = remittances.remit(Method.CHEQUE, [cheque.id for cheque in cheques], TODAY)
    row = a_bank_line(7_500, "REM CHQ 0001")
    top = found(row)[0]
    assert (top.sure, top.title) == (True, made.number)
    with transaction():
        accepting.accept(row.id, top.ref)
    assert db.session.get_one(Remittance, made.id).state == RemittanceState.CREDITED
    with transaction():
        accepting.reopen(row.id)
    assert db.session.get_one(Remittance, made.id).state == RemittanceState.DEPOSITED


def test_card_takings_less_the_commission_are_left_to_a_person(cast: Cast) -> None:
    card = paid(cast.karim, 10_000, method=Method.CARD)
    with transaction():
        made = remittances.remit(Method.CARD, [card.id], TODAY)
    row = a_bank_line(9_860, "REMISE CB")
    top = found(row)[0]
    assert not top.sure
    with transaction():
        accepting.accept(row.id, top.ref)
    assert db.session.get_one(Remittance, made.id).fees == 140
    with pytest.raises(Conflict, match="commission"), transaction():
        accepting.reopen(row.id)


def test_debits_are_seen_paid_then_given_back_by_the_bank(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    we_collect()
    a_mandate(cast.karim)
    first, second = owed(cast.karim, 5_000), owed(cast.karim, 700)
    with transaction():
        batch = debits.prepare([first.id, second.id], debits.earliest())
    with transaction():
        debits.mark_sent(batch.id)
    day = batch.collected_on
    monkeypatch.setattr(clock, "today", lambda: day)
    row = a_bank_line(5_700, "PRLV EMIS", on=day)
    top = found(row)[0]
    assert (top.sure, top.title) == (True, batch.message_id)
    with transaction():
        accepting.accept(row.id, top.ref)
    assert (left_of(first), left_of(second)) == (0, 0)
    debit = db.session.query(Debit).filter(Debit.document_id == first.id).one()
    back = a_bank_line(-5_000, f"REJET PRLV {debit.end_to_end} AM04", on=day)
    top = found(back)[0]
    assert top.sure
    with transaction():
        accepting.accept(back.id, top.ref)
    assert left_of(first) == 5_000
    assert (db.session.get_one(Debit, debit.id).state, debit.code) == (DebitState.REJECTED, "AM04")
    with pytest.raises(Conflict, match="rejet"), transaction():
        accepting.reopen(back.id)


def test_the_page_asks_few_questions_however_many_lines(cast: Cast, browser: Browser, queries: list[str]) -> None:
    for rank in range(12):
        owed(cast.karim, 1_000 + rank)
        a_bank_line(1_000 + rank, "VIR BENYAHIA KARIM")
    desk = browser.as_("compta")
    desk.get(PAGE)
    queries.clear()
    desk.get(PAGE)
    assert len(queries) <= 12, len(queries)
