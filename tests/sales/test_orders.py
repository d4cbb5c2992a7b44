"""The chain (§3): quote → order → deliveries → deposits → progress → final; each VAT rate adds up to the cent (C3, C12)."""

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.messaging.models import Task
from app.sales import services
from app.sales.models import SalesDocument
from app.sales.queries.documents import instalments_of, of_order
from app.sales.services import documents
from app.sales.services.answers import Signer
from app.sales.services.documents import LineData, billing, orders, recurring, schedule
from app.sales.states import DocumentKind, DocumentState, Means, ScheduleEvent
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.quotes import a_sent_quote
from tests.factories.sales import a_legal_seller, again, an_invoice, an_issued_invoice
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")


def an_order(*lines: LineData) -> SalesDocument:
    draft = an_invoice(*lines, kind=DocumentKind.ORDER)
    with transaction():
        return orders.confirm(draft)


def issued(draft: SalesDocument) -> SalesDocument:
    with transaction():
        return documents.issue(draft)


def asked(order: SalesDocument, **what: int) -> SalesDocument:
    with transaction():
        made = billing.deposit(order, **what)
    return issued(made)


def test_an_accepted_quote_becomes_an_order_then_an_invoice_without_retyping(cast: Cast) -> None:
    a_legal_seller()
    quote = a_sent_quote(contact=cast.karim)
    with pytest.raises(DomainError, match="accepté"), transaction():
        orders.order_from_quote(services.answers.locked_quote(quote.id))
    with transaction():
        services.accept(quote.id, Signer("Karim", Means.PHONE))
    with transaction():
        order = orders.order_from_quote(services.answers.locked_quote(quote.id))
        assert orders.order_from_quote(services.answers.locked_quote(quote.id)).id == order.id
    assert order.number == f"C-{clock.today().year}-0001"
    assert (order.gross, order.state) == (14_300, DocumentState.CONFIRMED)
    with transaction():
        invoice = billing.final(order)
    assert [line.label for line in invoice.lines] == [line.label for line in order.lines]
    assert issued(invoice).due == 14_300


def test_a_ticket_is_invoiced_once(cast: Cast) -> None:
    from tests.factories.quotes import a_priced_ticket

    a_legal_seller()
    ticket = a_priced_ticket(contact=cast.karim)
    with transaction():
        first = documents.from_ticket(ticket)
    with transaction():
        assert documents.from_ticket(ticket).id == first.id
    assert (first.gross, first.content["ticket"]["number"]) == (14_300, ticket.number)
    with transaction():
        documents.credit(documents.issue(first))
    with transaction():
        assert documents.from_ticket(ticket).id != first.id


def test_deliveries_bring_what_is_left_and_no_more(cast: Cast) -> None:
    order = an_order(LineData("Chlore", 10_000, 500))
    line = order.lines[0].id
    with transaction():
        first = orders.deliver(order, {line: 4000})
    assert str(first.number).startswith("BL-")
    with pytest.raises(DomainError, match="dépasse"), transaction():
        orders.deliver(order, {line: 7000})
    with transaction():
        orders.deliver(order)
    assert again(order).state == DocumentState.DELIVERED
    with pytest.raises(DomainError, match="Tout est livré"), transaction():
        orders.deliver(order)


def test_the_final_invoice_deducts_the_deposit_with_its_vat(cast: Cast) -> None:
    order = an_order()
    deposit = asked(order, share=3000)
    assert (deposit.kind, deposit.net, deposit.vat, deposit.gross) == (DocumentKind.DEPOSIT, 4_500, 750, 5_250)
    with transaction():
        final = billing.final(order)
    assert (final.gross, final.prepaid, final.due) == (17_500, 5_250, 12_250)
    told = issued(final).content["deposits"]
    assert [(entry["number"], entry["gross"]) for entry in told] == [(deposit.number, 5_250)]
    assert [(share["rate"], share["base"], share["vat"]) for share in told[0]["shares"]] == [
        (2000, 3_000, 600),
        (1000, 1_500, 150),
    ]
    with pytest.raises(DomainError, match="facture finale"), transaction():
        billing.final(order)


def test_a_deposit_of_an_amount_is_that_amount(cast: Cast) -> None:
    assert asked(an_order(), amount=10_001).gross == 10_001


def test_no_more_is_asked_than_the_order(cast: Cast) -> None:
    order = an_order()
    asked(order, share=8000)
    with pytest.raises(DomainError, match="dépasse"), transaction():
        billing.deposit(order, share=3000)
    with pytest.raises(DomainError, match="dépassée"), transaction():
        billing.progress(order, 3000)


