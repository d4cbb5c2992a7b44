"""A year of anything: invoices, deposits, credit notes, payments and their returns, days at the till. Its file holds every rule."""

import random
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.ledger.services import catch_up, check_fec, fec
from app.operations.checks.ledger import forgotten, unbalanced
from app.partners.services import add_account
from app.payments import services as payments
from app.payments.models import Checkout, Payment, SecurityDeposit
from app.payments.services import deposit_ends, deposits
from app.payments.services.giving_back import give_back
from app.payments.services.money_in import Particulars
from app.payments.services.money_out import locked_payment
from app.payments.services.paid_online import come_in
from app.payments.states import DepositState, Method
from app.sales.models import SalesDocument
from app.sales.queries.documents import document_by_id
from app.sales.services import documents
from app.sales.services.documents import LineData, billing, orders
from app.sales.states import ISSUED, DocumentKind
from app.till import services as tills
from app.till.models import Till, TillClosing
from app.till.services import Paid
from app.till.states import Means, Period
from tests.cast import Cast
from tests.factories.base import serial
from tests.factories.sales import a_legal_seller, an_invoice
from tests.factories.till import a_line, a_sale, a_till
from tests.ledger.fec_rules import balances, cents, must_hold

STEPS = 35
RATES = ("normal", "intermediate", "reduced", "super")
OF_TILL = (("normal", 2000), ("intermediate", 1000), ("reduced", 550))
MEANS = (Method.CASH, Method.CARD, Method.CHEQUE, Method.TRANSFER)
#: What is never refused: it would write nothing, and prove nothing.
REFUSED: dict[str, tuple[type[DomainError], ...]] = {"caution": ()}


