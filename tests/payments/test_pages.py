"""« Encaisser », the list, the page of a payment, the aged balance, the statement: what a person sees and does (A8, C12)."""

import re

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.core.money import euros
from app.payments import services
from app.payments.models import Payment
from app.payments.states import Method
from app.sales.models import SalesDocument
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.payments import a_credit_note, owed, paid
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
TAKE = "/reglements/encaisser"


def typed(document: SalesDocument, amount: str, **more: object) -> dict[str, object]:
    return {
        "contact": document.contact_id, "document": document.id, "to": f"d{document.id}:{document.left}", "amount": amount,
        "method": "card", "received_on": clock.today().isoformat(), "form_key": "k1", **more,
    }  # fmt: skip


def left_of(document: SalesDocument) -> int:
    db.session.expire_all()
    return db.session.get_one(SalesDocument, document.id).left


def test_the_amount_due_is_proposed_and_one_click_settles_the_invoice(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 12_345)
    desk = browser.as_("accueil")
    shown = desk.get(f"{TAKE}?facture={invoice.id}").text
    assert 'value="123,45"' in shown
    assert invoice.number in shown
    answer = desk.post(TAKE, data=typed(invoice, "123,45"))
    assert answer.status_code == 303
    assert left_of(invoice) == 0


def test_a_double_click_takes_the_money_once(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000)
    desk, form = browser.as_("accueil"), typed(invoice, "50,00")
    assert [desk.post(TAKE, data=form).status_code for _click in range(2)] == [303, 303]
    assert db.session.query(Payment).count() == 1


def test_a_part_is_taken_and_what_exceeds_stays_his_credit(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000)
    desk = browser.as_("accueil")
    desk.post(TAKE, data=typed(invoice, "20", form_key="a"))
    assert left_of(invoice) == 3_000
    desk.post(TAKE, data=typed(invoice, "45", form_key="b"))
    assert left_of(invoice) == 0
    assert "15,00" in desk.get(f"/contacts/{cast.karim.id}").text


def test_paid_meanwhile_is_said_and_nothing_typed_is_lost(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000)
    desk, form = browser.as_("accueil"), typed(invoice, "50,00", reference="Chèque 77")
    paid(cast.karim, 5_000, invoice)
    answer = desk.post(TAKE, data=form)
    assert answer.status_code == 409
    assert "vient d'être réglé" in answer.text.replace("’", "'").replace("&#39;", "'")
    assert "Chèque 77" in answer.text
    assert db.session.query(Payment).count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"amount": ""}, "montant reçu"), ({"amount": "-5"}, "négatif"), ({"method": ""}, "moyen"),
        ({"method": "stripe"}, "moyen"), ({"received_on": "hier"}, "date"), ({"to": "x9:1"}, "Rechargez"),
        ({"amount": "0"}, "montant"), ({"to": "d999999:100"}, "existe plus"),
    ],
)  # fmt: skip
def test_bad_input_is_said_in_french_and_takes_nothing(
    cast: Cast, browser: Browser, wrong: dict[str, str], words: str
) -> None:
    answer = browser.as_("accueil").post(TAKE, data={**typed(owed(cast.karim, 5_000), "50,00"), **wrong})
    assert answer.status_code == 422
    assert words.lower() in answer.text.lower()
    assert db.session.query(Payment).count() == 0


