"""A credit note by amount: spread over the rates of its invoice, to the cent, never more than what is left (C3)."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.ledger.services import catch_up, vat_summary
from app.operations.checks.bank import wrong_balances
from app.operations.checks.ledger import unbalanced
from app.sales import jobs
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents import LineData
from app.sales.services.documents.amounts import by_rate, vat_on
from app.sales.services.documents.credits import spread
from app.sales.states import CheckState, DocumentKind
from tests.cast import Cast
from tests.factories.catalog import an_article
from tests.factories.sales import again, an_issued_invoice
from tests.factories.sales_documents import LINES, a_company, a_seller
from tests.ledger.test_entries import lettered, sums
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")
RATES = {"normal": 2000, "intermediate": 1000, "reduced": 550, "zero": 0}


def given_back(invoice: SalesDocument, cents: int, reason: str = "Retard de livraison") -> SalesDocument:
    with transaction():
        return documents.rebate(again(invoice), cents, reason=reason)


def test_it_is_spread_over_the_rates_in_proportion(cast: Cast) -> None:
    invoice = an_issued_invoice(contact=cast.karim)  # 100 € at 20 %, 50 € at 10 %: 175 €
    credit = given_back(invoice, 3_000)
    assert (credit.gross, credit.due, credit.origin_id) == (3_000, 3_000, invoice.id)
    bases, vats = by_rate(credit.shares)
    assert bases == {("normal", 2000): 1_714, ("intermediate", 1000): 857}
    assert vats == {("normal", 2000): 343, ("intermediate", 1000): 86}
    assert credit.notes == "Retard de livraison"


def test_never_above_what_is_left_and_all_that_is_left_to_the_cent(cast: Cast) -> None:
    invoice = an_issued_invoice(contact=cast.karim)
    for cents in (17_501, 0, -5):
        with pytest.raises(DomainError):
            given_back(invoice, cents)
    given_back(invoice, 1)
    given_back(invoice, 9_999)
    with pytest.raises(DomainError, match="dépasse"):
        given_back(invoice, 7_501)
    given_back(invoice, 7_500)
    with pytest.raises(DomainError, match="déjà reprise en entier"):
        given_back(invoice, 1)
    notes = db.session.query(SalesDocument).filter_by(origin_id=invoice.id).all()
    assert sum(note.net for note in notes) == again(invoice).net
    assert sum(note.vat for note in notes) == again(invoice).vat


def test_after_a_gesture_lines_give_back_no_more_than_what_is_left_of_their_rate(cast: Cast) -> None:
    invoice = an_issued_invoice(contact=cast.karim)
    given_back(invoice, 3_000)
    with pytest.raises(DomainError, match="par montant"), transaction():
        documents.credit(again(invoice), [(again(invoice).lines[0].id, 1_000)])
    with transaction():
        documents.credit(again(invoice), [(again(invoice).lines[1].id, 1_000)])
    left = documents.left_gross(again(invoice))
    assert left == 17_500 - 3_000 - 2_750
    given_back(invoice, left)


def test_what_was_paid_for_the_client_is_no_part_of_a_gesture(cast: Cast) -> None:
    lines = (LineData("Pose", 1000, 10_000, "normal"), LineData("Timbre fiscal", 1000, 5_000, "disbursement"))
    invoice = an_issued_invoice(*lines, contact=cast.karim)
    with pytest.raises(DomainError, match="120,00"):
        given_back(invoice, 12_001)
    credit = given_back(invoice, 6_000)
    assert by_rate(credit.shares)[0] == {("normal", 2000): 5_000}


def test_it_lowers_what_the_client_owes_and_keeps_the_books_right(cast: Cast) -> None:
    good = an_article(stocked=False)
    lines = (
        LineData(good.label, 1000, 10_000, "normal", article_id=good.id),
        LineData("Pose", 1000, 5_000, "intermediate"),
    )
    invoice = an_issued_invoice(*lines, contact=cast.karim)
    given_back(invoice, 3_500)
    catch_up()
    assert sums() == {
        "411000": 14_000, "707000": -10_000, "706000": -5_000, "709000": 3_000, "44572000": -1_600, "44571000": -400,
    }  # fmt: skip
    today = clock.today()
    summary = vat_summary(today, today)
    assert {line.rate: line.vat for line in summary.lines}[2000] == 1_600, (
        "goods: due at the invoice, given back at the credit note"
    )
    given_back(invoice, 14_000)
    catch_up()
    assert sums().get("411000", 0) == 0
    assert lettered() == 3
    assert not [*unbalanced(), *wrong_balances()]


@given(
    st.dictionaries(st.sampled_from(sorted(RATES)), st.integers(1, 500_000), min_size=1),
    st.lists(st.floats(0.001, 1), min_size=1, max_size=5),
)
def test_parts_add_up_and_no_rate_goes_below_zero(nets: dict[str, int], shares: list[float]) -> None:
    bases = {(code, RATES[code]): net for code, net in nets.items()}
    vats = {key: vat_on(base, key[1]) for key, base in bases.items()}
    for share in [*shares, 1.0]:
        left = sum(bases.values()) + sum(vats.values())
        asked = max(1, int(left * share)) if left else 0
        parts = spread(asked, bases, vats) if asked else {}
        assert sum(base + vat for base, vat in parts.values()) == asked
        for key, (base, vat) in parts.items():
            assert base >= 0
            assert vat >= 0
            assert asked == left or abs(vat - vat_on(base, key[1])) <= 2
            bases[key] -= base
            vats[key] -= vat
        assert min([*bases.values(), *vats.values()]) >= 0
    assert sum(bases.values()) + sum(vats.values()) == 0


def test_the_page_stands_beside_the_credit_by_lines(cast: Cast, browser: Browser) -> None:
    invoice = an_issued_invoice(contact=cast.karim)
    desk, address = browser.as_("gerant"), f"/ventes/{invoice.number}/avoir/montant"
    shown = desk.get(f"/ventes/{invoice.number}").text
    assert address in shown
    assert f'/ventes/{invoice.number}/avoir"' in shown
    assert "Il reste 175,00\xa0€ à reprendre" in desk.get(address).text
    for typed, words in (("175,01", "dépasse ce qui reste"), ("abc", "nombre"), ("", "Saisissez le montant")):
        refused = desk.post(address, amount=typed, reason="Retard")
        assert refused.status_code == 422
        assert words in refused.text
        assert 'value="Retard"' in refused.text
    done = desk.post(address, amount="30", reason="Retard de livraison")
    assert done.status_code == 303
    credit = desk.get(done.headers["Location"]).text
    assert "Geste commercial sur la facture" in credit
    assert "Retard de livraison" in credit
    assert browser.as_("technicien").get(address).status_code in (403, 404)


@pytest.mark.parametrize("cents", [3_000, 1, 12_345])
def test_its_file_obeys_the_rules(app: Flask, cents: int) -> None:
    a_seller()
    company = a_company()
    with transaction():
        invoice = documents.draft(
            DocumentKind.INVOICE, company, [*LINES, LineData("Bâche", 1000, 99_999, "reduced", discount=333)]
        )
        documents.issue(invoice)
    credit = given_back(invoice, cents)
    jobs.render_and_check(credit.id)
    found = db.session.get_one(SalesDocument, credit.id, populate_existing=True)
    assert (found.faults, found.check) == ([], CheckState.PASSED)