class Chance:
    """The steps of a year, drawn from a seed: a failure comes again with its number."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def lines(self) -> list[LineData]:
        draw = self.draw
        return [
            LineData(
                draw.choice(("Pompe", "Main-d'œuvre « rapide »", "Pièce | détachée")), draw.randint(1, 40) * 250,
                draw.randint(1, 90_000), draw.choice(RATES), discount=draw.choice((0, 0, 333, 1000)),
            )
            for _line in range(draw.randint(1, 4))
        ]  # fmt: skip

    def step(self) -> tuple[str, tuple[Any, ...]]:
        """A gesture and what it takes."""
        draw = self.draw
        name = draw.choice(
            ("invoice", "invoice", "order", "credit", "pay", "pay", "pay", "back", "day", "caution", "caution")
        )
        if name == "invoice":
            return name, (self.lines(),)
        if name == "order":
            return name, (self.lines(), draw.randint(500, 6000), draw.random() < 0.7)
        if name == "day":
            sales = [
                ([(draw.randint(1, 20_000), draw.choice(OF_TILL)) for _line in range(draw.randint(1, 3))], draw.choice((Means.CASH, Means.CARD)))
                for _sale in range(draw.randint(1, 4))
            ]  # fmt: skip
            return name, (sales, draw.randint(-500, 500))
        if name == "caution":
            end = draw.choice(("held", "back", "back", "keep", "desk"))
            return name, (
                draw.randint(500, 60_000),
                draw.choice((Method.STRIPE, Method.HELLOASSO)),
                end,
                draw.choice(MEANS),
            )
        which = draw.randrange(50)
        return name, (which, draw.choice((30, 100, 100)), draw.choice(MEANS)) if name == "pay" else (which,)


class Year:
    """What happens, one step after the other."""

    def __init__(self, cast: Cast, till: Till) -> None:
        self.cast, self.till = cast, till

    def _one(self, which: int, *conditions: Any) -> SalesDocument | None:
        query = select(SalesDocument.id).where(SalesDocument.issued_at.is_not(None), *conditions)
        ids = db.session.scalars(query.order_by(SalesDocument.id)).all()
        return document_by_id(ids[which % len(ids)]) if ids else None

    def invoice(self, lines: list[LineData]) -> None:
        draft = an_invoice(*lines, contact=self.cast.karim)
        with transaction():
            documents.issue(draft)

    def order(self, lines: list[LineData], share: int, finished: bool) -> None:
        draft = an_invoice(*lines, contact=self.cast.dan, kind=DocumentKind.ORDER)
        with transaction():
            order = orders.confirm(draft)
        with transaction():
            documents.issue(billing.deposit(order, share=share))
        if finished:
            with transaction():
                documents.issue(billing.final(order))

    def credit(self, which: int) -> None:
        found = self._one(which, SalesDocument.kind == DocumentKind.INVOICE, SalesDocument.paid == 0)
        if found is not None:
            with transaction():
                documents.credit(found, None)

    def pay(self, which: int, percent: int, method: Method) -> None:
        found = self._one(which, SalesDocument.kind != DocumentKind.CREDIT, SalesDocument.settled.is_(False))
        if found is not None:
            amount = max(1, found.left * percent // 100)
            with transaction():
                payments.receive(
                    found.contact_id, method, amount, clock.today(), allocations=[(found.id, amount)],
                    reference=f"R{serial()}",
                )  # fmt: skip

    def back(self, which: int) -> None:
        query = select(Payment).where(Payment.reverses_id.is_(None), Payment.till_sale_id.is_(None))
        found = db.session.scalars(query.order_by(Payment.id)).all()
        if found:
            with transaction():
                payments.reverse(found[which % len(found)], "Sans provision")

    def caution(self, cents: int, online: Method, end: str, otherwise: Method) -> None:
        """A deposit paid online: kept by us, given back by the partner or another way, kept in part; or given at the desk meanwhile."""
        with transaction():
            deposit = deposits.ask(self.cast.dan, cents, online)
            account = add_account(
                "stripe",
                f"Stripe {serial()}",
                {"base_url": "http://127.0.0.1:9"},
                {"secret_key": "k", "webhook_secret": "w"},
            )
            page = Checkout(
                deposit_id=deposit.id, contact_id=deposit.contact_id, account_id=account.id, method=online, amount=cents,
                reference=f"C{serial()}", provider_ref=f"P{serial()}",
            )  # fmt: skip
            db.session.add(page)
            db.session.flush()
        with transaction():
            if end == "desk":
                deposits.hold(deposit, clock.today(), by=otherwise)
            page.payment_id = come_in(page, cents, reference_key=page.reference).id
        with transaction():
            if end == "back":
                deposit_ends.give_back(deposit, by=otherwise)
            elif end == "keep":
                deposit_ends.give_back(deposit, cents // 3, "Cordes cassées")
            elif end == "desk":
                deposit_ends.give_back(deposit)
        if end == "keep":
            with transaction():
                said = Particulars(reference_key=f"refund-{page.id}")
                give_back(locked_payment(page.payment_id), cents - cents // 3, clock.today(), "deposit", said)

    def day(self, sales: list[Any], gap: int) -> None:
        with transaction():
            tills.open_till(self.till.id, 10_000)
        cash = 10_000
        for rung, means in sales:
            lines = [a_line(price=price, vat_code=code, rate=rate) for price, (code, rate) in rung]
            due = sum(line.gross for line in lines)
            a_sale(self.till, *lines, means=(Paid(means, due),))
            cash += due if means == Means.CASH else 0
        with transaction():
            tills.close_till(self.till.id, {"cash": max(0, cash + gap)})


def vat_of(year: date) -> Decimal:
    """The tax of all that was issued and of the closed days of that year, in euros.

    What a deposit invoice asked for is not asked again by the final one, nor given back by the credit note of that one.
    """
    total = 0
    for issued in db.session.scalars(
        select(SalesDocument).where(SalesDocument.issued_at.is_not(None), SalesDocument.kind.in_(ISSUED))
    ):
        sign, final = 1, issued
        if issued.kind == DocumentKind.CREDIT:
            sign, final = -1, db.session.get_one(SalesDocument, issued.origin_id)
        before = final.content.get("deposits", ()) if issued.prepaid else ()
        total += sign * (issued.vat - sum(share["vat"] for one in before for share in one["shares"]))
    closed = select(func.sum(TillClosing.vat)).where(
        TillClosing.period == Period.DAY, TillClosing.begins_on >= year.replace(month=1, day=1)
    )
    return Decimal(total + (db.session.scalar(closed) or 0)) / 100


@pytest.mark.row("D12")
@pytest.mark.parametrize("seed", range(4))
def test_the_file_of_any_year_holds_every_rule(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    a_legal_seller()
    chance = Chance(seed)
    moment = clock.at(date(clock.today().year, 1, 5), 9)
    monkeypatch.setattr(clock, "now", lambda: moment)
    year = Year(cast, a_till())
    for rank in range(STEPS):
        moment += timedelta(days=chance.draw.randint(0, 8), minutes=5)
        name, arguments = chance.step()
        with suppress(*REFUSED.get(name, (DomainError,))):  # refused in words: nothing written
            getattr(year, name)(*arguments)
        if rank % 9 == 8:
            assert catch_up().faults == []
    assert catch_up().faults == []
    _look(fec(clock.today().year), clock.today())


def _look(content: bytes, present: date) -> None:
    assert list(unbalanced()) == []
    lines = must_hold(content, present.year)
    said = [fault.sentence for fault in check_fec(content) if fault.grave]
    assert said == [], "the checker of the application says the same"
    found = balances(lines)
    assert sum(found.values()) == 0
    held = select(func.sum(SecurityDeposit.amount)).where(SecurityDeposit.state == DepositState.HELD)
    assert found.get("165000", Decimal()) == -Decimal(db.session.scalar(held) or 0) / 100, (
        "165 is what is held, no more"
    )
    collected = -sum((amount for account, amount in found.items() if account.startswith("4457")), Decimal())
    assert collected == vat_of(present)
    assert list(forgotten()) == []
    assert sum(cents(line["Debit"]) for line in lines) == sum(cents(line["Credit"]) for line in lines)
