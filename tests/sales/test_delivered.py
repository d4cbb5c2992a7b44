"""What was delivered of an order is billed by line and quantity; all its invoices add up to it, to the cent in each rate (C3)."""

import re
from collections import defaultdict
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import JobRun
from app.core.jobs import run as run_job
from app.sales.models import SalesDocument
from app.sales.queries.documents import of_order
from app.sales.services import documents
from app.sales.services.documents import LineData, billing, orders
from app.sales.services.documents.credits import left_gross
from app.sales.services.documents.grouped import draft_bill
from app.sales.services.facturx.page import page_data
from app.sales.states import DocumentKind, LineKind
from tests.cast import Cast
from tests.factories.sales import again, an_invoice
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")

SEVENTH = LineData("Chlore", 7000, 1499, discount=333)  # 7 × 14,99 € less 3,33 %: 101,44 €
PUMP = LineData("Pompe", 5000, 10_000, "intermediate", reference="PMP-1")


def an_order(*lines: LineData) -> SalesDocument:
    draft = an_invoice(*lines or (SEVENTH, PUMP), kind=DocumentKind.ORDER)
    with transaction():
        return orders.confirm(draft)


def deliver(order: SalesDocument, *counts: int) -> SalesDocument:
    """So many thousandths of each line, in order."""
    items = [line for line in again(order).lines if line.kind == LineKind.ITEM]
    with transaction():
        return orders.deliver(order, {line.id: count for line, count in zip(items, counts, strict=False)})


def bill(order: SalesDocument, *, delivered_only: bool = True) -> SalesDocument:
    """The invoice, issued: its own consistency is checked by the issue."""
    with transaction():
        made = draft_bill(order.id, delivered_only=delivered_only)
    with transaction():
        return documents.issue(made)


def told(invoice: SalesDocument) -> list[tuple[str, int, int, int]]:
    return [(line.label, line.quantity, line.unit_price, line.net) for line in again(invoice).lines]


def test_what_came_is_billed_by_quantity_at_the_price_of_the_order(cast: Cast) -> None:
    order = an_order()
    first = deliver(order, 3000, 2000)
    invoice = bill(order)
    assert told(invoice) == [("Chlore", 3000, 1499, 4347), ("Pompe", 2000, 10_000, 20_000)]
    assert again(invoice).notes.endswith(str(first.number))
    assert invoice.supplied_on == clock.today()
    with pytest.raises(DomainError, match="déjà facturé"), transaction():
        draft_bill(order.id, delivered_only=True)
    deliver(order, 0, 1000)
    second = bill(order)
    assert told(second) == [("Pompe", 1000, 10_000, 10_000)]
    deliver(order, 4000, 2000)
    assert again(order).state.value == "delivered"
    last = bill(order)
    assert last.kind == DocumentKind.INVOICE
    assert told(last)[1] == ("Pompe", 2000, 10_000, 20_000)
    made = [document for document in of_order(order.id) if document.issued_at is not None]
    assert sum(invoice.net for invoice in made) == order.net
    assert sum(invoice.gross for invoice in made) == order.gross


def test_a_cent_of_rounding_is_said_and_not_lost(cast: Cast) -> None:
    order = an_order(LineData("Joint", 3000, 5, discount=1000))  # 13,5 cents: 14
    deliver(order, 1000)
    first = bill(order)  # 4,5 cents: 5
    deliver(order, 1000)
    second = bill(order)  # 9 cents in all: 4 more, which 1 × 0,05 € less 10 % does not make
    assert [row[3] for row in told(first) + told(second)] == [5, 4]
    assert "Livré : 2 sur 3" in again(second).lines[0].detail.replace("\u00a0", " ")
    last = bill(order, delivered_only=False)
    assert sum(invoice.net for invoice in (first, second, last)) == order.net == 14


def test_what_came_back_is_not_billed_and_never_taken_back_by_an_invoice(cast: Cast) -> None:
    order = an_order()
    first = deliver(order, 3000, 2000)
    bill(order)
    with transaction():
        orders.take_back(first, {again(first).lines[1].id: 1000}, reason="Rayée")
    deliver(order, 2000)
    assert [row[0] for row in told(bill(order))] == ["Chlore"]


