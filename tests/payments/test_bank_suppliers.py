"""Lines of the bank that pay a supplier (A8, C13): proposed, confirmed by one click, in the ledger once, undone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.ledger.models import Entry, EntryLine
from app.ledger.services import catch_up
from app.operations.checks.bank import wrong_remittances
from app.operations.checks.ledger import unbalanced
from app.payments.models import BankLine
from app.payments.services.bank import accepting
from app.payments.services.bank.clues import Proposal
from app.payments.services.bank.matching import Pool, proposals
from app.payments.services.bank.suppliers import means_of
from app.payments.states import BankLineState
from app.purchasing import services as purchasing
from app.purchasing.models import SupplierInvoice, SupplierPayment
from app.purchasing.states import BillState
from tests.cast import Cast
from tests.factories.payments import a_bank_line, owed
from tests.factories.purchasing import a_bill, a_supplier
from tests.signing import Browser

pytestmark = [pytest.mark.row("A8"), pytest.mark.row("C13")]
PAGE = "/reglements/banque"
TODAY = clock.today()
IBAN = "FR7630006000011234567890189"


def found(row: BankLine) -> list[Proposal]:
    return proposals(row, Pool.of([row.amount]))


def again(bill: SupplierInvoice) -> SupplierInvoice:
    db.session.expire_all()
    return db.session.get_one(SupplierInvoice, bill.id)


def booked() -> dict[str, int]:
    """Debit less credit of the accounts that payments of suppliers touch."""
    sums = {"401000": 0, "512000": 0}
    for account, debit, credit in db.session.execute(select(EntryLine.account, EntryLine.debit, EntryLine.credit)):
        if account in sums:
            sums[account] += debit - credit
    return sums


def test_the_number_and_the_amount_are_sure_and_one_click_pays_the_invoice(cast: Cast, browser: Browser) -> None:
    bill = a_bill(a_supplier(name="Pompes du Sud"), number="PS-2026-118")
    a_bill(number="AUTRE-9")  # the same amount
    row = a_bank_line(-12_000, "VIR SEPA PS 2026 118")
    desk = browser.as_("compta")
    shown = desk.get(PAGE).text
    assert "PS-2026-118" in shown
    assert "Pompes du Sud" in shown
    desk.post(f"{PAGE}/lignes/{row.id}/rapprochement", choix=found(row)[0].ref)
    paid = again(bill)
    assert (paid.state, paid.paid_on, paid.paid_how) == (BillState.PAID, TODAY, "virement")
    assert db.session.get_one(BankLine, row.id).state == BankLineState.MATCHED
    assert "VIR SEPA PS 2026 118" in desk.get(f"/factures-fournisseurs/{bill.id}").text
    assert "PS-2026-118" in desk.get(f"{PAGE}/lignes/{row.id}").text
    assert "PS-2026-118" in desk.get(f"{PAGE}?etat=matched").text
    assert not list(wrong_remittances())


def test_the_ledger_has_the_payment_once_and_its_opposite_when_it_is_undone(cast: Cast) -> None:
    bill = a_bill(number="FA-2026-77")
    row = a_bank_line(-12_000, "VIR FA-2026-77", on=TODAY - timedelta(days=1))
    with transaction():
        accepting.accept(row.id, found(row)[0].ref)
    catch_up()
    catch_up()
    assert booked() == {"401000": 0, "512000": -12_000}
    entry = db.session.scalars(select(Entry).where(Entry.source_kind == "supplier_payment")).one()
    assert entry.booked_on == TODAY - timedelta(days=1)
    with transaction():
        accepting.reopen(row.id)
    catch_up()
    assert booked() == {"401000": -12_000, "512000": 0}
    assert again(bill).state == BillState.MATCHED
    with transaction():
        accepting.accept(row.id, found(db.session.get_one(BankLine, row.id))[0].ref)
    catch_up()
    assert booked() == {"401000": 0, "512000": -12_000}
    assert not list(unbalanced())
    assert not list(wrong_remittances())


def test_the_suppliers_name_and_the_amount_are_sure_unless_two_invoices_say_the_same(cast: Cast) -> None:
    maker = a_supplier(name="Pompes du Sud")
    bill = a_bill(maker, number="A1")
    top = found(a_bank_line(-12_000, "PRLV SEPA POMPES DU SUD"))[0]
    assert (top.sure, top.ref) == (True, f"f:{bill.id}")
    a_bill(maker, number="A2")
    assert not any(one.sure for one in found(a_bank_line(-12_000, "PRLV SEPA POMPES DU SUD")))


def test_the_account_that_the_invoice_asks_to_pay_is_recognised(cast: Cast) -> None:
    bill = a_bill(number="A1", iban=IBAN)
    a_bill(number="A2")
    top = found(a_bank_line(-12_000, "VIR EMIS VERS FR76 3000 6000 0112 3456 7890 189"))[0]
    assert (top.sure, top.ref) == (True, f"f:{bill.id}")


def test_the_amount_alone_and_a_disputed_invoice_are_left_to_a_person(cast: Cast) -> None:
    bill = a_bill(a_supplier(name="Pompes du Sud"), number="A1")
    assert not found(a_bank_line(-12_000, "VIR INCONNU"))[0].sure
    with transaction():
        purchasing.dispute(again(bill), "Deux pompes manquent")
    row = a_bank_line(-12_000, "VIR POMPES DU SUD")
    (only,) = found(row)
    assert (only.sure, "en litige" in only.detail) == (False, True)
    with pytest.raises(DomainError, match="Lever le litige"), transaction():
        accepting.accept(row.id, only.ref)
    assert again(bill).state == BillState.DISPUTED


def test_several_invoices_of_one_supplier_are_paid_by_one_transfer(cast: Cast) -> None:
    maker = a_supplier(name="Pompes du Sud")
    bills = [a_bill(maker, number=f"PDS-00{rank}") for rank in (1, 2)]
    row = a_bank_line(-24_000, "VIR POMPES DU SUD FACTURES")
    top = found(row)[0]
    assert top.sure
    with transaction():
        accepting.accept(row.id, top.ref)
    assert [again(bill).state for bill in bills] == [BillState.PAID, BillState.PAID]
    assert db.session.query(SupplierPayment).count() == 2


def test_a_credit_note_of_a_supplier_is_what_comes_back(cast: Cast) -> None:
    maker = a_supplier(name="Pompes du Sud")
    note = a_bill(maker, number="AV-0001", net=-5_000, vat=-1_000, gross=-6_000)
    owed(cast.karim, 6_000)
    row = a_bank_line(6_000, "VIR RECU POMPES DU SUD AV-0001")
    top = found(row)[0]
    assert (top.sure, top.ref) == (True, f"f:{note.id}")
    with transaction():
        accepting.accept(row.id, top.ref)
    catch_up()
    assert booked()["512000"] == 6_000


def test_what_was_noted_by_hand_is_linked_and_not_booked_twice(cast: Cast, browser: Browser) -> None:
    bill = a_bill(number="FA-2026-77")
    with transaction():
        purchasing.pay(again(bill), TODAY, "virement")
    row = a_bank_line(-12_000, "VIR FA-2026-77")
    top = found(row)[0]
    assert (top.sure, top.ref[:2]) == (True, "n:")
    with transaction():
        accepting.accept(row.id, top.ref)
    catch_up()
    assert booked()["512000"] == -12_000
    assert not found(a_bank_line(-12_000, "VIR FA-2026-77 BIS")), "one line shows it already"
    boss = browser.as_("gerant")
    assert boss.post(f"/factures-fournisseurs/{bill.id}/paiement/annulation").status_code == 409
    boss.post(f"{PAGE}/lignes/{row.id}/reprise")
    assert again(bill).state == BillState.PAID, "it was paid by hand: only the link goes"
    assert boss.post(f"/factures-fournisseurs/{bill.id}/paiement/annulation").status_code == 303
    assert again(bill).state == BillState.MATCHED
    assert boss.post(f"/factures-fournisseurs/{bill.id}/paiement/annulation").status_code == 409


def test_invoices_are_ticked_by_hand_when_they_make_the_amount(cast: Cast, browser: Browser) -> None:
    one, other = a_bill(number="A1"), a_bill(number="A2", net=1_000, vat=200, gross=1_200)
    row = a_bank_line(-13_200, "CB 2211 COMPTOIR")
    desk, page = browser.as_("compta"), f"{PAGE}/lignes/{row.id}"
    assert "A2" in desk.get(page).text
    wrong = desk.post(f"{page}/fournisseur", bills=[str(one.id)])
    assert wrong.status_code == 422
    assert "120,00" in wrong.text
    assert "132,00" in wrong.text
    assert f'value="{one.id}" checked' in wrong.text
    assert desk.post(f"{page}/fournisseur").status_code == 422
    assert desk.post(f"{page}/fournisseur", bills=[str(one.id), str(other.id)]).status_code == 303
    assert {again(bill).paid_how for bill in (one, other)} == {"carte"}


def test_what_was_paid_meanwhile_is_not_paid_twice(cast: Cast) -> None:
    bill = a_bill(number="FA-2026-77")
    row, twin = a_bank_line(-12_000, "VIR FA-2026-77"), a_bank_line(-12_000, "VIR FA-2026-77")
    ref = found(row)[0].ref
    with transaction():
        accepting.accept(row.id, ref)
    with pytest.raises(Conflict, match="ne tient plus"), transaction():
        accepting.accept(twin.id, ref)
    with pytest.raises(Conflict, match="payée"), transaction():
        accepting.pay_suppliers(twin.id, [bill.id])
    assert db.session.query(SupplierPayment).count() == 1


def test_what_is_ordered_online_is_paid_before_its_invoice(cast: Cast) -> None:
    bill = a_bill(number="WEB-00001", issued_on=TODAY)
    row = a_bank_line(-12_000, "CB WEB-00001", on=TODAY - timedelta(days=4))
    with transaction():
        accepting.accept(row.id, found(row)[0].ref)
    assert again(bill).paid_on == TODAY - timedelta(days=4)


def test_a_paid_invoice_is_not_accepted_again(cast: Cast, browser: Browser) -> None:
    bill = a_bill()
    boss = browser.as_("gerant")
    boss.post(f"/factures-fournisseurs/{bill.id}/paiement", paid_on=TODAY.isoformat(), paid_how="virement")
    assert boss.post(f"/factures-fournisseurs/{bill.id}/accord").status_code == 409
    assert again(bill).state == BillState.PAID


@pytest.mark.parametrize(
    ("label", "means"),
    [
        ("PRLV SEPA EDF", "prélèvement"),
        ("CARTE 22/11 AMAZON", "carte"),
        ("CHEQUE 0000123", "chèque"),
        ("VIR X", "virement"),
    ],
)
def test_the_means_is_read_in_what_the_bank_writes(label: str, means: str) -> None:
    assert means_of(label) == means
