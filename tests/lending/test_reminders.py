"""Reminders before, on and after the return date: one message a borrower and day, never twice, none once it is back."""

from datetime import timedelta

import pytest
from flask import Flask

from app.assets.models import Family
from app.contacts.models import Contact
from app.contacts.services import give_consent
from app.contacts.states import Purpose
from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import Channel, MessageState, OutboxMessage
from app.lending import jobs
from app.lending.models import Loan, LoanReminder, ReminderRule
from app.lending.services import extend, locked, reminders, take_back
from app.lending.services.terms import add_rule
from app.members.queries import told_for
from app.members.services import join
from app.members.states import Role
from app.messaging.models import Task
from app.messaging.states import TaskState
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.contacts import a_contact
from tests.factories.lending import a_unit, lent
from tests.factories.members import a_child, a_home, members_on
from tests.lending.test_desk import plain
from tests.signing import Browser

pytestmark = pytest.mark.row("A3")


def due_in(contact: Contact, days: int, count: int = 1, family: Family | None = None) -> Loan:
    """A loan out whose return is in so many days; below zero, it is late."""
    values = {"family": family} if family else {}
    loan = lent(contact, *(a_unit(**values) for _n in range(count)), days=30)
    with transaction():
        fresh = locked(loan)
        fresh.due_at = clock.at(clock.today() + timedelta(days=days), 18)
        fresh.starts_at = fresh.due_at - timedelta(days=40)
    return fresh


def mails() -> list[OutboxMessage]:
    db.session.rollback()
    return list(
        db.session.query(OutboxMessage).where(OutboxMessage.template.like("loan.reminder%")).order_by(OutboxMessage.id)
    )


def test_a_reminder_leaves_before_on_and_after_the_date(app: Flask, cast: Cast) -> None:
    due_in(cast.karim, 2)
    due_in(cast.dan, -3)
    far = lent(cast.karim, a_unit(), days=20)
    assert jobs.remind() == 2
    by_code = {mail.template: mail for mail in mails() if mail.channel.value == "email"}
    assert set(by_code) == {"loan.reminder_before", "loan.reminder_late"}
    assert "3 jours de retard" in by_code["loan.reminder_late"].text
    assert "/pret/" in by_code["loan.reminder_before"].text
    assert db.session.query(LoanReminder).where(LoanReminder.loan_id == far.id).count() == 0


def test_one_message_tells_a_borrower_of_all_that_is_due_and_each_loan_remembers_it(
    browser: Browser, cast: Cast
) -> None:
    first, second = due_in(cast.karim, 0), due_in(cast.karim, 0, count=2)
    assert jobs.remind() == 1
    sent = [mail for mail in mails() if mail.channel.value == "email"]
    assert len(sent) == 1
    assert sent[0].text.count("Violon 3/4") == 3
    desk = browser.as_("accueil")
    for number in (first.number, second.number):
        assert "Rappel envoyé" in desk.get(f"/prets/{number}").text


def test_a_night_reads_the_loans_of_many_borrowers_at_once(app: Flask, cast: Cast, queries: list[str]) -> None:
    for contact in (cast.karim, cast.dan, a_contact(), a_contact()):
        due_in(contact, 0)
    queries.clear()
    assert jobs.remind() == 4
    assert len([query for query in queries if query.startswith("SELECT loan.id, loan.number")]) == 1


def test_a_job_that_runs_twice_or_died_half_way_sends_nothing_twice(app: Flask, cast: Cast) -> None:
    due_in(cast.karim, 0)
    due_in(cast.dan, 0)
    today = clock.today()
    groups = reminders.planned(today)
    with transaction():
        reminders.send(groups[:1], today)
    assert jobs.remind() == 1
    assert jobs.remind() == 0
    with transaction():  # a second process that had planned the same before
        assert reminders.send(groups, today) == 0
    assert len({mail.contact_id for mail in mails()}) == 2
    assert len([mail for mail in mails() if mail.channel.value == "email"]) == 2


def test_what_came_back_is_no_longer_asked_for_even_between_the_plan_and_the_sending(app: Flask, cast: Cast) -> None:
    loan = due_in(cast.karim, -3)
    groups = reminders.planned(clock.today())
    with transaction():
        fresh = locked(loan)
        take_back(fresh, fresh.items)
    with transaction():
        assert not reminders.send(groups, clock.today())
    assert jobs.remind() == 0
    assert mails() == []


def waiting() -> list[str]:
    """The words of the reminders that are still to leave."""
    return [mail.text for mail in mails() if mail.state == MessageState.QUEUED and mail.channel == Channel.EMAIL]


def test_what_was_written_and_has_not_left_never_leaves_once_the_loan_is_back_or_put_off(
    app: Flask, cast: Cast
) -> None:
    first, second = due_in(cast.karim, -3), due_in(cast.karim, -3)
    jobs.remind()
    for loan in (first, second):
        assert any(item.asset.label in plain(waiting()[0]) for item in loan.items)
    with transaction():
        fresh = locked(first)
        take_back(fresh, fresh.items)
    [left] = [plain(text) for text in waiting()]
    assert first.items[0].asset.label not in left
    assert second.items[0].asset.label in left
    with transaction():
        extend(locked(second), clock.now() + timedelta(days=9))
    assert waiting() == []


