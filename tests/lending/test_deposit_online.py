"""The deposit of a loan given online (A8): by the member from his space, or by the link that the desk sends."""

import re

import pytest

from app.accounts.states import Role
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.lending.models import Loan
from app.lending.queries.terms import Terms
from app.lending.services import cancel, charges, locked, take_back
from app.lending.services.incidents import decide, tell
from app.lending.services.terms import set_terms
from app.lending.states import IncidentState, Teller
from app.payments.models import SecurityDeposit
from app.payments.states import DepositState, Method
from tests.cast import Cast
from tests.factories.accounts import a_user
from tests.factories.contacts import a_contact
from tests.factories.lending import a_loan, a_unit, lent
from tests.factories.members import a_child, a_home, members_on
from tests.factories.payments import an_online_account
from tests.payments.given_online import moved, run_refund, sums
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")


@pytest.fixture
def lina(cast: Cast) -> Contact:
    """Karim's daughter."""
    members_on()
    child = a_child("Lina Benyahia")
    a_home(cast.karim, child)
    return child


def a_unit_with_deposit(cents: int = 15_000) -> Asset:
    unit = a_unit(value=80_000)
    with transaction():
        set_terms(unit.family_id, Terms(deposit=cents))
    return unit


def plain(text: str) -> str:
    return re.sub("[\u202f\xa0]", " ", text).replace("\u2019", "'").replace("&#39;", "'")


def the_deposit() -> SecurityDeposit:
    return db.session.query(SecurityDeposit).populate_existing().one()


def pay(browser: Browser, sandbox: Sandbox, account: int, times: int = 1) -> None:
    """The partner's page is paid, and tells it so many times."""
    event = sandbox.end_checkout(sandbox.checkouts()[-1]["ref"], "paid")
    for _time in range(times):
        answer = browser.client.post(f"/notifications/stripe/{account}", data=event["body"], headers=event["headers"])
        assert answer.status_code == 200
    db.session.expire_all()


def test_a_parent_gives_the_deposit_of_his_child_s_loan_online(
    browser: Browser, sandbox: Sandbox, cast: Cast, lina: Contact
) -> None:
    loan, page = lent(lina, a_unit_with_deposit()), browser.as_("client")
    home = f"/portail/prets/{loan.number}"
    assert "Caution" not in page.get(home).text, "nobody takes it online"
    page.post(f"{home}/caution")
    assert db.session.query(SecurityDeposit).count() == 0
    account = an_online_account("stripe", sandbox).id
    shown = plain(page.get(home).text)
    assert "Caution de 150,00 €" in shown
    assert "Verser la caution en ligne" in shown
    answer = page.post(f"{home}/caution")
    assert answer.headers["Location"].startswith("/caution/")
    asked = plain(page.get(answer.headers["Location"]).text)
    assert "Payer 150,00 €" in asked, "the only means is already open"
    assert loan.number in asked
    assert page.post(f"{home}/caution").headers["Location"] == answer.headers["Location"]
    assert len(sandbox.checkouts()) == 1
    assert (the_deposit().contact_id, the_deposit().state) == (cast.karim.id, DepositState.ASKED)
    pay(page, sandbox, account, times=2)
    assert (the_deposit().state, the_deposit().method) == (DepositState.HELD, Method.STRIPE)
    assert "Caution de" not in plain(page.get(home).text), "it is given"
    assert "carte en ligne" in plain(browser.as_("gerant").get(f"/prets/{loan.number}").text)
    assert (moved(), sums()) == ([15_000], {"517100": 15_000, "165000": -15_000})


def test_both_parents_may_give_it_and_nobody_else(
    browser: Browser, sandbox: Sandbox, cast: Cast, lina: Contact
) -> None:
    mother = a_contact(name="Salma Haddad", user_id=a_user(Role.CLIENT, email="salma@demo.example", name="Salma").id)
    a_home(mother, lina)
    an_online_account("stripe", sandbox)
    loan = lent(lina, a_unit_with_deposit())
    home = f"/portail/prets/{loan.number}/caution"
    assert browser.as_("dan").post(home).status_code == 404
    assert db.session.query(SecurityDeposit).count() == 0
    addresses = {browser.as_(who).post(home).headers["Location"] for who in ("client", "salma")}
    assert len(addresses) == 1
    assert (len(sandbox.checkouts()), db.session.query(SecurityDeposit).count()) == (1, 1)


