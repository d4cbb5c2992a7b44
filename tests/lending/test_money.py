"""What a loan costs: rent by the tariffs, late fee by rule, loss and damage, the deposit first; never billed twice."""

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.services import load_vat_rates
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.subject import subject_of
from app.lending.models import Loan
from app.lending.queries.terms import Terms
from app.lending.services import charges, locked, take_back
from app.lending.services.borrower import borrower_link
from app.lending.services.fees import late_fee, rent_units
from app.lending.services.incidents import decide, tell
from app.lending.services.renewing import renewal_end
from app.lending.services.terms import set_terms
from app.lending.states import ChargeKind, IncidentState, LatePer, RentPer, Teller
from app.messaging.models import Task
from app.payments.models import SecurityDeposit
from app.payments.services import deposits
from app.payments.states import DepositState, Method
from app.sales.models import SalesDocument
from app.sales.services import documents
from tests.cast import Cast
from tests.factories.catalog import an_article
from tests.factories.lending import a_unit, lent
from tests.factories.members import a_child, a_home, members_on
from tests.signing import Browser

pytestmark = pytest.mark.row("A4")
DAY = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def _rates(app: Flask) -> None:
    with transaction():
        load_vat_rates()


@pytest.mark.parametrize(
    ("per", "days", "units"),
    [
        (RentPer.LOAN, 40, 1), (RentPer.DAY, 3, 3), (RentPer.DAY, 0, 1), (RentPer.WEEK, 7, 1), (RentPer.WEEK, 8, 2),
        (RentPer.MONTH, 28, 1), (RentPer.MONTH, 30, 1), (RentPer.MONTH, 31, 2),
    ],
)  # fmt: skip
def test_a_rent_counts_what_has_begun(per: RentPer, days: int, units: int) -> None:
    assert rent_units(per, DAY, DAY + timedelta(days=days)) == units


@pytest.mark.parametrize(
    ("per", "grace", "cap", "days", "owed"),
    [
        (LatePer.DAY, 0, None, 3, 600), (LatePer.DAY, 2, None, 2, 0), (LatePer.DAY, 2, None, 3, 200), (LatePer.DAY, 0, 500, 30, 500),
        (LatePer.WEEK, 0, None, 8, 400), (LatePer.DAY, 0, None, -4, 0),
    ],
)  # fmt: skip
def test_a_late_fee_follows_grace_and_cap(per: LatePer, grace: int, cap: int | None, days: int, owed: int) -> None:
    assert late_fee(200, per, grace, cap, DAY, DAY + timedelta(days=days)) == owed


@given(st.integers(0, 10_000), st.integers(0, 30), st.integers(0, 50_000), st.integers(-50, 400))
def test_a_late_fee_never_goes_down_with_time_nor_over_its_cap(fee: int, grace: int, cap: int, days: int) -> None:
    def owed(late: int) -> int:
        return late_fee(fee, LatePer.DAY, grace, cap, DAY, DAY + timedelta(days=late))

    assert 0 <= owed(days) <= owed(days + 1) <= cap


def a_late_loan(cast: Cast, terms: Terms, late: int = 4) -> Loan:
    """Out for ten days, due so many days ago."""
    unit = a_unit(value=80_000)
    with transaction():
        set_terms(unit.family_id, terms)
    loan = lent(cast.karim, unit)
    with transaction():
        fresh = locked(loan)
        fresh.due_at = clock.at(clock.today() - timedelta(days=late), 18)
        fresh.starts_at = fresh.items[0].out_at = fresh.due_at - timedelta(days=10)
        fresh.items[0].booking.starts_at = fresh.starts_at
    return fresh


def test_the_late_fee_follows_the_real_day_of_a_return_told_afterwards(app: Flask, cast: Cast) -> None:
    loan = a_late_loan(cast, Terms(late_fee=200))
    with transaction():
        fresh = locked(loan)
        take_back(fresh, fresh.items, clock.at(clock.today() - timedelta(days=2), 12))
    assert [(row.kind, row.gross) for row in charges.owed_for(fresh)] == [(ChargeKind.LATE, 400)]


def test_rent_and_lateness_become_one_draft_and_are_not_billed_twice(browser: Browser, cast: Cast) -> None:
    article = an_article(label="Location d'un violon", price=1000)
    loan = a_late_loan(cast, Terms(rent_article_id=article.id, rent_per=RentPer.WEEK, late_fee=200))
    with transaction():
        fresh = locked(loan)
        take_back(fresh, fresh.items)
    number, item, boss = loan.number, loan.items[0].id, browser.as_("gerant")
    page = boss.get(f"/prets/{number}/facturation").text
    assert "Pourquoi ce prix" in page
    keys = [f"rent-{item}", f"late-{item}"]
    answer = boss.post(f"/prets/{number}/facturation", data={"key": keys})
    assert answer.status_code == 303
    with transaction():
        draft = documents.locked(db.session.query(SalesDocument).one())
    assert [(line.label.split(",")[0], line.quantity) for line in draft.lines] == [
        ("Location d'un violon", 2000),
        ("Retard", 1000),
    ]
    assert draft.lines[0].unit_price == 1000
    assert draft.contact_id == cast.karim.id
    again = boss.post(f"/prets/{number}/facturation", data={"key": keys})
    assert again.status_code == 422
    assert db.session.query(SalesDocument).count() == 1
    with transaction():
        documents.cancel(draft)
    assert boss.post(f"/prets/{number}/facturation", data={"key": keys}).status_code == 303