def test_a_call_to_make_about_a_late_loan_is_off_the_list_once_it_is_back(app: Flask, cast: Cast) -> None:
    with transaction():
        nobody = db.session.get_one(Contact, cast.dan.id)
        nobody.email, nobody.phone, nobody.phone_2 = "", "04 94 00 00 00", ""
    loan = due_in(cast.dan, -3)
    jobs.remind()
    calls = db.session.query(Task).filter_by(subject_kind="loan", subject_id=loan.id, call=True)
    assert [task.state for task in calls] == [TaskState.OPEN]
    with transaction():
        fresh = locked(loan)
        take_back(fresh, fresh.items)
    assert [task.state for task in calls.populate_existing()] == [TaskState.DONE]


def test_the_loans_of_children_are_told_to_who_is_called_first_in_one_message_a_household(
    app: Flask, cast: Cast
) -> None:
    members_on()
    ada, tom = a_child("Ada Petit"), a_child("Tom Petit")
    second = a_contact(name="Paul Petit", email="paul@exemple.fr")
    home = a_home(cast.karim, ada, tom)
    with transaction():
        join(db.session.merge(home), db.session.get_one(Contact, second.id), Role.ADULT)
    loans = [due_in(ada, 0), due_in(tom, 0), due_in(cast.karim, 0)]
    assert jobs.remind() == 1
    [text] = waiting()
    assert all(item.asset.label in plain(text) for loan in loans for item in loan.items)
    assert "prêté à Ada Petit" in plain(text)
    assert {mail.contact_id for mail in mails()} == {cast.karim.id}
    assert jobs.remind() == 0


def test_a_child_of_two_households_has_each_of_them_told_and_who_refused_is_not(app: Flask, cast: Cast) -> None:
    members_on()
    ada = a_child("Ada Petit")
    other = a_contact(name="Paul Petit", email="paul@exemple.fr")
    a_home(cast.karim, ada)
    a_home(other, ada)
    loan = due_in(ada, 0)
    assert jobs.remind() == 2
    assert {mail.contact_id for mail in mails()} == {cast.karim.id, other.id}
    with transaction():
        give_consent(
            db.session.get_one(Contact, other.id), Purpose.TOLD, False, source="Accueil", about=db.session.get_one(Contact, ada.id)
        )  # fmt: skip
    assert [to.id for to in told_for([ada.id])[ada.id]] == [cast.karim.id]
    with transaction():
        take_back(locked(loan), locked(loan).items)
    assert waiting() == []


def test_a_pupil_of_full_age_is_told_himself(app: Flask, cast: Cast) -> None:
    members_on()
    today = clock.today()
    grown = a_child("Lou Petit", born=today.replace(year=today.year - 18, day=min(today.day, 28)))
    a_home(cast.karim, grown)
    assert [to.id for to in told_for([grown.id])[grown.id]] == [grown.id]


def test_a_missed_morning_sends_the_last_rule_only_and_a_new_date_starts_again(app: Flask, cast: Cast) -> None:
    loan = due_in(cast.karim, -30)
    assert jobs.remind() == 1
    assert db.session.query(LoanReminder).one().days == 10
    with transaction():
        extend(locked(loan), clock.at(clock.today() + timedelta(days=1), 18))
        db.session.query(LoanReminder).update({"sent_on": clock.today() - timedelta(days=1)})
    assert jobs.remind() == 1


def test_a_family_with_rules_of_its_own_has_only_those(app: Flask, cast: Cast) -> None:
    family = a_family()
    with transaction():
        add_rule(-7, "email", family)
    due_in(cast.karim, 7, family=family)
    due_in(cast.dan, 0, family=family)
    jobs.remind()
    assert [(mail.contact_id, mail.channel.value) for mail in mails()] == [
        (cast.karim.id, "email"),
        (cast.dan.id, "email"),
    ]


def test_without_rules_nothing_leaves(app: Flask, cast: Cast) -> None:
    with transaction():
        db.session.query(ReminderRule).delete()
    due_in(cast.karim, 0)
    assert jobs.remind() == 0


def test_the_desk_sends_a_reminder_by_hand_once_a_day(browser: Browser, cast: Cast) -> None:
    loan, desk = lent(cast.karim, a_unit(), days=20), browser.as_("accueil")
    assert desk.post(f"/prets/{loan.number}/rappel").status_code == 303
    again = desk.post(f"/prets/{loan.number}/rappel")
    assert again.status_code == 422
    assert "déjà parti aujourd" in again.text
    assert len([mail for mail in mails() if mail.channel.value == "email"]) == 1


def test_reminders_are_settings(browser: Browser, cast: Cast) -> None:
    boss = browser.as_("gerant")
    assert "2 jours avant le retour" in boss.get("/reglages/prets").text.replace("\u00a0", " ")
    sent = {"days": "5", "side": "after", "channel": "sms", "family_id": ""}
    assert boss.post("/reglages/prets/rappels", data=sent).status_code == 303
    assert boss.post("/reglages/prets/rappels", data=sent).status_code == 422
    rule = db.session.query(ReminderRule).where(ReminderRule.days == 5).one()
    assert boss.post(f"/reglages/prets/rappels/{rule.id}/suppression").status_code == 303
    assert db.session.query(ReminderRule).where(ReminderRule.days == 5).count() == 0
