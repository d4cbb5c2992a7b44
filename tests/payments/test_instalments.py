"""An invoice paid at several dates (A8, C12): each date is claimed, aged, proposed and paid on its own, the oldest first."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.outbox import OutboxMessage
from app.payments import jobs
from app.payments.models import Checkout, Debit
from app.payments.queries import balance_of, open_documents
from app.payments.queries.aged import aged_balance
from app.payments.queries.debits import collectable
from app.payments.services import debits, reminders
from app.payments.services.bank.matching import Pool, proposals
from app.sales.models import SalesDocument
from app.sales.queries.parts import next_left, next_on, overdue
from tests.cast import Cast
from tests.factories.payments import a_bank_line, a_mandate, an_online_account, owed, paid, we_collect
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
#: 40 days late, 10 days late, due in 20 days.
DATED = (-40, 10_000), (-10, 10_000), (20, 10_000)


def plain(words: str) -> str:
    return re.sub("[\u202f\xa0]", " ", words).replace("’", "'")


def in_days(count: int) -> date:
    return clock.today() + timedelta(days=count)


@pytest.fixture
def invoice(cast: Cast) -> SalesDocument:
    return owed(cast.karim, 30_000, days=-40, dated=DATED)


@pytest.fixture
def forward(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Move the clock forward by so many days."""
    real, shift = clock.now, [timedelta()]
    monkeypatch.setattr(clock, "now", lambda: real() + shift[0])

    def move(days: int) -> None:
        shift[0] += timedelta(days=days)

    return move


def claims() -> list[tuple[str, str]]:
    """(tone, amount) of the reminders that left."""
    query = select(OutboxMessage).where(OutboxMessage.channel == "email").order_by(OutboxMessage.id)
    rows = [row for row in db.session.scalars(query) if row.template.startswith("invoice.reminder")]
    return [(row.template[-1], plain(re.search(r"\d[\d\s]*,\d\d\s€", row.text)[0])) for row in rows]  # type: ignore[index]


def page_of(invoice: SalesDocument) -> str:
    with transaction():
        return "/payer/" + reminders.pay_link(db.session.get_one(SalesDocument, invoice.id)).rpartition("/")[2]


# --- what is left of each date --------------------------------------------------------------------------------------


def test_the_database_and_the_document_say_the_same_of_random_schedules(cast: Cast) -> None:
    rng = Random(7)
    for _each in range(40):
        days = sorted(rng.sample(range(-90, 90), rng.randint(1, 6)))
        dated = [(day, rng.randint(1, 50_000)) for day in days]
        due = sum(cents for _day, cents in dated)
        owed(cast.karim, due, days=days[0], dated=dated if len(dated) > 1 else (), paid=rng.randint(0, due - 1))
    query = select(SalesDocument, next_on(), next_left(), overdue(clock.today()))
    for document, day, left, late in db.session.execute(query.options(selectinload(SalesDocument.instalments))):
        part = document.next_part
        assert part is not None
        assert (day, left, late) == (part.due_on, part.left, document.left_by(in_days(-1)))
    total = sum(document.left for document in db.session.scalars(select(SalesDocument)))
    assert [row.total for row in aged_balance()] == [total]
    assert balance_of(cast.karim.id).owed == total


def test_only_what_is_due_counts_as_late_and_from_its_own_date(
    cast: Cast, browser: Browser, invoice: SalesDocument
) -> None:
    [row] = aged_balance()
    assert (row.not_due, row.late, row.oldest) == (10_000, (10_000, 10_000, 0, 0), in_days(-40))
    assert balance_of(cast.karim.id)[:2] == (30_000, 20_000)
    paid(cast.karim, 10_400, invoice)
    [row] = aged_balance()
    assert (row.not_due, row.late, row.oldest) == (10_000, (9_600, 0, 0, 0), in_days(-10))
    [entry] = open_documents(cast.karim.id)
    assert (entry.due_on, entry.left, entry.asked, entry.overdue) == (in_days(-10), 19_600, 9_600, 9_600)
    desk = browser.as_("compta")
    listed = plain(desk.get("/factures?reste=retard").text)
    assert invoice.number in listed
    assert clock.table_date(in_days(-10)) in plain(listed)
    assert "dont 96,00 € en retard" in listed
    assert "En retard, 96,00 €" in listed
    shown = plain(desk.get(f"/ventes/{invoice.number}").text)
    for words in ("1 sur 3", "Réglée", "reste 96,00 €", "À venir", "Prochaine échéance"):
        assert words in shown, words
    assert 'value="96,00"' in desk.get(f"/reglements/encaisser?facture={invoice.id}").text
    exported = desk.get("/factures/export.csv").text
    assert "196,00" not in exported.splitlines()[1]
    assert "96,00" in exported.splitlines()[1]
    paid(cast.karim, 9_600, invoice)
    assert invoice.number not in desk.get("/factures?reste=retard").text
    assert invoice.number in desk.get("/factures?reste=a_payer").text


# --- reminders ------------------------------------------------------------------------------------------------------


