"""The school of the demonstration: its families, its instruments and what happens to them."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.demo.catalogue import profile
from app.demo.ground import make_ground
from app.demo.plan import Plan, make_plan
from app.demo.services import load
from app.lending.jobs import remind
from app.lending.models import Displacement, Incident, Loan, LoanItem, LoanReminder, LoanRequest, SeriesDate
from app.lending.queries.day import day_sheet
from app.lending.states import IncidentState, LoanState, OfferState, RequestState
from app.members.models import Membership, Season
from app.members.queries import blocks
from app.members.queries.people import homes_of, wards_of
from app.members.services import campaign
from app.members.states import MembershipState as M


@pytest.fixture
def loaded(app: Flask) -> Flask:
    load(scale=0.1, seed=3)
    return app


def account(login: str) -> Contact:
    return db.session.scalars(select(Contact).where(Contact.email == f"{login}@demo.example")).one()


def out_with(contact_id: int) -> list[str]:
    query = (
        select(Asset.label)
        .join(Loan.items)
        .join(Asset)
        .where(Loan.contact_id == contact_id, Loan.state == LoanState.OUT)
    )
    return list(db.session.scalars(query))


def a_plan(scale: float, trade: str = "all") -> Plan:
    with transaction() as session:
        plan = make_plan(make_ground(profile(trade), "no password"), scale, 1, clock.now())
        session.rollback()
    return plan


@pytest.mark.row("A13")
@pytest.mark.parametrize("scale", [1, 2])
def test_it_has_the_people_and_the_loans_of_the_sources(app: Flask, scale: int) -> None:
    plan = a_plan(scale)
    pupils = [row for row in plan.tables["membership"] if row["season"] == 1]
    year = [row for row in plan.tables["loan"] if (clock.now() - row["starts_at"]).days in range(365)]

    assert 2_400 * scale <= len(plan.tables["contact"]) < 2_410 * scale
    assert 1_000 * scale < len(pupils) < 1_500 * scale
    assert 700 * scale < len(year) < 1_000 * scale


def test_another_trade_has_no_school(app: Flask) -> None:
    plan = a_plan(0.5, "workshop")
    assert plan.tables["loan"]
    assert not [
        table for table in ("household", "member", "membership", "guardian", "compatibility") if plan.tables[table]
    ]


@pytest.mark.row("A7")
@pytest.mark.row("A9")
@pytest.mark.row("A10")
def test_families_have_children_here_and_there_who_pays_elsewhere_and_fees_that_say_why(loaded: Flask) -> None:
    parent = account("client")
    children = [row for row in wards_of(parent) if row.id != parent.id]
    assert [row.name for row in children] == ["Inaya Benyahia", "Yanis Benyahia"]
    assert [label.split()[0] for label in out_with(children[0].id)] == ["Violon", "Archet", "Étui"]
    assert all(blocks(db.session.get_one(Contact, row.id)) == [] for row in children)

    lou = next(row for row in wards_of(account("parent")) if row.name == "Lou Delcourt")
    here, there = homes_of(lou.id)
    assert here.household.payer_id in {member.contact_id for member in here.members}
    assert there.household.payer_id not in {member.contact_id for member in there.members}

    rows = db.session.scalars(select(Membership).order_by(Membership.id)).all()
    assert {row.state for row in rows} >= {M.ACTIVE, M.TO_PAY, M.ASKED, M.ENDED}
    assert all(row.gross > 0 and row.why["rule"] and row.why["facts"] for row in rows)
    unpaid = next(row for row in rows if row.state == M.TO_PAY)
    assert [block.key for block in blocks(db.session.get_one(Contact, unpaid.contact_id))] == [
        "members.block_membership"
    ]
    assert campaign.plan(db.session.get_one(Season, unpaid.season_id))


@pytest.mark.row("A1")
@pytest.mark.row("A2")
@pytest.mark.row("A3")
@pytest.mark.row("A4")
@pytest.mark.row("A6")
def test_the_day_of_the_desk_something_leaves_is_broken_is_late_is_waited_for(loaded: Flask) -> None:
    leaving, coming = day_sheet(clock.today())
    assert len(leaving) >= 3
    assert len(coming) >= 3

    incident = db.session.scalars(select(Incident).where(Incident.state == IncidentState.OPEN)).one()
    assert incident.loan_id is not None
    threatened = db.session.scalars(select(Displacement).where(Displacement.state == OfferState.ASKED)).all()
    assert any(one.held_id is not None and one.answer_by > clock.now() for one in threatened)
    line = Counter(db.session.scalars(select(LoanRequest.state)))
    assert (line[RequestState.WAITING], line[RequestState.OFFERED]) == (2, 1)
    assert line[RequestState.REFUSED] >= 3

    sent = select(LoanReminder.loan_id, LoanReminder.due_on, LoanReminder.days)
    first = db.session.execute(sent).all()
    db.session.rollback()
    remind()
    after = db.session.execute(sent).all()
    assert first
    assert len(after) == len(set(after)) >= len(first)
    db.session.rollback()
    assert remind() == 0


@pytest.mark.row("A2")
@pytest.mark.row("A12")
def test_a_bow_goes_wherever_its_violin_goes_and_something_comes_back_every_wednesday(loaded: Flask) -> None:
    outings = Counter(db.session.scalars(select(LoanItem.asset_id).where(LoanItem.out_at.is_not(None))))
    bow = db.session.scalars(select(Asset).where(Asset.label.startswith("Archet de violon")).order_by(Asset.id)).first()
    assert bow is not None
    number = bow.inventory_number.removeprefix("A")
    violin = db.session.scalars(select(Asset).where(Asset.inventory_number == number)).one()
    assert outings[bow.id] == outings[violin.id] > 1

    dates = db.session.scalars(
        select(Loan).join(SeriesDate, SeriesDate.loan_id == Loan.id).order_by(Loan.starts_at)
    ).all()
    days = [clock.local(loan.starts_at).date() for loan in dates]
    assert len(days) >= 5
    assert {day.weekday() for day in days} == {2}
