"""Rules of retention: who is due is found by dates, shown before, erased at night once, and only those."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import UserSession
from app.contacts.models import Contact
from app.contacts.services import give_consent
from app.contacts.states import ContactKind, Purpose
from app.core import clock
from app.core.clock import months_after
from app.core.db import db, transaction
from app.core.drafts import Draft
from app.core.errors import DomainError
from app.privacy import queries
from app.privacy.jobs import keep_rules
from app.privacy.models import Erasure
from app.privacy.services import drop_outdated, hold, release, switch_nights
from app.privacy.services import erasing as erasing_module
from app.privacy.states import Rule
from app.tickets.models import Ticket
from app.tickets.states import TicketState
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.lending import a_unit, lent
from tests.factories.tickets import a_ticket


def aged(contact: Contact, months: int, days: int = 0) -> Contact:
    """Written so many months and days ago, and nothing since."""
    day = months_after(clock.today(), -months) - timedelta(days=days)
    with transaction():
        db.session.execute(update(Contact).where(Contact.id == contact.id).values(created_at=clock.start_of(day)))
    db.session.expire_all()
    return contact


def an_old_client(months: int, days: int = 1) -> Contact:
    """Somebody whose only repair is over since so many months."""
    contact = aged(a_contact(), 100)
    ticket = a_ticket(TicketState.OUT, contact=contact)
    past = clock.start_of(months_after(clock.today(), -months) - timedelta(days=days))
    with transaction():
        db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(touched_at=past))
    db.session.expire_all()
    return contact


def nights_on() -> None:
    with transaction():
        switch_nights(seen=queries.periods())


def due() -> list[int]:
    return [row.contact_id for row in queries.due_people()]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 36, date(2025, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 31), -1, date(2027, 1, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, before: date) -> None:
    assert months_after(day, -months) == before


def test_a_prospect_is_due_three_years_after_his_last_contact(cast: Cast) -> None:
    old, recent = aged(a_contact(), 36, 1), aged(a_contact(), 36, -1)
    spoke = aged(a_contact(), 50)
    with transaction():
        give_consent(spoke, Purpose.NEWS, given=True, source="au comptoir")
    assert due() == [old.id]
    assert queries.due_people()[0].rule == Rule.PROSPECT
    assert recent.id not in due()


def test_a_client_is_due_five_years_after_his_last_contract(cast: Cast) -> None:
    four, five = an_old_client(48), an_old_client(60)
    assert due() == [five.id]
    assert queries.due_people()[0].rule == Rule.CLIENT
    assert four.id not in due()


def test_nobody_with_something_open_nor_a_company_nor_a_supplier(cast: Cast) -> None:
    running = aged(a_contact(), 90)
    ticket = a_ticket(contact=running)
    past = clock.now() - timedelta(days=4000)
    with transaction():
        db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(touched_at=past))
    lent(aged(a_contact(), 90), a_unit())
    aged(a_contact(kind=ContactKind.COMPANY), 90)
    supplier = aged(a_contact(), 90)
    with transaction():
        db.session.execute(update(Contact).where(Contact.id == supplier.id).values(supplier=True))
    assert due() == []


def test_nothing_is_erased_before_the_manager_says_so(cast: Cast) -> None:
    old = aged(a_contact(), 40)
    keep_rules()
    assert not db.session.scalars(select(Erasure)).all()
    nights_on()
    keep_rules()
    assert [row.contact_id for row in db.session.scalars(select(Erasure))] == [old.id]
    assert due() == []


def test_somebody_kept_aside_is_left_alone_until_released(cast: Cast) -> None:
    old = aged(a_contact(), 40)
    nights_on()
    with pytest.raises(DomainError, match="Dites pourquoi"), transaction():
        hold(old, "  ")
    with transaction():
        hold(old, "Litige en cours")
    keep_rules()
    assert not db.session.scalars(select(Erasure)).all()
    with transaction():
        release(old)
    keep_rules()
    assert queries.erasure_of(old.id) is not None


def test_killed_in_the_middle_of_the_night_it_goes_on_and_nobody_is_half_erased(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [aged(a_contact(notes="Sonner deux fois"), 40) for _rank in range(4)]
    nights_on()
    drop, calls = erasing_module._drop_files, []

    def killed(files: set[int]) -> int:
        calls.append(files)
        if len(calls) == 3:
            raise KeyboardInterrupt  # as a worker that dies between two statements
        return drop(files)

    monkeypatch.setattr(erasing_module, "_drop_files", killed)
    with pytest.raises(KeyboardInterrupt):
        keep_rules()
    db.session.rollback()
    db.session.expire_all()
    done = set(db.session.scalars(select(Erasure.contact_id)))
    assert done == {people[0].id, people[1].id}
    assert db.session.get_one(Contact, people[2].id).notes == "Sonner deux fois"
    keep_rules()
    assert sorted(db.session.scalars(select(Erasure.contact_id))) == [person.id for person in people]
    assert len(calls) == 5


def test_old_connections_and_drafts_go_recent_ones_stay(cast: Cast) -> None:
    nights_on()
    real = clock.now

    def long_ago() -> datetime:
        return real() - timedelta(days=500)

    with transaction():
        for rank, moment in enumerate((long_ago(), real()), 1):
            row = UserSession(user_id=cast.nadia.id, token_hash=str(rank), address=f"192.0.2.{rank}", created_at=moment)
            db.session.add(row)
        db.session.add(Draft(owner_id=cast.nadia.id, form="intake", values={"name": "Karim"}, at=long_ago()))
    counts = drop_outdated()
    assert counts["sessions"] == counts["drafts"] == 1
    assert db.session.scalars(select(UserSession.address)).all() == ["192.0.2.2"]
