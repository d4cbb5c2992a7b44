"""Random sequences of events: the chain holds, numbers follow, the totals are those of the tickets."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.core import chain
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.till import services
from app.till.models import Till, TillClosing, TillSale
from app.till.queries.drawer import cash_in_drawer
from app.till.services import Paid, SaleLine
from app.till.services.sealing import session_or_none
from app.till.states import Means
from tests.cast import Cast
from tests.factories.base import serial
from tests.factories.till import a_till

LINE = st.builds(
    SaleLine, label=st.just("Article"), price=st.integers(0, 50_000), quantity=st.integers(1, 5).map(lambda n: n * 500),
    discount=st.sampled_from((0, 0, 500, 3333, 10_000)), rate=st.sampled_from((0, 210, 550, 1000, 2000)),
    vat_code=st.just("normal"),
)  # fmt: skip
STEP = st.one_of(
    st.tuples(st.just("sell"), st.lists(LINE, min_size=1, max_size=4), st.sampled_from(Means), st.integers(0, 5000)),
    st.tuples(st.just("refund"), st.integers(0, 20), st.integers(0, 3), st.integers(1, 5).map(lambda n: n * 500)),
    st.tuples(st.just("open"), st.integers(0, 20_000)),
    st.tuples(st.just("close"), st.integers(0, 90_000)),
    st.tuples(st.just("put"), st.integers(1, 5000)),
    st.tuples(st.just("take"), st.integers(1, 9000)),
    st.tuples(st.just("drawer")),
    st.tuples(st.just("school"), st.booleans()),
)


def sell(till: Till, lines: list[SaleLine], means: Means, more: int) -> None:
    due = sum(line.gross for line in lines)
    paid = (Paid(means, due + (more if means == Means.CASH else 0)),) if due else ()
    services.sell(till.id, lines, paid, form_key=f"hasard-{serial()}")


def refund(till: Till, which: int, rank: int, quantity: int) -> None:
    sales = db.session.scalars(select(TillSale).where(TillSale.till_id == till.id).order_by(TillSale.id)).all()
    if not sales:
        return
    sale = sales[which % len(sales)]
    rank %= len(sale.lines)
    done = services.given_back(sale.id).get(rank, 0)
    line = SaleLine(label="", price=sale.lines[rank]["price"], discount=sale.lines[rank]["discount"])
    worth = [
        SaleLine(label="", price=line.price, discount=line.discount, quantity=n).gross for n in (done, done + quantity)
    ]
    due = worth[1] - worth[0]
    services.refund(
        till.id, sale, {rank: quantity}, (Paid(Means.CARD, due),) if due else (), form_key=f"hasard-{serial()}"
    )


STEPS: dict[str, Callable[..., Any]] = {
    "sell": sell,
    "refund": refund,
    "open": lambda till, amount: services.open_till(till.id, amount),
    "close": lambda till, amount: services.close_till(till.id, {"cash": amount}),
    "put": lambda till, amount: services.bring_cash(till.id, amount, "monnaie"),
    "take": lambda till, amount: services.take_cash(till.id, amount, "banque"),
    "drawer": lambda till: services.open_drawer(till.id, ""),
    "school": lambda till, on: services.set_training(till.id, on),
}


def check(till: Till) -> None:
    """What must hold after any sequence."""
    assert [fault.sentence for fault in chain.faults(f"till-{till.code}")] == []
    sales = db.session.scalars(select(TillSale).where(TillSale.till_id == till.id).order_by(TillSale.id)).all()
    for school in (True, False):
        numbers = [int(sale.number.rpartition("-")[2]) for sale in sales if sale.training is school]
        assert numbers == list(range(1, len(numbers) + 1))
    perpetual = absolute = 0
    for sale in sales:
        if not sale.training:
            perpetual, absolute = perpetual + sale.gross, absolute + abs(sale.gross)
        assert (sale.perpetual, sale.absolute) == (perpetual, absolute)
        assert sale.net + sale.vat == sale.gross == sum(line["gross"] for line in sale.lines)
        assert sum(row["amount"] for row in sale.means) == sale.gross + sale.settled
    closings = db.session.scalars(
        select(TillClosing).where(TillClosing.till_id == till.id).order_by(TillClosing.id)
    ).all()
    closed = {closing.session_id for closing in closings}
    counted = [sale for sale in sales if sale.session_id in closed and not sale.training]
    assert sum(closing.gross for closing in closings) == sum(sale.gross for sale in counted)
    for closing in closings:
        assert sum(closing.facts["means"].values()) == closing.gross
        assert sum(row["gross"] for row in closing.facts["rates"]) == closing.gross


@pytest.mark.row("C6")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=5, max_size=25))
def test_no_sequence_of_events_breaks_the_chain_or_the_totals(app: Flask, cast: Cast, steps: list[Any]) -> None:
    till = a_till()
    with transaction():
        services.open_till(till.id, 10_000)
    for name, *arguments in steps:
        try:
            with transaction():
                STEPS[name](till, *arguments)
        except DomainError:
            continue  # refused in words, nothing written
    check(till)
    session = session_or_none(till.id)
    assert session is None or cash_in_drawer(session) >= 0, "no cash goes out that is not there"