def test_an_invoice_taken_back_is_billed_again(cast: Cast) -> None:
    order = an_order()
    deliver(order, 3000, 2000)
    first = bill(order)
    with transaction():
        documents.credit(first, reason="Erreur")
    assert told(bill(order)) == told(first)


def test_work_billed_by_share_then_by_quantity_is_not_billed_twice(cast: Cast) -> None:
    order = an_order(PUMP)
    with transaction():
        made = billing.progress(order, 3000)
    with transaction():
        documents.issue(made)
    deliver(order, 2000)
    second = bill(order)
    assert [row[3] for row in told(second)] == [5_000]  # 2 of 5 are 200,00 €, of which 150,00 € were billed
    last = bill(order, delivered_only=False)
    assert made.net + second.net + last.net == order.net


LINE = st.builds(
    LineData, st.just("Fourniture"), quantity=st.integers(1, 50_000), unit_price=st.integers(0, 99_999),
    vat_code=st.sampled_from(["normal", "intermediate", "reduced", "super"]), discount=st.sampled_from([0, 0, 333, 1_000]),
)  # fmt: skip
STEP = st.one_of(
    st.tuples(st.just("deliver"), st.lists(st.integers(0, 100), min_size=4, max_size=4)),
    st.tuples(st.just("bill"), st.just([])),
    st.tuples(st.just("return"), st.just([])),
    st.tuples(st.sampled_from(["deposit", "share"]), st.lists(st.integers(1, 6_000), min_size=1, max_size=1)),
    st.tuples(st.just("credit"), st.just([])),
)


