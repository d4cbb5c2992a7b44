"""A supplier's invoice paid by parts, matched by parts on the bank statement, a credit note deducted from it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.ledger.models import Lettering
from app.ledger.services import catch_up
from app.operations.checks.bank import wrong_bills, wrong_remittances
from app.operations.checks.ledger import unbalanced
from app.payments.models import BankLine
from app.payments.services.bank import accepting
from app.payments.services.bank.matching import Pool, proposals
from app.purchasing import queries, services
from app.purchasing.models import SupplierInvoice, SupplierPayment
from app.purchasing.states import BillState
from tests.cast import Cast
from tests.factories.payments import a_bank_line
from tests.factories.purchasing import a_bill, a_supplier
from tests.ledger.test_entries import sums
from tests.signing import Browser

pytestmark = [pytest.mark.row("C13"), pytest.mark.row("D12")]
TODAY = clock.today()


def again(bill: SupplierInvoice) -> SupplierInvoice:
    db.session.expire_all()
    return db.session.get_one(SupplierInvoice, bill.id)


def paid(bill: SupplierInvoice, amount: int | None = None, how: str = "virement") -> SupplierPayment:
    with transaction():
        return services.pay(db.session.get_one(SupplierInvoice, bill.id), TODAY, how, amount)


def a_note(supplier_id: int, gross: int = 3_600, **values: object) -> SupplierInvoice:
    net = gross * 5 // 6
    return a_bill(supplier_id=supplier_id, net=-net, vat=net - gross, gross=-gross, **values)


def lettered() -> int:
    return db.session.query(Lettering).count()


def well_kept() -> bool:
    return not [*wrong_bills(), *wrong_remittances(), *unbalanced()]


def test_an_invoice_is_paid_in_three_times_each_once_in_the_ledger(cast: Cast) -> None:
    bill = a_bill()
    paid(bill, 5_000)
    assert (again(bill).state, again(bill).left) == (BillState.PARTIAL, 7_000)
    catch_up()
    assert sums() == {"607000": 10_000, "445660": 2_000, "401000": -7_000, "512000": -5_000}
    paid(bill, 3_000, "espèces")
    assert (again(bill).state, again(bill).paid_on) == (BillState.PARTIAL, None)
    assert lettered() == 0
    paid(bill)
    assert (again(bill).state, again(bill).left, again(bill).paid_on) == (BillState.PAID, 0, TODAY)
    catch_up()
    assert sums() == {"607000": 10_000, "445660": 2_000, "512000": -9_000, "530000": -3_000}
    assert lettered() == 4
    assert catch_up().entries == 0
    assert well_kept()


@pytest.mark.parametrize(
    ("amount", "words"), [(12_001, "Il ne reste que"), (0, "Saisissez le montant"), (-500, "Saisissez le montant")]
)
def test_never_more_than_what_is_left(cast: Cast, amount: int, words: str) -> None:
    bill = a_bill()
    with pytest.raises(DomainError, match=words):
        paid(bill, amount)
    assert again(bill).left == 12_000


def test_a_part_undone_is_to_be_paid_again(cast: Cast) -> None:
    bill = a_bill()
    first, second = paid(bill, 5_000), paid(bill)
    with transaction():
        services.unpay(db.session.get_one(SupplierPayment, first.id), "Erreur")
    assert (again(bill).state, again(bill).left) == (BillState.PARTIAL, 5_000)
    with pytest.raises(Conflict, match="déjà annulé"), transaction():
        services.unpay(db.session.get_one(SupplierPayment, first.id), "Erreur")
    with transaction():
        services.unpay(db.session.get_one(SupplierPayment, second.id), "Erreur")
    assert (again(bill).state, again(bill).left) == (BillState.MATCHED, 12_000)
    catch_up()
    assert sums()["401000"] == -12_000
    assert well_kept()


def test_the_page_shows_each_payment_and_what_is_left(cast: Cast, browser: Browser) -> None:
    bill = a_bill()
    desk, address = browser.as_("gerant"), f"/factures-fournisseurs/{bill.id}"
    done = desk.post(f"{address}/paiement", amount="50", paid_on=TODAY.isoformat(), paid_how="virement")
    assert done.status_code == 303
    shown = desk.get(address).text
    assert "Payée en partie" in shown
    assert "reste 70,00\xa0€" in shown
    assert 'value="70,00"' in shown
    listed = desk.get("/factures-fournisseurs").text
    assert "reste 70,00\xa0€" in listed
    assert "1 à payer" in listed
    too_much = desk.post(f"{address}/paiement", amount="70,01", paid_on=TODAY.isoformat(), paid_how="carte")
    assert too_much.status_code == 422
    assert "Il ne reste que 70,00\xa0€" in too_much.text
    assert 'value="70,01"' in too_much.text
    payment = queries.payments_of(bill.id)[0]
    assert desk.post(f"{address}/paiement/annulation", payment=str(payment.id)).status_code == 303
    assert again(bill).left == 12_000


def test_a_credit_note_is_deducted_and_the_rest_paid(cast: Cast, browser: Browser) -> None:
    maker = a_supplier()
    bill, note = a_bill(maker), a_note(maker.id)
    desk, address = browser.as_("gerant"), f"/factures-fournisseurs/{bill.id}"
    assert "Déduire 36,00\xa0€" in desk.get(address).text
    assert desk.post(f"{address}/avoirs", credit=str(note.id)).status_code == 303
    assert (again(bill).left, again(note).left) == (8_400, 0)
    assert (again(bill).state, again(note).state) == (BillState.PARTIAL, BillState.PAID)
    assert bill.number in desk.get(f"/factures-fournisseurs/{note.id}").text
    assert desk.post(f"{address}/avoirs", credit=str(note.id)).status_code == 409
    paid(bill)
    catch_up()
    assert sums() == {"607000": 7_000, "445660": 1_400, "512000": -8_400}
    assert lettered() == 3, "the invoice, its credit note, the payment"
    assert well_kept()


def test_a_larger_credit_note_keeps_its_rest_and_a_deduction_is_undone_on_both_sides(cast: Cast) -> None:
    maker = a_supplier()
    bill, note = a_bill(maker, net=1_000, vat=200, gross=1_200), a_note(maker.id)
    with transaction():
        made = services.deduct(bill.id, note.id)
    assert (again(bill).state, again(note).state, again(note).left) == (BillState.PAID, BillState.PARTIAL, -2_400)
    assert [row.left for row in queries.open_credits(maker.id)] == [-2_400]
    with transaction():
        services.unpay(db.session.get_one(SupplierPayment, made.id), "Erreur")
    assert (again(bill).left, again(note).left) == (1_200, -3_600)
    catch_up()
    assert (sums()["401000"], lettered()) == (2_400, 0)
    assert well_kept()


def test_only_a_credit_note_of_that_supplier_is_deducted(cast: Cast) -> None:
    bill, other = a_bill(), a_note(a_supplier().id)
    for wrong in (other.id, a_bill().id, 0):
        with pytest.raises(DomainError, match="Choisissez un avoir"), transaction():
            services.deduct(bill.id, wrong)


def test_a_disputed_invoice_partly_paid_is_so_again_once_settled(cast: Cast) -> None:
    bill = a_bill()
    paid(bill, 1_000)
    with transaction():
        services.dispute(db.session.get_one(SupplierInvoice, bill.id), "Pièce cassée")
    with pytest.raises(DomainError, match="en litige"):
        paid(bill, 1_000)
    with transaction():
        services.settle_dispute(db.session.get_one(SupplierInvoice, bill.id), "Remplacée")
    assert again(bill).state == BillState.PARTIAL


def found(row: BankLine) -> list[str]:
    return [proposal.ref for proposal in proposals(row, Pool.of([row.amount]))]


def test_lines_of_the_bank_pay_it_by_parts_and_the_last_one_settles_it(cast: Cast, browser: Browser) -> None:
    bill = a_bill(a_supplier(name="Pompes du Sud"), number="PS-2026-118")
    first, last = a_bank_line(-5_000, "VIR PS-2026-118"), a_bank_line(-7_000, "VIR PS-2026-118 SOLDE")
    offered = proposals(first, Pool.of([first.amount]))
    assert [(one.ref, one.sure) for one in offered] == [(f"f:{bill.id}", False)]
    assert "il restera 70,00" in offered[0].detail
    with transaction():
        accepting.accept(first.id, offered[0].ref)
    assert again(bill).left == 7_000
    whole = proposals(last, Pool.of([last.amount]))[0]
    assert (whole.ref, whole.sure) == (f"f:{bill.id}", True)
    with transaction():
        accepting.accept(last.id, whole.ref)
    assert again(bill).state == BillState.PAID
    shown = browser.as_("gerant").get(f"/factures-fournisseurs/{bill.id}").text
    assert "VIR PS-2026-118 SOLDE" in shown
    assert shown.count("vu sur le relevé") == 2
    catch_up()
    assert (sums()["512000"], sums().get("401000", 0)) == (-12_000, 0)
    with transaction():
        accepting.reopen(first.id)
    assert (again(bill).state, again(bill).left) == (BillState.PARTIAL, 5_000)
    catch_up()
    assert sums()["401000"] == -5_000
    assert well_kept()


def test_a_line_smaller_than_the_invoices_ticked_pays_the_oldest_due_first(cast: Cast) -> None:
    maker = a_supplier()
    late, soon = a_bill(maker, due_on=TODAY - timedelta(days=2)), a_bill(maker, due_on=TODAY + timedelta(days=9))
    row = a_bank_line(-15_000, "VIR DIVERS")
    with transaction():
        accepting.pay_suppliers(row.id, [soon.id, late.id])
    assert (again(late).left, again(soon).left) == (0, 9_000)
    small, other = a_bank_line(-2_000, "VIR DIVERS BIS"), a_bill(maker)
    with pytest.raises(DomainError, match="ne suffit pas"), transaction():
        accepting.pay_suppliers(small.id, [soon.id, other.id])


def test_a_transfer_less_a_credit_note_pays_both(cast: Cast) -> None:
    maker = a_supplier(name="Pompes du Sud")
    bill, note = a_bill(maker), a_note(maker.id)
    row = a_bank_line(-8_400, "VIR POMPES DU SUD")
    with transaction():
        accepting.accept(row.id, found(row)[0])
    assert (again(bill).state, again(note).state) == (BillState.PAID, BillState.PAID)
    assert well_kept()


def test_what_a_payment_deducted_never_changes(cast: Cast) -> None:
    maker = a_supplier()
    bill, note = a_bill(maker), a_note(maker.id)
    with transaction():
        made = services.deduct(bill.id, note.id)
    with pytest.raises(Exception, match=r"what_is_sealed|scell"), transaction():
        db.session.execute(text("update supplier_payment set credit_id = null where id = :id"), {"id": made.id})


def test_verify_names_an_invoice_whose_payments_say_otherwise(cast: Cast) -> None:
    bill = a_bill()
    paid(bill, 5_000)
    with transaction():
        db.session.get_one(SupplierInvoice, bill.id).paid = 4_000
    assert bill.number in next(wrong_bills())