def plain(words: str) -> str:
    return words.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def test_a_situation_follows_the_work_line_by_line(cast: Cast, browser: Browser) -> None:
    order = an_order(
        LineData("Terrassement", 1000, 200_000), LineData("Liner", 1000, 100_000), LineData("Local", 1000, 50_000)
    )
    ground, liner, _room = order.lines
    desk, address = browser.as_("gerant"), f"/ventes/{order.number}/situation"
    assert "Facture de situation n° 1" in plain(desk.get(address).text)
    refused = desk.post(address, data={f"a-{ground.id}": "120", f"a-{liner.id}": "30"})
    assert (refused.status_code, 'value="120"' in refused.text) == (422, True)
    assert desk.post(address, data={}).status_code == 422
    assert desk.post(address, data={f"a-{ground.id}": "100", f"a-{liner.id}": "30"}).status_code == 303
    [first] = of_order(order.id, DocumentKind.PROGRESS)
    assert [(line.label, line.net) for line in again(first).lines] == [("Terrassement", 200_000), ("Liner", 30_000)]
    assert plain(first.title).lower().endswith("situation n° 1")
    issued(first)
    page = plain(desk.get(address).text)
    assert "Facture de situation n° 2" in page
    assert "30 %" in page
    less = desk.post(address, data={f"a-{liner.id}": "10"})
    assert (less.status_code, "déjà facturée au-delà" in plain(less.text)) == (422, True)
    assert desk.post(address, data={"share": "50", f"a-{ground.id}": "100", f"a-{liner.id}": "80"}).status_code == 303
    second = of_order(order.id, DocumentKind.PROGRESS)[-1]
    assert [(line.label, line.net) for line in again(second).lines] == [("Liner", 50_000), ("Local", 25_000)]


def test_a_deposit_taken_back_is_no_longer_deducted(cast: Cast) -> None:
    order = an_order()
    deposit = asked(order, share=3000)
    with transaction():
        documents.credit(deposit)
    with transaction():
        assert billing.final(order).prepaid == 0


LINE = st.builds(
    LineData, st.just("Ouvrage"), quantity=st.integers(1, 50_000), unit_price=st.integers(1, 999_999),
    vat_code=st.sampled_from(["normal", "intermediate", "reduced", "super"]), discount=st.sampled_from([0, 0, 333, 1_000]),
)  # fmt: skip


