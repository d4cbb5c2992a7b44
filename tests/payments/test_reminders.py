"""Unpaid reminders in three tones (A8, F3): when due, once each, never for what is settled or disputed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.core.settings import change_setting
from app.messaging.models import Task
from app.payments import jobs
from app.payments.models import SecurityDeposit, Voucher
from app.payments.queries import balance_of, credit_of
from app.payments.services import deposits, reminders
from app.payments.states import DepositState, Method
from app.sales.models import SalesDocument
from app.sales.states import CheckState
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.payments import owed, paid
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """A clock that a test moves forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shift = timedelta()
        real = clock.now
        monkeypatch.setattr(clock, "now", lambda: real() + self.shift)

    def forward(self, days: int) -> None:
        self.shift += timedelta(days=days)


def sent() -> list[str]:
    query = select(OutboxMessage.template).where(OutboxMessage.channel == "email").order_by(OutboxMessage.id)
    return [code.rpartition("_")[2] for code in db.session.scalars(query) if code.startswith("invoice.reminder")]


def test_three_tones_leave_at_their_days_and_once_each(cast: Cast, later: Clock) -> None:
    owed(cast.karim, 5_000, days=0)
    days = []
    for day in range(60):
        before = len(sent())
        jobs.remind_unpaid()
        jobs.remind_unpaid()
        days += [day] * (len(sent()) - before)
        later.forward(1)
    assert days == [7, 21, 45]
    assert sent() == ["1", "2", "3"]


def test_missed_mornings_send_one_reminder_then_wait(cast: Cast, later: Clock) -> None:
    owed(cast.karim, 5_000, days=-50)
    jobs.remind_unpaid()
    later.forward(1)
    jobs.remind_unpaid()
    assert sent() == ["1"]


def test_the_client_gets_what_is_left_and_where_to_pay(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000, days=-10)
    paid(cast.karim, 2_000, invoice)
    jobs.remind_unpaid()
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "email")).one()
    assert "30,00" in mail.text
    address = "/payer/" + mail.text.split("/payer/")[1].split()[0].rstrip(")")
    shown = browser.client.get(address)
    assert shown.status_code == 200
    assert "30,00" in shown.text
    assert browser.client.get("/payer/forged-link-that-opens-nothing").status_code == 404


def test_who_pays_is_reminded_not_who_bought(cast: Cast) -> None:
    mother = a_contact(name="Samia", email="samia@exemple.example")
    owed(cast.karim, 5_000, days=-10, payer_id=mother.id)
    jobs.remind_unpaid()
    assert db.session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.channel == "email")).all() == [
        mother.email
    ]


def test_nothing_leaves_for_the_settled_the_disputed_and_the_spared(cast: Cast) -> None:
    paid(cast.karim, 5_000, owed(cast.karim, 5_000, days=-10))
    disputed = owed(cast.karim, 5_000, days=-10)
    with transaction():
        reminders.stop("Conteste la main-d'œuvre", document_id=disputed.id)
        spared = reminders.stop("Hospitalisé", contact_id=cast.dan.id)
    owed(cast.dan, 4_000, days=-10)
    jobs.remind_unpaid()
    assert sent() == []
    with transaction():
        reminders.lift(spared)
    jobs.remind_unpaid()
    assert sent() == ["1"]


def test_an_empty_setting_reminds_nobody(cast: Cast) -> None:
    owed(cast.karim, 5_000, days=-10)
    with transaction():
        change_setting("payments.reminder_days", "")
    jobs.remind_unpaid()
    assert sent() == []


def test_the_page_shows_who_will_be_reminded_and_stops_it(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000, days=-10)
    desk = browser.as_("accueil")
    assert "Rappel aimable" in desk.get("/reglements/relances").text
    desk.get(f"/reglements/relances?arreter={invoice.id}")
    assert desk.post("/reglements/relances/arrets", arreter=invoice.id, scope="document", reason="").status_code == 422
    desk.post("/reglements/relances/arrets", arreter=invoice.id, scope="document", reason="Conteste le temps passé")
    shown = desk.get("/reglements/relances").text
    assert "Conteste le temps passé" in shown
    assert "Rappel aimable" not in shown
    assert desk.post(f"/reglements/relances/{invoice.id}").status_code == 409
    assert sent() == []


def test_by_hand_a_reminder_leaves_at_once(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000, days=-1)
    assert browser.as_("accueil").post(f"/reglements/relances/{invoice.id}").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(SalesDocument, invoice.id).reminders == 1


