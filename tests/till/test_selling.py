"""Sales: what a ticket says, what it refuses, what it seals."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.core import chain, clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.money import discounted_cents
from app.till import services
from app.till.models import TillEvent, TillSale
from app.till.services import ClockWentBack, Paid
from app.till.states import EventKind, LineKind, Means, SaleKind
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.till import a_line, a_sale, a_till, an_open_till, opened


def broken(till_code: str) -> list[str]:
    """What is wrong with a till's chain."""
    return [fault.sentence for fault in chain.faults(f"till-{till_code}")]


@pytest.mark.row("C6")
def test_several_means_pay_one_ticket_and_cash_gives_change(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    lines = (a_line(price=9600, label="Réparation"), a_line(quantity=2000), a_line(label="Détartrant", price=600))
    sale = a_sale(till, *lines, means=(Paid(Means.CARD, 7000), Paid(Means.CASH, 6000)))
    assert sale.gross == 12580
    assert sale.change == 420
    assert [(row["means"], row["amount"], row["received"]) for row in sale.means] == [
        ("card", 7000, 7000),
        ("cash", 5580, 6000),
    ]
    assert sale.number == f"T{till.code}-{clock.today().year}-000001"
    assert broken(till.code) == []


def test_the_tax_is_taken_out_of_each_rate_s_total(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    sale = a_sale(till, *[a_line(price=99) for _each in range(7)], a_line(price=1000, rate=550, vat_code="reduit"))
    shares = {share["rate"]: share for share in sale.shares}
    assert (shares[2000]["gross"], shares[2000]["base"], shares[2000]["vat"]) == (693, 578, 115)
    assert (shares[550]["gross"], shares[550]["base"], shares[550]["vat"]) == (1000, 948, 52)
    assert (sale.net, sale.vat, sale.gross) == (1526, 167, 1693)


def test_the_same_form_makes_one_ticket(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    first, second = a_sale(till, form_key="une-fois"), a_sale(till, form_key="une-fois")
    assert first.id == second.id
    assert len(db.session.scalars(select(TillSale.id)).all()) == 1


def test_what_does_not_fit_is_refused_in_words(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    cases = {
        "Il manque 1,90": (Paid(Means.CASH, 1000),),
        "de trop": (Paid(Means.CARD, 1200),),
        "Choisissez le client": (Paid(Means.ACCOUNT, 1190),),
        "pas de montant": (Paid(Means.CARD, 1190), Paid(Means.CASH, 0)),
    }
    for words, means in cases.items():
        with pytest.raises(DomainError, match=words):
            a_sale(till, means=means)
    with pytest.raises(DomainError, match="limite les espèces"):
        a_sale(till, a_line(price=100_001))
    with pytest.raises(DomainError, match="La caisse est fermée"):
        a_sale(a_till())
    assert db.session.scalars(select(TillSale.id)).all() == []


def test_numbers_follow_each_other_and_a_refused_sale_leaves_no_hole(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    a_sale(till)
    with pytest.raises(DomainError):
        a_sale(till, means=(Paid(Means.CARD, 1),))
    assert a_sale(till).number.endswith("-000002")


def test_a_sealed_ticket_is_refused_any_change_by_the_database(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    sale = a_sale(till)
    for statement in (
        "update till_sale set gross = 1",
        "delete from till_sale",
        "update till_event set operator = 'x'",
    ):
        with pytest.raises(DatabaseError, match="what_is_sealed_does_not_change"), transaction() as session:
            session.execute(text(statement))
    assert db.session.get_one(TillSale, sale.id).gross == 1190


def test_a_clock_that_went_back_is_refused_then_written(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = an_open_till()
    a_sale(till)
    present = clock.now()
    monkeypatch.setattr(clock, "now", lambda: present - timedelta(hours=3))
    with pytest.raises(ClockWentBack, match="a reculé"):
        a_sale(till)
    with transaction():
        services.note_clock(till.id)
    with pytest.raises(ClockWentBack):
        a_sale(till)
    with transaction():
        services.accept_clock(till.id)
    assert a_sale(till).number.endswith("-000002")
    kinds = db.session.scalars(select(TillEvent.kind).order_by(TillEvent.id)).all()
    assert kinds == [EventKind.START, EventKind.OPENED, EventKind.CLOCK, EventKind.CLOCK]
    assert broken(till.code) == []


def test_a_till_is_neither_opened_nor_closed_by_a_clock_that_went_back(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    till, closed = an_open_till(), a_till()
    a_sale(till)
    opened(closed)
    with transaction():
        services.close_till(closed.id, {"cash": 10_000})
    present = clock.now()
    monkeypatch.setattr(clock, "now", lambda: present - timedelta(hours=3))
    with pytest.raises(ClockWentBack, match="a reculé"), transaction():
        services.close_till(till.id, {"cash": 11_190})
    with pytest.raises(ClockWentBack, match="a reculé"):
        opened(closed)
    monkeypatch.setattr(clock, "now", lambda: present + timedelta(minutes=1))
    with transaction():
        services.close_till(till.id, {"cash": 11_190})
    assert broken(till.code) == broken(closed.code) == []


def test_training_is_numbered_apart_and_counts_for_nothing(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    a_sale(till)
    with transaction():
        services.set_training(till.id, True)
    school = a_sale(till, a_line(price=5000))
    with transaction():
        services.set_training(till.id, False)
    after = a_sale(till)
    assert school.training
    assert school.number.startswith(f"E{till.code}-")
    assert school.perpetual == 1190
    assert after.perpetual == 2380
    assert after.number.endswith("-000002")
    with transaction():
        closing = services.close_till(till.id, {"cash": 12_380})
    assert (closing.sales, closing.gross, closing.facts["difference"]["cash"]) == (2, 2380, 0)


def test_the_client_s_account_is_charged_and_paid_off(app: Flask, cast: Cast) -> None:
    till, client = an_open_till(), a_contact()
    charged = a_sale(till, means=(Paid(Means.ACCOUNT, 1190),), contact_id=client.id)
    line = services.SaleLine(label="Règlement du compte", price=1000, kind=LineKind.ACCOUNT)
    paid = a_sale(till, line, contact_id=client.id)
    assert charged.on_account == 1190
    assert paid.on_account == -1000
    assert (paid.kind, paid.gross, paid.settled, paid.perpetual) == (SaleKind.SETTLEMENT, 0, 1000, 1190)


def test_a_refund_is_another_ticket_and_never_gives_back_twice(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    sale = a_sale(till, a_line(quantity=3000, discount=1250), a_line(price=600))
    back = []
    for rank in range(3):
        part = discounted_cents((rank + 1) * 1000, 1190, 1250) - discounted_cents(rank * 1000, 1190, 1250)
        with transaction():
            back.append(services.refund(till.id, sale, {0: 1000}, (Paid(Means.CASH, part),), form_key=f"retour-{rank}"))
    assert sum(ticket.gross for ticket in back) == -(sale.gross - 600)
    with pytest.raises(DomainError, match="il reste 0 à rendre"), transaction():
        services.refund(till.id, sale, {0: 1000}, (Paid(Means.CASH, 1041),), form_key="encore")
    assert {ticket.reverses_id for ticket in back} == {sale.id}
    assert back[-1].perpetual == 600
    assert broken(till.code) == []


def test_a_day_is_counted_with_its_difference_and_opened_again(app: Flask, cast: Cast) -> None:
    till = an_open_till(5000)
    a_sale(till, means=(Paid(Means.CASH, 2000),))
    a_sale(till, means=(Paid(Means.CARD, 1190),))
    with transaction():
        services.bring_cash(till.id, 3000, "monnaie")
        services.take_cash(till.id, 1000, "banque")
    with pytest.raises(DomainError, match="ne contient que"), transaction():
        services.take_cash(till.id, 100_000, "banque")
    with transaction():
        closing = services.close_till(till.id, {"cash": 8000, "card": 1190}, coins={"2000": 4})
    assert closing.facts["expected"] == {"cash": 8190, "card": 1190, "cheque": 0, "transfer": 0, "voucher": 0}
    assert closing.facts["difference"]["cash"] == -190
    assert (closing.gross, closing.perpetual, closing.sales) == (2380, 2380, 2)
    opened(till)
    assert a_sale(till).perpetual == 3570
    assert broken(till.code) == []


def test_a_sale_put_aside_is_taken_up_once(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    with transaction():
        kept = services.suspend(till.id, "Mme Attali", {"lines": [{"article": 3}]})
    with transaction():
        assert services.take_up(till.id, kept.id) == {"lines": [{"article": 3}]}
    with pytest.raises(DomainError, match="déjà été reprise"), transaction():
        services.take_up(till.id, kept.id)
