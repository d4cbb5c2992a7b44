"""People are told by the channels they like and have, at an hour that suits, and called when nothing else reaches them."""

from datetime import date, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.contacts.models import Contact
from app.contacts.services import change_contact
from app.core import clock
from app.core.db import transaction
from app.core.outbox import Channel
from app.core.settings import change_setting
from app.core.subject import subject_of
from app.messaging.services import letters, tell
from app.messaging.services.quiet import is_rest_day, next_allowed
from app.messaging.services.registry import change_template, texts_of
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.messaging.conftest import FACTS, SetClock, messages, tasks, the_message


def told(contact: Contact, code: str, **options: object) -> list[Channel]:
    with transaction():
        return [message.channel for message in tell(contact, code, facts=FACTS, **options)]  # type: ignore[arg-type]


@pytest.mark.row("D11")
def test_each_is_told_as_he_prefers(cast: Cast, ready: str, time: SetClock) -> None:
    assert told(a_contact(), ready) == [Channel.EMAIL, Channel.SMS]
    assert told(a_contact(notify_sms=False), ready) == [Channel.EMAIL]
    assert told(a_contact(notify_email=False), ready) == [Channel.SMS]
    assert told(a_contact(email=""), ready) == [Channel.SMS]
    assert not tasks()


def test_no_sms_goes_to_a_landline_but_the_other_number_serves(cast: Cast, ready: str, time: SetClock) -> None:
    assert told(a_contact(phone="04 94 00 45 12"), ready) == [Channel.EMAIL]
    both = a_contact(phone="04 94 00 45 12", phone_2="06 12 34 56 78", email="")
    assert told(both, ready) == [Channel.SMS]
    assert messages()[-1].recipient == "+33612345678"


def test_whom_nothing_reaches_is_to_be_called(cast: Cast, ready: str, time: SetClock) -> None:
    nobody = a_contact(name="Odette Roux", email="", phone="04 94 00 45 12")
    assert told(nobody, ready, about=subject_of(nobody)) == []
    task = tasks()[0]
    assert task.label == "Appeler Odette Roux\u00a0: Appareil prêt"
    assert (task.call, task.due_on, task.contact_id) == (True, date(2026, 11, 24), nobody.id)
    assert "dossier R-2026-0042" in task.notes


def test_who_prefers_the_telephone_is_called_as_well(cast: Cast, ready: str, time: SetClock) -> None:
    assert told(a_contact(notify_call=True, notify_sms=False), ready) == [Channel.EMAIL]
    assert tasks()[0].call


def test_a_person_may_choose_the_channel_against_the_preferences(cast: Cast, ready: str, time: SetClock) -> None:
    assert told(a_contact(notify_email=False), ready, channels=[Channel.EMAIL]) == [Channel.EMAIL]


def test_a_message_switched_off_is_not_sent(cast: Cast, ready: str, time: SetClock) -> None:
    texts = texts_of(ready)
    with transaction():
        change_template(ready, subject=texts.subject, body=texts.body, sms=texts.sms, active=False)
    assert told(cast.karim, ready) == []
    assert not tasks()


def test_the_mail_has_our_look_and_a_plain_version(cast: Cast, ready: str, time: SetClock) -> None:
    told(cast.karim, ready, channels=[Channel.EMAIL])
    message = the_message()
    assert message.subject == "Dossier R-2026-0042\u00a0: c’est prêt\u202f!"
    assert "Suivre le dossier\u00a0: http://127.0.0.1:8000/suivi/abc" in message.text
    assert "Bonjour Karim Benyahia," in message.html
    assert '<a href="http://127.0.0.1:8000/suivi/abc"' in message.html
    assert "Atelier Second Souffle, 8 rue des Tanneurs, 83170 Brignoles" in message.html