def test_by_hand_two_clicks_send_one_reminder(cast: Cast, browser: Browser, later: Clock) -> None:
    invoice = owed(cast.karim, 5_000, days=-30)
    desk = browser.as_("accueil")
    assert "Rappel aimable" in desk.get(f"/ventes/{invoice.number}").text
    desk.post(f"/reglements/relances/{invoice.id}")
    again = desk.post(f"/reglements/relances/{invoice.id}")
    assert (again.status_code, "déjà été relancée" in again.text) == (422, True)
    later.forward(1)
    assert "Relance ferme" in desk.get(f"/ventes/{invoice.number}").text
    desk.post(f"/reglements/relances/{invoice.id}")
    assert sent() == ["1", "2"]


def test_what_is_not_late_is_not_reminded(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000, days=0)
    desk = browser.as_("accueil")
    assert "Relancer" not in desk.get(f"/ventes/{invoice.number}").text
    refused = desk.post(f"/reglements/relances/{invoice.id}")
    assert (refused.status_code, "pas en retard" in refused.text) == (422, True)
    assert sent() == []


@pytest.mark.parametrize("check", [CheckState.WAITING, CheckState.REFUSED])
def test_what_the_client_did_not_receive_is_not_asked_for(cast: Cast, browser: Browser, check: CheckState) -> None:
    invoice = owed(cast.karim, 5_000, days=-30, check=check)
    desk = browser.as_("accueil")
    jobs.remind_unpaid()
    assert "Relancer" not in desk.get(f"/ventes/{invoice.number}").text
    assert "ne l’a pas reçue" in desk.post(f"/reglements/relances/{invoice.id}").text
    assert sent() == []


def test_a_deposit_is_held_given_back_or_kept_in_part_and_pays_nothing(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    form = {"contact_id": cast.karim.id, "amount": "300", "method": "cheque", "received_on": clock.today().isoformat()}
    assert desk.post("/reglements/cautions", data={**form, "contact_id": ""}).status_code == 422
    desk.post("/reglements/cautions", data=form)
    row = db.session.query(SecurityDeposit).one()
    assert (row.state, credit_of(cast.karim.id), balance_of(cast.karim.id).total) == (DepositState.HELD, 0, 0)
    page = f"/reglements/cautions/{row.id}"
    assert desk.post(page, act="keep", kept="400", reason="Casse").status_code == 422
    assert desk.post(page, act="keep", kept="80", reason="").status_code == 422
    assert desk.post(page, act="keep", kept="80", reason="Vitre cassée").status_code == 303
    db.session.expire_all()
    again = db.session.query(SecurityDeposit).one()
    assert (again.state, again.kept_amount) == (DepositState.KEPT, 8_000)
    assert desk.post(page, act="back").status_code == 422


def test_a_cheque_of_a_deposit_asks_for_another_at_eleven_months_once(cast: Cast, later: Clock) -> None:
    with transaction():
        deposit = deposits.ask(cast.karim, 30_000, Method.CHEQUE)
        deposits.hold(deposit, clock.today(), "778")
    later.forward(330)
    assert jobs.watch_deposits() == 0
    later.forward(6)
    assert [jobs.watch_deposits() for _morning in range(2)] == [1, 0]
    assert "Karim Benyahia" in db.session.scalars(select(Task.label)).one()
    with transaction():
        deposits.renew(deposit, clock.today(), "912")
    assert db.session.scalars(select(Task.state)).one().value == "done"


@pytest.mark.parametrize(("day", "expected"), [("2026-03-31", "2027-02-28"), ("2026-01-15", "2026-12-15")])
def test_eleven_months_end_in_the_month_they_should(day: str, expected: str) -> None:
    date = type(clock.today())
    assert clock.months_after(date.fromisoformat(day), 11) == date.fromisoformat(expected)


def test_a_voucher_sold_is_no_credit_and_pays_an_invoice_by_its_code(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    form = {"contact_id": cast.dan.id, "amount": "50", "method": "card", "valid_until": "", "form_key": "v1"}
    assert [desk.post("/reglements/bons", data=form).status_code for _click in range(2)] == [303, 303]
    voucher = db.session.query(Voucher).one()
    assert credit_of(cast.dan.id) == 0
    assert voucher.code in desk.get("/reglements/bons").text
    invoice = owed(cast.karim, 3_000)
    paid(cast.karim, 3_000, invoice, method=Method.VOUCHER, reference=voucher.code)
    db.session.expire_all()
    assert db.session.query(Voucher).one().left_amount == 2_000