@given(
    lines=st.lists(LINE, min_size=1, max_size=6),
    deposits=st.lists(st.integers(1, 1_200), max_size=2),
    steps=st.lists(st.integers(1, 6_999), max_size=3, unique=True),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_instalments_and_final_are_the_order_to_the_cent_in_each_rate(
    cast: Cast, lines: list[LineData], deposits: list[int], steps: list[int]
) -> None:
    order = an_order(*lines)
    total: dict[tuple[int, str], int] = defaultdict(int)

    def count(shares: list[dict[str, int]], sign: int = 1) -> None:
        for share in shares:
            total[share["rate"], "base"] += sign * share["base"]
            total[share["rate"], "vat"] += sign * share["vat"]

    due = 0
    for share in deposits:
        try:
            made = asked(order, share=share)
        except DomainError:
            continue  # a share of so little that it is nothing
        count(made.shares)
        due += made.due
    for step in sorted(steps):
        try:
            with transaction():
                draft = billing.progress(order, step)
        except DomainError:
            continue
        made = issued(draft)
        count(made.shares)
        due += made.due
    with transaction():
        draft = billing.final(order)
    made = issued(draft)
    count(made.shares)
    for entry in made.content["deposits"]:
        count(entry["shares"], -1)
    due += made.due
    expected = {(share["rate"], part): share[part] for share in order.shares for part in ("base", "vat")}
    assert {key: cents for key, cents in total.items() if cents} == {
        key: cents for key, cents in expected.items() if cents
    }
    assert due == order.gross


@pytest.mark.row("C12")
def test_an_event_asks_for_its_payment_once(cast: Cast) -> None:
    order = an_order(LineData("Pompe", 1000, 100_000))
    with transaction():
        schedule.add_instalment(order, schedule.Due("Acompte", share=3000, event=ScheduleEvent.SIGNED))
        schedule.add_instalment(order, schedule.Due("À la livraison", share=4000, event=ScheduleEvent.DELIVERED))
        schedule.add_instalment(order, schedule.Due("À la pose", amount=36_000, event=ScheduleEvent.STEP))
    assert [made.gross for made in of_order(order.id, DocumentKind.DEPOSIT)] == [36_000]
    with transaction():
        orders.deliver(order)
    assert [made.gross for made in of_order(order.id, DocumentKind.DEPOSIT)] == [36_000, 48_000]
    labels = [task.label for task in db.session.query(Task)]
    assert sum("Acompte à émettre" in label for label in labels) == 2
    last = instalments_of(order.id)[-1]
    with transaction():
        assert schedule.ask(order, last.id).gross == 36_000
    with pytest.raises(DomainError, match="déjà facturée"), transaction():
        schedule.ask(order, last.id)
    with pytest.raises(DomainError, match="dépassent"), transaction():
        schedule.add_instalment(order, schedule.Due("Trop", share=1000, event=ScheduleEvent.DONE))


@pytest.mark.row("C12")
def test_a_date_asks_for_its_payment_once(cast: Cast) -> None:
    order = an_order()
    with transaction():
        row = schedule.add_instalment(order, schedule.Due("Novembre", share=5000, due_on=clock.today()))
    assert schedule.due_today() == [row.id]
    with transaction():
        assert schedule.ask_by_date(row.id)
    with transaction():
        assert not schedule.ask_by_date(row.id)
    assert schedule.due_today() == []


def test_a_recurring_invoice_is_made_once_a_period(cast: Cast) -> None:
    model = an_issued_invoice(contact=a_contact(name="Hivernage"))
    with transaction():
        row = recurring.repeat(model, label="Entretien", months=1, next_on=clock.today(), issue_it=True)
    assert recurring.due_ids() == [row.id]
    with transaction():
        made = recurring.make_next(row.id)
    assert made is not None
    assert (made.number is not None, made.gross) == (True, model.gross)
    with transaction():
        assert recurring.make_next(row.id) is None
    assert row.next_on == clock.months_after(clock.today(), 1)


def _with_a_step(label: str = "Liner posé") -> tuple[SalesDocument, Task]:
    order = an_order(LineData("Piscine", 1000, 1_000_000))
    with transaction():
        schedule.add_instalment(order, schedule.Due(label, share=3000, event=ScheduleEvent.STEP))
    return order, db.session.query(Task).one()


@pytest.mark.row("C12")
def test_a_step_done_asks_for_its_payment(cast: Cast, browser: Browser) -> None:
    order, task = _with_a_step()
    assert order.number in task.label
    assert "Liner posé" in task.label
    desk = browser.as_("accueil")
    assert desk.post(f"/messages/taches/{task.id}/fait").status_code == 303
    page = desk.get(f"/ventes/{order.number}").text
    assert "Brouillon à émettre" in page
    [made] = [document for document in of_order(order.id) if document.kind == DocumentKind.DEPOSIT]
    assert (made.state, made.gross) == (DocumentState.DRAFT, 360_000)
    waiting = db.session.query(Task).filter_by(state="open").one()
    assert "Acompte à émettre" in waiting.label
    assert waiting.subject_id == made.id
    with transaction():
        documents.issue(made)
    assert "Facturée" in desk.get(f"/ventes/{order.number}").text


@pytest.mark.row("C12")
def test_a_step_whose_draft_was_given_up_is_asked_for_again(cast: Cast, browser: Browser) -> None:
    order, task = _with_a_step()
    desk = browser.as_("accueil")
    desk.post(f"/messages/taches/{task.id}/fait")
    [draft] = of_order(order.id, DocumentKind.DEPOSIT)
    assert desk.post(f"/ventes/{draft.id}/abandon").status_code == 303
    assert db.session.query(Task).filter_by(state="open").count() == 0, "nobody is to issue what was given up"
    shown = desk.get(f"/ventes/{order.number}").text
    assert "Brouillon à émettre" not in shown
    assert "Étape faite" in shown
    [row] = instalments_of(order.id)
    assert desk.post(f"/ventes/{order.number}/echeances/{row.id}/demande").status_code == 303
    [again] = of_order(order.id, DocumentKind.DEPOSIT)
    assert again.gross == draft.gross


@pytest.mark.row("C12")
def test_a_step_asked_or_removed_in_the_order_leaves_no_task_and_asks_once(cast: Cast) -> None:
    order, _task = _with_a_step()
    [row] = instalments_of(order.id)
    with transaction():
        schedule.ask(order, row.id)
    assert db.session.query(Task).filter_by(state="open").count() == 0
    assert len([document for document in of_order(order.id) if document.kind == DocumentKind.DEPOSIT]) == 1
    with transaction():
        second = schedule.add_instalment(order, schedule.Due("Margelles", share=1000, event=ScheduleEvent.STEP))
    assert db.session.query(Task).filter_by(state="open").count() == 1
    with transaction():
        schedule.remove_instalment(order, second.id)
    assert db.session.query(Task).filter_by(state="open").count() == 0
    assert len([document for document in of_order(order.id) if document.kind == DocumentKind.DEPOSIT]) == 1


@pytest.mark.row("C12")
def test_the_steps_of_a_draft_wait_for_the_order(cast: Cast) -> None:
    draft = an_invoice(LineData("Piscine", 1000, 1_000_000), kind=DocumentKind.ORDER)
    with transaction():
        schedule.add_instalment(draft, schedule.Due("Liner posé", share=3000, event=ScheduleEvent.STEP))
    assert db.session.query(Task).count() == 0
    with transaction():
        orders.confirm(draft)
    assert db.session.query(Task).count() == 1