def test_a_loss_is_billed_at_the_value_of_the_unit_and_the_deposit_goes_first(app: Flask, cast: Cast) -> None:
    loan = a_late_loan(cast, Terms(deposit=15_000))
    with transaction():
        deposit = deposits.ask(cast.karim, 15_000, Method.CHEQUE, about=subject_of(loan))
        deposits.hold(deposit, clock.today())
        item = loan.items[0]
        incident = tell(item.asset, "Oublié dans le train", Teller.BORROWER, item=item, loan=loan)
    with transaction():
        decide(incident, IncidentState.LOST, cast.camille)
    with transaction():
        fresh = locked(loan)
        draft = charges.bill(fresh, [f"loss-{item.id}"], {}, deposit_first=True)
    assert draft.due == 80_000 - 15_000
    kept = db.session.query(SecurityDeposit).one()
    assert (kept.state, kept.kept_amount) == (DepositState.KEPT, 15_000)


def test_a_damage_wants_its_amount(app: Flask, cast: Cast) -> None:
    loan = a_late_loan(cast, Terms())
    with transaction():
        item = loan.items[0]
        incident = tell(item.asset, "Table fendue", Teller.DESK, item=item, loan=loan)
    with transaction():
        decide(incident, IncidentState.REPAIR, cast.camille)
    with pytest.raises(DomainError, match="montant du dégât"), transaction():
        charges.bill(locked(loan), [f"damage-{item.id}"], {})
    with transaction():
        draft = charges.bill(locked(loan), [f"damage-{item.id}"], {f"damage-{item.id}": 9_000})
    assert draft.due == 9_000


def test_what_a_child_borrowed_is_billed_to_the_payer_of_his_household(app: Flask, cast: Cast) -> None:
    members_on()
    pupil = a_child("Ada Petit")
    a_home(cast.karim, pupil)
    unit, article = a_unit(), an_article(label="Location d'un violon", price=1000)
    with transaction():
        set_terms(unit.family_id, Terms(rent_article_id=article.id))
    loan = lent(pupil, unit)
    with transaction():
        draft = charges.bill(locked(loan), [f"rent-{loan.items[0].id}"], {})
    assert draft.contact_id == cast.karim.id


def test_the_rent_that_a_renewal_adds_is_billed_beside_the_first_and_once(browser: Browser, cast: Cast) -> None:
    unit, article = a_unit(), an_article(label="Location d'un violon", price=1000)
    terms = Terms(rent_article_id=article.id, rent_per=RentPer.WEEK, renewals=2, renewal_days=14)
    with transaction():
        set_terms(unit.family_id, terms)
    loan = lent(cast.karim, unit, days=7)
    key = f"rent-{loan.items[0].id}"
    with transaction():
        first = charges.bill(locked(loan), [key], {})
    assert [(row.units, row.billed is None) for row in charges.owed_for(loan)] == [(1, False)]
    with transaction():
        path = "/pret/" + borrower_link(loan).rpartition("/")[2]
        end = clock.local(renewal_end(locked(loan))).date()  # two weeks on, or the next open day
    weeks = rent_units(RentPer.WEEK, clock.today(), end) - 1
    price = f"{12 * weeks},00"
    assert price in browser.get(path).text, "the borrower reads what it costs before he taps"
    assert browser.post(f"{path}/prolongation").status_code == 303
    assert price in db.session.query(Task).filter_by(subject_kind="loan", subject_id=loan.id).one().label
    with transaction():
        fresh = locked(loan)
        left = [row for row in charges.owed_for(fresh) if row.billed is None]
        assert [(row.key, row.units) for row in left] == [(key, weeks)]
        second = charges.bill(fresh, [key], {})
    assert (first.due, second.due) == (1200, 1200 * weeks)
    page = browser.as_("gerant").get(f"/prets/{loan.number}/facturation").text
    assert 'name="key"' not in page, "nothing is asked twice"
    with transaction():
        documents.cancel(documents.locked(second))
    with transaction():
        assert [row.units for row in charges.owed_for(locked(loan)) if row.billed is None] == [weeks]


def test_lateness_too_is_kept_from_the_deposit_after_the_damage(app: Flask, cast: Cast) -> None:
    loan = a_late_loan(cast, Terms(deposit=10_000, late_fee=500))
    with transaction():
        deposit = deposits.ask(cast.karim, 10_000, Method.CHEQUE, about=subject_of(loan))
        deposits.hold(deposit, clock.today())
        item = loan.items[0]
        incident = tell(item.asset, "Table fendue", Teller.DESK, item=item, loan=loan)
    with transaction():
        decide(incident, IncidentState.REPAIR, cast.camille)
    with transaction():
        fresh = locked(loan)
        take_back(fresh, fresh.items)
    with transaction():
        harm = f"damage-{item.id}"
        draft = charges.bill(locked(loan), [harm, f"late-{item.id}"], {harm: 9_000}, deposit_first=True)
    assert draft.due == 9_000 + 4 * 500 - 10_000
    kept = db.session.query(SecurityDeposit).one()
    assert (kept.state, kept.kept_amount) == (DepositState.KEPT, 10_000)