def test_reminders_claim_what_is_due_and_begin_again_with_the_next_date(
    cast: Cast, forward: Callable[[int], None]
) -> None:
    invoice = owed(cast.karim, 30_000, days=0, dated=((0, 10_000), (60, 10_000), (90, 10_000)))
    for _day in range(59):
        jobs.remind_unpaid()
        forward(1)
    assert claims() == [("1", "100,00 €"), ("2", "100,00 €"), ("3", "100,00 €")]
    paid(cast.karim, 10_000, invoice)
    for _day in range(14):
        jobs.remind_unpaid()
        jobs.remind_unpaid()
        forward(1)
    assert claims()[3:] == [("1", "100,00 €")], "the second date is a first delay"
    forward(27)
    jobs.remind_unpaid()
    assert claims()[4:] == [("2", "200,00 €")], "both dates have passed meanwhile"


def test_a_reminder_by_hand_waits_for_the_date(cast: Cast) -> None:
    invoice = owed(cast.karim, 20_000, days=5, dated=((5, 10_000), (35, 10_000)))
    with transaction(), pytest.raises(DomainError, match=r"n.est pas en retard"):
        reminders.remind(invoice.id, by_hand=True)
    assert claims() == []


# --- paid by the client, by the bank --------------------------------------------------------------------------------


def test_the_client_pays_the_date_or_all_of_it_online(
    cast: Cast, browser: Browser, sandbox: Sandbox, invoice: SalesDocument
) -> None:
    account, page = an_online_account("stripe", sandbox).id, page_of(invoice)
    paid(cast.karim, 20_000, invoice)
    shown = plain(browser.get(page).text)
    for words in ("Prochaine échéance", "Échéancier", "Par carte bancaire"):
        assert words in shown, words
    paid(cast.karim, 4_000, invoice)
    browser.post(f"{page}/en-ligne/{account}")
    assert "Payer 60,00 €" in plain(browser.get(page).text)
    other = owed(cast.karim, 20_000, days=5, dated=((5, 12_000), (35, 8_000)))
    page = page_of(other)
    shown = plain(browser.get(page).text)
    assert "Par carte bancaire, 120,00 €" in shown
    assert "Tout payer, 200,00 €" in shown
    browser.post(f"{page}/en-ligne/{account}", part="all")
    shown = plain(browser.get(page).text)
    assert "Payer 200,00 €" in shown
    assert "Plutôt l'échéance, 120,00 €" in shown
    browser.post(f"{page}/en-ligne/{account}", part="next")
    assert "Payer 120,00 €" in plain(browser.get(page).text)
    assert [row.amount for row in db.session.scalars(select(Checkout).order_by(Checkout.id))] == [6_000, 20_000, 12_000]


def test_his_space_says_the_next_date_and_offers_to_pay_it(
    cast: Cast, browser: Browser, invoice: SalesDocument
) -> None:
    paid(cast.karim, 20_000, invoice)
    paid(cast.karim, 1_000, invoice)
    owed(cast.karim, 20_000, days=7, dated=((7, 5_000), (37, 15_000)))
    shown = plain(browser.as_("client").get("/portail/factures").text)
    assert f"prochaine échéance : 50,00 € avant le {clock.table_date(in_days(7))}" in shown
    assert "Payer 50,00 €" in shown
    assert "Payer 90,00 €" in shown
    assert "En retard" not in shown


def test_direct_debits_propose_each_date_and_take_those_of_an_invoice_together(cast: Cast, browser: Browser) -> None:
    we_collect()
    a_mandate(cast.karim)
    invoice = owed(cast.karim, 30_000, days=-40, dated=DATED)
    rows = collectable()
    assert [(row.key, row.due_on, row.left) for row in rows] == [
        (f"{invoice.id}-1", in_days(-40), 10_000), (f"{invoice.id}-2", in_days(-10), 10_000), (f"{invoice.id}-3", in_days(20), 10_000),
    ]  # fmt: skip
    page = browser.as_("compta").get("/reglements/prelevements").text
    ticked = re.findall(r'name="documents" value="([\d-]+)" checked', page)
    assert ticked == [f"{invoice.id}-1", f"{invoice.id}-2"]
    form = {"documents": ticked, "collected_on": debits.earliest().isoformat(), "form_key": "a"}
    assert browser.post("/reglements/prelevements", data=form).status_code == 303
    assert [debit.amount for debit in db.session.scalars(select(Debit))] == [20_000]
    assert [row.key for row in collectable()] == [f"{invoice.id}-3"], "what is on its way is not proposed again"
    with transaction(), pytest.raises(Conflict):
        debits.prepare([f"{invoice.id}-2"], debits.earliest())


def test_a_transfer_of_one_date_is_recognised(cast: Cast) -> None:
    invoice = owed(cast.karim, 30_000, days=-40, dated=DATED)
    line = a_bank_line(10_000, f"VIR INST {invoice.number.replace('-', ' ')}")
    top = proposals(line, Pool.of([line.amount]))[0]
    assert (top.sure, top.ref) == (True, f"i:{invoice.id}")
    named = proposals(a_bank_line(10_000, "VIR SEPA M. BENYAHIA KARIM"), Pool.of([10_000]))[0]
    assert named.ref == f"i:{invoice.id}"