def test_a_stranger_s_address_never_becomes_a_link(app: Flask) -> None:
    blocks = letters.blocks(
        "[Payer](https://voleur.example/x)\n\nVoir [ici](http://127.0.0.1:8000.voleur.example/y) <b>gras</b>"
    )
    assert not any(block.url for block in blocks)
    assert not any("href" in line for block in blocks for line in block.lines)
    assert "&lt;b&gt;" in blocks[1].lines[0]


def test_an_sms_avoids_signs_that_make_it_longer() -> None:
    assert (
        letters.for_sms("L’atelier\u00a0: « c’est prêt »… à 9\u00a0h\u202f!") == "L'atelier : \"c'est prêt\"... à 9 h !"
    )


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ("2026-11-24T10:00+01:00", "2026-11-24T10:00+01:00"),  # Tuesday morning: now
        ("2026-11-24T06:30+01:00", "2026-11-24T08:00+01:00"),
        ("2026-11-24T20:00+01:00", "2026-11-25T08:00+01:00"),
        ("2026-11-28T21:00+01:00", "2026-11-30T08:00+01:00"),  # Saturday evening: Monday
        ("2026-11-29T12:00+01:00", "2026-11-30T08:00+01:00"),  # Sunday
        ("2026-12-24T23:00+01:00", "2026-12-26T08:00+01:00"),  # Christmas
        ("2026-04-30T21:00+02:00", "2026-05-02T08:00+02:00"),  # Labour day
        ("2026-03-28T22:00+01:00", "2026-03-30T08:00+02:00"),  # the clocks go forward on Sunday
        ("2026-10-24T22:00+02:00", "2026-10-26T08:00+01:00"),  # the clocks go back on Sunday
    ],
)
def test_an_sms_waits_for_an_hour_that_suits(app: Flask, written: str, leaves: str) -> None:
    assert next_allowed(datetime.fromisoformat(written)) == datetime.fromisoformat(leaves)


@given(moment=st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(clock.zone())))  # noqa: DTZ001
def test_whatever_the_moment_an_sms_leaves_in_the_allowed_hours(whole_app: Flask, moment: datetime) -> None:
    with whole_app.app_context():
        leaves = next_allowed(moment)
    here = clock.local(leaves)
    assert leaves >= moment
    assert 8 <= here.hour < 20
    assert not is_rest_day(here.date())


def test_the_hours_are_a_setting(cast: Cast) -> None:
    with transaction():
        change_setting("messaging.sms_from", 9)
        change_setting("messaging.sms_to", 24)
        change_setting("messaging.sms_rest", False)
    sunday_evening = datetime.fromisoformat("2026-11-29T23:30+01:00")
    assert next_allowed(sunday_evening) == sunday_evening
    assert next_allowed(datetime.fromisoformat("2026-11-30T07:00+01:00")) == datetime.fromisoformat(
        "2026-11-30T09:00+01:00"
    )


def test_at_night_the_sms_waits_and_the_mail_does_not(cast: Cast, ready: str, time: SetClock) -> None:
    time.moment = datetime.fromisoformat("2026-11-24T22:00+01:00")
    told(cast.karim, ready)
    mail, sms = messages()
    assert mail.due_at == time.moment
    assert sms.due_at == datetime.fromisoformat("2026-11-25T08:00+01:00")


def test_an_urgent_sms_does_not_wait(cast: Cast, ready: str, time: SetClock) -> None:
    time.moment = datetime.fromisoformat("2026-11-24T22:00+01:00")
    told(cast.karim, ready, urgent=True, channels=[Channel.SMS])
    assert the_message().due_at == time.moment


def test_a_change_of_preference_counts_at_once(cast: Cast, ready: str, time: SetClock) -> None:
    with transaction():
        change_contact(cast.karim, notify_sms=False)
    assert told(cast.karim, ready) == [Channel.EMAIL]


def test_a_fact_forgotten_by_the_caller_is_a_fault(cast: Cast, ready: str) -> None:
    with pytest.raises(LookupError, match="lien"), transaction():
        tell(cast.karim, ready, facts={"dossier": "R-1"})