def test_without_an_invoice_one_says_who_pays(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    assert "Qui paie" in desk.get(TAKE).text
    owed(cast.karim, 3_000)
    assert 'value="30,00"' in desk.get(f"{TAKE}?contact={cast.karim.id}").text
    assert desk.get(f"{TAKE}?facture=999999").status_code == 404


def test_the_list_is_filtered_and_exported(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000)
    paid(cast.karim, 5_000, invoice, method=Method.CHEQUE, reference="0012345")
    paid(cast.dan, 700, method=Method.CASH)
    office = browser.as_("compta")
    everything = office.get("/reglements").text
    assert "Karim Benyahia" in everything
    assert "Dan Lestrange" in everything
    for query in ("moyen=cheque", f"q={invoice.number}", "q=0012345", "q=karim", "q=50"):
        shown = office.get(f"/reglements?{query}", htmx=True).text
        assert "Karim Benyahia" in shown, query
        assert "Dan Lestrange" not in shown, query
    assert "Dan Lestrange" in office.get("/reglements?libre=1", htmx=True).text
    rows = office.get("/reglements.csv?moyen=cheque").text.splitlines()
    assert len(rows) == 2
    assert "50,00" in rows[1]


def test_a_rejected_cheque_is_noted_by_the_manager_and_both_movements_are_seen(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000)
    cheque = paid(cast.karim, 5_000, invoice, method=Method.CHEQUE)
    assert browser.as_("accueil").post(f"/reglements/{cheque.id}/annulation").status_code == 403
    boss = browser.as_("gerant")
    refused = boss.post(f"/reglements/{cheque.id}/annulation", wrong="0", reason="")
    assert refused.status_code == 422
    boss.post(f"/reglements/{cheque.id}/annulation", wrong="0", reason="Sans provision")
    assert left_of(invoice) == 5_000
    shown = boss.get(f"/reglements/{cheque.id}").text
    assert "Sans provision" in shown
    assert "Rejeté" in shown


def test_the_credit_settles_another_invoice_in_one_click(cast: Cast, browser: Browser) -> None:
    credit = paid(cast.karim, 5_000)
    invoice = owed(cast.karim, 3_000)
    desk = browser.as_("accueil")
    assert "Affecter" in desk.get(f"/reglements/{credit.id}").text
    desk.post(f"/reglements/{credit.id}/affectation")
    assert left_of(invoice) == 0


def test_money_is_given_back_from_a_credit_note_or_from_the_credit(cast: Cast, browser: Browser) -> None:
    note = a_credit_note(cast.karim, 2_000)
    boss = browser.as_("gerant")
    address = f"/reglements/remboursements/{cast.karim.id}"
    form = {
        "source": str(note.id),
        "amount": "20,00",
        "method": "card",
        "on": clock.today().isoformat(),
        "form_key": "r",
    }
    assert boss.post(address, data={**form, "amount": "30"}).status_code == 422
    assert boss.post(address, data=form).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(SalesDocument, note.id).settled
    assert "Rien à rembourser" in boss.get(address).text


def test_a_credit_note_is_taken_off_the_oldest_invoice(cast: Cast, browser: Browser) -> None:
    invoice, note = owed(cast.karim, 5_000), a_credit_note(cast.karim, 2_000)
    browser.as_("gerant").post(f"/reglements/avoirs/{note.id}/compensation")
    assert left_of(invoice) == 3_000


def test_the_aged_balance_puts_each_debt_in_its_age_and_under_who_pays(cast: Cast, browser: Browser) -> None:
    mother, fund = a_contact(name="Samia Benyahia"), a_contact(name="Ecosystem")
    for days, due in (
        (10, 100),
        (0, 200),
        (-1, 400),
        (-30, 800),
        (-31, 1_600),
        (-60, 3_200),
        (-61, 6_400),
        (-91, 12_800),
    ):
        owed(cast.karim, due, days=days, payer_id=mother.id)
    owed(cast.dan, 5_000, days=-5, share=(fund, 2_500))
    part = owed(cast.dan, 1_000, days=-100)
    paid(cast.dan, 400, part)
    shown = browser.as_("compta").get("/reglements/balance-agee").text
    row = next(line for line in re.findall(r"<tr>.*?</tr>", shown, re.DOTALL) if "Samia" in line)
    assert re.findall(r"[\d]+,\d\d", row) == ["3,00", "12,00", "48,00", "64,00", "128,00", "255,00"]
    dan = next(line for line in re.findall(r"<tr>.*?</tr>", shown, re.DOTALL) if "Lestrange" in line)
    assert re.findall(r"[\d]+,\d\d", dan) == ["50,00", "6,00", "56,00"]
    assert "Ecosystem" in shown
    assert "Karim" not in shown


def test_the_statement_runs_from_invoice_to_payment_and_says_what_is_left(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 10_000, days=-10)
    paid(cast.karim, 4_000, invoice, method=Method.CHEQUE, reference="778")
    a_credit_note(cast.karim, 1_000)
    friend = a_contact()
    with transaction():
        services.receive(friend.id, Method.CARD, 2_000, clock.today(), allocations=[(invoice.id, 2_000)])
    shown = browser.as_("compta").get(f"/reglements/releves/{cast.karim.id}").text
    assert invoice.number in shown
    assert "Chèque 778" in shown
    assert euros(3_000) in shown[shown.index("<tfoot>") :]


def test_who_may_not_see_payments_sees_none(cast: Cast, browser: Browser) -> None:
    owed(cast.karim, 5_000)
    bench = browser.as_("technicien")
    assert bench.get("/reglements").status_code == 403
    assert bench.get("/reglements/balance-agee").status_code == 403
    assert bench.get(TAKE).status_code == 403


def test_a_page_of_payments_asks_few_questions(cast: Cast, browser: Browser, queries: list[str]) -> None:
    for _each in range(12):
        paid(cast.karim, 1_000, owed(cast.karim, 1_000))
    office = browser.as_("compta")
    office.get("/reglements")
    queries.clear()
    office.get("/reglements")
    assert len(queries) <= 12
    queries.clear()
    office.get("/reglements/balance-agee")
    assert len(queries) <= 12