def _do(order: SalesDocument, what: str, numbers: list[int]) -> SalesDocument | None:
    """One step; what it bills."""
    if what == "deliver":
        left = orders.left_to_deliver(again(order))
        deliver(order, *(count * number // 100 for count, number in zip(left.values(), numbers, strict=False)))
    elif what == "return":
        last = next((row for row in of_order(order.id, DocumentKind.DELIVERY)[::-1] if not row.is_return), None)
        if last is not None:
            with transaction():
                orders.take_back(last, {again(last).lines[0].id: again(last).lines[0].quantity // 2}, reason="Retour")
    elif what == "bill":
        return bill(order)
    elif what == "credit":
        standing = [row for row in of_order(order.id, DocumentKind.PROGRESS) if row.issued_at and left_gross(row) > 0]
        with transaction():
            return documents.credit(standing[-1], reason="Erreur") if standing else None
    else:
        with transaction():
            made = (
                billing.deposit(order, share=numbers[0]) if what == "deposit" else billing.progress(order, numbers[0])
            )
        with transaction():
            return documents.issue(made)
    return None


@given(lines=st.lists(LINE, min_size=1, max_size=4), steps=st.lists(STEP, max_size=7))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_delivered_and_billed_the_invoices_are_the_order_to_the_cent_in_each_rate(
    cast: Cast, lines: list[LineData], steps: list[tuple[str, list[int]]]
) -> None:
    order = an_order(*lines)
    total: dict[tuple[int, str], int] = defaultdict(int)

    def count(shares: list[dict[str, int]], sign: int = 1) -> None:
        for share in shares:
            for part in ("base", "vat"):
                total[share["rate"], part] += sign * share[part]

    made: list[SalesDocument] = []
    for what, numbers in steps:
        try:
            made += filter(None, [_do(order, what, numbers)])
        except DomainError:
            db.session.rollback()  # nothing delivered, nothing to bill, a deposit of nothing
    if not any(invoice.kind == DocumentKind.INVOICE for invoice in made):
        with suppress(DomainError):  # all of it is billed already
            made.append(bill(order, delivered_only=False))
    for invoice in made:
        back = invoice.kind == DocumentKind.CREDIT
        assert back or 0 <= invoice.prepaid <= invoice.gross
        count(invoice.shares, -1 if back else 1)
        source = db.session.get_one(SalesDocument, invoice.origin_id) if back else invoice
        for entry in source.content.get("deposits") or ():
            count(entry["shares"], 1 if back else -1)
    expected = {(share["rate"], part): share[part] for share in order.shares for part in ("base", "vat") if share[part]}
    assert {key: cents for key, cents in total.items() if cents} == expected


def the_run(answer_url: str) -> JobRun:
    found = re.search(r"/factures/lots/(\d+)$", answer_url)
    assert found
    return db.session.get_one(JobRun, int(found[1]))


def test_a_batch_bills_deliveries_by_quantity_and_names_the_order_that_it_could_not(
    cast: Cast, browser: Browser
) -> None:
    one, other = an_order(), an_order()
    chosen = [deliver(one, 3000, 2000), deliver(other, 1000)]
    bill(other)
    manager = browser.as_("gerant")
    manager.get("/commandes")
    where = manager.post("/factures/lots/facturer", ids=[str(row.id) for row in chosen]).headers["Location"]
    run_job(the_run(where).id)
    page = manager.get(where).text.replace("\u00a0", " ")
    assert f"{other.number} : Tout ce qui est livré est déjà facturé." in page
    [draft] = of_order(one.id, DocumentKind.PROGRESS)
    assert told(draft) == [("Chlore", 3000, 1499, 4347), ("Pompe", 2000, 10_000, 20_000)]


def test_the_page_of_an_order_bills_what_is_delivered(cast: Cast, browser: Browser) -> None:
    order = an_order()
    desk = browser.as_("accueil")
    assert "Ce qui est livré" not in desk.get(f"/ventes/{order.number}").text
    deliver(order, 3000)
    assert "Ce qui est livré" in desk.get(f"/ventes/{order.number}").text
    page = desk.post(f"/ventes/{order.number}/livre", follow=True).text
    assert "43,47" in page
    assert "Chlore" in page
    assert desk.post(f"/ventes/{order.number}/livre").status_code == 422


def a_deposit(order: SalesDocument, share: int) -> SalesDocument:
    with transaction():
        made = billing.deposit(order, share=share)
    with transaction():
        return documents.issue(made)


def deducted(invoice: SalesDocument) -> list[tuple[str, int, int]]:
    return [(entry["number"], entry["net"], entry["vat"]) for entry in again(invoice).content.get("deposits") or ()]


def test_what_is_delivered_deducts_the_deposit_as_far_as_it_goes_and_the_rest_waits(cast: Cast) -> None:
    order = an_order(PUMP)  # 5 at 100,00 €, 10 % of tax
    asked = a_deposit(order, 5000)
    deliver(order, 2000)
    first = bill(order)
    assert deducted(first) == [(asked.number, 20_000, 2_000)]
    assert (first.gross, first.prepaid, first.due) == (22_000, 22_000, 0)
    deliver(order, 2000)
    second = bill(order)
    assert deducted(second) == [(asked.number, 5_000, 500)]
    assert (second.gross, second.due) == (22_000, 16_500)
    deliver(order, 1000)
    last = bill(order)
    assert (last.kind, deducted(last), last.due) == (DocumentKind.INVOICE, [], 11_000)
    assert asked.due + first.due + second.due + last.due == order.gross


def test_each_rate_deducts_its_own_part_of_a_deposit(cast: Cast) -> None:
    order = an_order()
    asked = a_deposit(order, 1000)
    parts = {share["code"]: (share["base"], share["vat"]) for share in asked.shares}
    deliver(order, 7000)  # the chlorine alone, at the normal rate
    assert deducted(bill(order)) == [(asked.number, *parts["normal"])]
    deliver(order, 0, 5000)
    assert deducted(bill(order)) == [(asked.number, *parts["intermediate"])]


def test_a_credit_note_gives_the_deposit_back_to_the_next_invoice(cast: Cast) -> None:
    order = an_order(PUMP)
    a_deposit(order, 3000)
    deliver(order, 2000)
    first = bill(order)
    with transaction():
        documents.credit(first, reason="Erreur")
    second = bill(order)
    assert deducted(second) == deducted(first)
    assert (second.prepaid, second.due) == (16_500, 5_500)


def test_the_paper_of_what_is_delivered_names_the_deposit(cast: Cast) -> None:
    order = an_order(PUMP)
    asked = a_deposit(order, 3000)
    deliver(order, 2000)
    told_of = page_data(again(bill(order)))["totals"]["deductions"]
    assert [item["cents"] for item in told_of] == [16_500]
    assert str(asked.number) in told_of[0]["label"]