def test_the_desk_sends_the_link_and_takes_it_all_the_same_at_the_desk(
    browser: Browser, sandbox: Sandbox, cast: Cast
) -> None:
    loan, desk = lent(cast.karim, a_unit_with_deposit()), browser.as_("gerant")
    page = f"/prets/{loan.number}"
    assert "Envoyer le lien de paiement" not in desk.get(page).text
    assert desk.post(f"{page}/caution/lien").status_code == 409
    an_online_account("stripe", sandbox)
    assert "Envoyer le lien de paiement" in desk.get(page).text
    assert desk.post(f"{page}/caution/lien").status_code == 303
    mail = db.session.query(OutboxMessage).filter_by(template="loan.deposit", recipient=cast.karim.email).one()
    [address] = re.findall(r"(/caution/[\w-]+)", mail.text)[:1]
    assert "150,00" in plain(browser.client.get(address).text)
    desk.post(f"{page}/caution/lien")
    assert db.session.query(SecurityDeposit).count() == 1, "one deposit, however often its link is sent"
    sent = {"amount": "120", "method": "cash"}
    assert desk.post(f"{page}/caution", data=sent).status_code == 303
    deposit = the_deposit()
    assert (deposit.state, deposit.amount, deposit.method) == (DepositState.HELD, 12_000, Method.CASH)
    shown = desk.get(page).text
    assert "Envoyer le lien de paiement" not in shown
    assert "Noter la caution" not in shown
    assert desk.post(f"{page}/caution/lien").status_code == 409


def test_what_is_over_asks_for_no_deposit_any_more(browser: Browser, sandbox: Sandbox, cast: Cast) -> None:
    members_on()
    an_online_account("stripe", sandbox)
    page = browser.as_("client")
    given_up = a_loan(cast.karim, [a_unit_with_deposit()], "2099-12-01 09:00", "2099-12-10 18:00")
    back = lent(cast.karim, a_unit_with_deposit())
    found = [page.post(f"/portail/prets/{loan.number}/caution").headers["Location"] for loan in (given_up, back)]
    with transaction():
        cancel(locked(given_up))
        fresh = locked(back)
        take_back(fresh, fresh.items)
    assert {row.state for row in db.session.query(SecurityDeposit)} == {DepositState.DROPPED}
    for address, loan in zip(found, (given_up, back), strict=True):
        assert "plus à verser" in plain(page.get(address).text)
        assert "Verser la caution" not in page.get(f"/portail/prets/{loan.number}").text


@pytest.mark.row("A4")
def test_a_loss_is_taken_from_what_was_given_online_and_the_rest_goes_back(
    browser: Browser, sandbox: Sandbox, cast: Cast
) -> None:
    members_on()
    account = an_online_account("stripe", sandbox).id
    unit = a_unit_with_deposit(100_000)
    loan, page = lent(cast.karim, unit), browser.as_("client")
    page.post(f"/portail/prets/{loan.number}/caution")
    pay(page, sandbox, account)
    with transaction():
        item = db.session.get_one(Loan, loan.id).items[0]
        incident = tell(item.asset, "Oublié dans le train", Teller.BORROWER, item=item, loan=loan)
    with transaction():
        decide(incident, IncidentState.LOST, cast.camille)
    with transaction():
        charges.bill(locked(loan), [f"loss-{item.id}"], {}, deposit_first=True)
    assert (the_deposit().state, the_deposit().kept_amount) == (DepositState.KEPT, 80_000)
    run_refund()
    assert [row["cents"] for row in sandbox.refunds()] == [20_000]
    assert sums() == {"517100": 80_000, "758000": -80_000}
