"""A message is never lost, never sent twice by the house, and what became of it is seen by somebody."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select

from app.core.db import db, transaction
from app.core.history import events_of
from app.core.outbox import Channel, MessageState
from app.core.partners import PartnerCall
from app.core.subject import Subject, subject_of
from app.documents.services import store
from app.documents.states import FileKind
from app.messaging.jobs import deliver, fetch_mail, follow_sms, settle, sweep
from app.messaging.services import delivery, followup, gateways, write_mail
from app.messaging.states import TaskState
from app.sandbox import credentials
from tests.cast import Cast
from tests.messaging.conftest import Accounts, SetClock, messages, tasks, tell_karim, the_message, waiting_jobs
from tests.sandbox_process import Sandbox

Work = Callable[[], int]


@pytest.mark.row("B9")
@pytest.mark.row("D11")
def test_the_client_is_told_by_mail_and_sms(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp(), accounts.ovh()
    tell_karim(cast, ready)
    work()
    assert [message.state for message in messages()] == [MessageState.SENT, MessageState.SENT]
    assert [mail["envelope_to"] for mail in sandbox.mails()] == ["karim@benyahia.example"]
    sms = sandbox.sms()
    assert [(row["recipient"], row["sender"]) for row in sms] == [("+33671482095", "ATELIER")]
    assert sms[0]["text"] == "Atelier Second Souffle : dossier R-2026-0042 pret. http://127.0.0.1:8000/suivi/abc"


def test_a_second_provider_carries_sms(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smsmode()
    tell_karim(cast, ready, Channel.SMS)
    work()
    assert [row["partner"] for row in sandbox.sms()] == ["smsmode"]
    assert the_message().state == MessageState.SENT


def test_delivering_twice_sends_once(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp()
    tell_karim(cast, ready, Channel.EMAIL)
    work()
    deliver(the_message().id)
    assert len(sandbox.mails()) == 1


def test_while_one_worker_sends_another_waits(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock
) -> None:
    accounts.smtp()
    tell_karim(cast, ready, Channel.EMAIL)
    with transaction():
        parcel = delivery.claim(the_message().id)
    with transaction(), pytest.raises(delivery.Busy):
        delivery.claim(the_message().id)
    assert parcel
    outcome = gateways.hand_over(parcel)
    with transaction():
        delivery.record_outcome(parcel, outcome)
    assert the_message().state == MessageState.SENT
    assert len(sandbox.mails()) == 1


def test_without_an_account_messages_are_held_then_released(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    tell_karim(cast, ready)
    work()
    assert [message.state for message in messages()] == [MessageState.HELD, MessageState.HELD]
    assert not tasks()
    accounts.smtp()
    work()
    assert [message.state for message in messages()] == [MessageState.SENT, MessageState.HELD]
    accounts.ovh()
    work()
    assert [message.state for message in messages()] == [MessageState.SENT, MessageState.SENT]
    assert (len(sandbox.mails()), len(sandbox.sms())) == (1, 1)


def test_a_refused_address_is_said_and_put_on_the_list(
    cast: Cast, accounts: Accounts, time: SetClock, work: Work
) -> None:
    account = accounts.smtp()
    with transaction():
        write_mail("inconnu@exemple.example", "Devis", "Bonjour", about=subject_of(cast.karim))
    work()
    message = the_message()
    assert account.last_error == ""
    assert message.state == MessageState.FAILED
    assert "inconnu@exemple.example est refusée" in message.error
    task = tasks()[0]
    assert (task.subject_kind, task.subject_id, task.state) == ("message", message.id, TaskState.OPEN)
    assert "non remis à inconnu@exemple.example" in task.label


def test_a_server_that_asks_to_wait_is_tried_again(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp()
    sandbox.fail("smtp", "greylist")
    tell_karim(cast, ready, Channel.EMAIL)
    work()
    assert the_message().state == MessageState.QUEUED
    assert "attendre" in the_message().error
    time.pass_(seconds=61)
    work()
    assert the_message().state == MessageState.SENT
    assert not tasks()


def test_a_server_that_never_comes_back_ends_on_the_list(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp()
    sandbox.fail("smtp", "greylist", count=50)
    tell_karim(cast, ready, Channel.EMAIL)
    for _try in range(len(delivery.WAITS) + 1):
        work()
        time.pass_(hours=9)
    assert the_message().state == MessageState.FAILED
    assert len(tasks()) == 1


def test_a_line_cut_after_the_mail_left_is_uncertain_and_a_person_settles(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp()
    sandbox.fail("smtp", "cut-after-data")
    tell_karim(cast, ready, Channel.EMAIL)
    work()
    assert the_message().state == MessageState.UNCERTAIN
    assert "vérifiez s’il est parti" in tasks()[0].label
    time.pass_(hours=30)
    work()
    assert len(sandbox.mails()) == 1
    with transaction():
        message = delivery.locked(the_message().id)
        assert message
        followup.consider_sent(message)
    assert the_message().state == MessageState.SENT
    assert tasks()[0].state == TaskState.DONE


def test_an_uncertain_sms_is_found_at_the_provider(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.ovh()
    sandbox.fail("ovh", "cut-after-accept", path="/jobs")
    tell_karim(cast, ready, Channel.SMS)
    work()
    assert the_message().state == MessageState.UNCERTAIN
    time.pass_(seconds=61)
    work()
    assert the_message().state == MessageState.SENT
    assert the_message().provider_ref == sandbox.sms()[0]["ref"]
    assert len(sandbox.sms()) == 1
    assert not tasks()


def a_worker_dies(message_id: int, *, after_the_call: bool) -> None:
    """The first units of a delivery, and no record: what a killed worker leaves behind."""
    with transaction():
        parcel = delivery.claim(message_id)
    assert parcel
    if after_the_call:
        gateways.hand_over(parcel)


def test_a_mail_whose_worker_was_killed_becomes_uncertain_and_is_not_sent_again(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp()
    tell_karim(cast, ready, Channel.EMAIL)
    a_worker_dies(the_message().id, after_the_call=True)
    time.pass_(minutes=4)
    work()
    assert the_message().state == MessageState.UNCERTAIN
    assert len(sandbox.mails()) == 1
    assert len(tasks()) == 1


def test_an_sms_whose_worker_was_killed_after_the_call_is_not_sent_again(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.ovh()
    tell_karim(cast, ready, Channel.SMS)
    a_worker_dies(the_message().id, after_the_call=True)
    time.pass_(minutes=4)
    work()
    time.pass_(minutes=2)
    work()
    assert the_message().state == MessageState.SENT
    assert len(sandbox.sms()) == 1


def test_an_sms_whose_worker_was_killed_before_the_call_is_sent_once(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.ovh()
    tell_karim(cast, ready, Channel.SMS)
    a_worker_dies(the_message().id, after_the_call=False)
    for _step in range(10):
        time.pass_(minutes=3)
        work()
    assert the_message().state in (MessageState.SENT, MessageState.DELIVERED)
    assert len(sandbox.sms()) == 1
    assert not tasks()


def test_an_sms_is_followed_to_its_phone(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.ovh()
    tell_karim(cast, ready, Channel.SMS)
    work()
    time.pass_(seconds=31)
    work()
    assert the_message().state == MessageState.SENT
    sandbox.advance(the_message().provider_ref, "delivered")
    time.pass_(seconds=61)
    work()
    assert the_message().state == MessageState.DELIVERED
    assert not waiting_jobs()


def test_an_sms_that_the_operator_could_not_deliver_is_put_on_the_list(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.ovh()
    tell_karim(cast, ready, Channel.SMS)
    work()
    sandbox.advance(the_message().provider_ref, "failed")
    time.pass_(seconds=31)
    work()
    assert the_message().state == MessageState.FAILED
    assert "SMS non remis à Karim Benyahia" in tasks()[0].label
    assert tasks()[0].call


def test_following_an_sms_ends(cast: Cast, ready: str, accounts: Accounts, time: SetClock, work: Work) -> None:
    accounts.ovh()
    tell_karim(cast, ready, Channel.SMS)
    for _day in range(12):
        work()
        time.pass_(days=2)
    assert the_message().state == MessageState.SENT
    assert not waiting_jobs()


@pytest.mark.row("B5")
def test_a_mail_that_comes_back_is_shown_to_somebody(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp(), accounts.imap()
    tell_karim(cast, ready, Channel.EMAIL)
    work()
    sandbox.bounce()
    fetch_mail()
    fetch_mail()
    assert the_message().state == MessageState.BOUNCED
    assert "User unknown" in the_message().error
    assert ["corrigez l’adresse" in task.label for task in tasks()] == [True]


def test_a_lost_message_is_sent_again_to_a_corrected_address(
    cast: Cast, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp()
    with transaction():
        write_mail("inconnu@exemple.example", "Devis", "Bonjour")
    work()
    with transaction():
        message = delivery.locked(the_message().id)
        assert message
        followup.requeue(message, "connu@exemple.example")
    work()
    assert the_message().state == MessageState.SENT
    assert sandbox.mails()[0]["envelope_to"] == "connu@exemple.example"
    assert tasks()[0].state == TaskState.DONE


def test_a_stranded_message_is_swept(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp()
    tell_karim(cast, ready, Channel.EMAIL)
    with transaction():
        for run in waiting_jobs():
            db.session.delete(db.session.merge(run))
    time.pass_(minutes=16)
    assert sweep() == 1
    work()
    assert the_message().state == MessageState.SENT


def test_calls_are_kept_without_their_secrets(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    account = accounts.ovh()
    tell_karim(cast, ready, Channel.SMS)
    work()
    calls = db.session.scalars(select(PartnerCall).where(PartnerCall.account_id == account.id)).all()
    assert any(call.url.endswith("/jobs") and call.status == 200 for call in calls)
    text = " ".join(call.request + call.response for call in calls)
    assert "bac-a-sable-secret" not in text
    assert "R-2026-0042" not in text
    assert account.last_ok_at == time.moment


def test_jobs_about_nothing_do_nothing(app: object) -> None:
    deliver(999_999)
    settle(999_999)
    follow_sms(999_999)
    assert fetch_mail() == 0
    assert db.session.scalar(select(func.count()).select_from(PartnerCall)) == 0


def test_the_subject_of_a_lost_message_remembers_it(cast: Cast, accounts: Accounts, time: SetClock, work: Work) -> None:
    accounts.smtp()
    with transaction():
        write_mail("inconnu@exemple.example", "Devis", "Bonjour", about=Subject("contact", cast.karim.id))
    work()
    assert "non remis" in events_of(Subject("contact", cast.karim.id))[0].title


def test_mail_url_carries_mails_when_no_account_was_entered(
    cast: Cast, ready: str, app: Flask, sandbox: Sandbox, time: SetClock, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.extensions["etabli_settings"], mail_url=sandbox.smtp_account_url)
    monkeypatch.setitem(app.extensions, "etabli_settings", settings)
    tell_karim(cast, ready, Channel.EMAIL)
    work()
    assert the_message().state == MessageState.SENT
    assert sandbox.mails()[0]["envelope_from"] == credentials.MAIL_USER


def test_when_the_server_s_key_changed_messages_wait_and_say_why(
    cast: Cast, ready: str, accounts: Accounts, time: SetClock, work: Work
) -> None:
    account = accounts.smtp()
    with transaction():
        db.session.merge(account).sealed_secrets = "illisible"
    tell_karim(cast, ready, Channel.EMAIL)
    work()
    assert the_message().state == MessageState.HELD
    assert "Saisissez-les de nouveau" in the_message().error


def test_a_mail_carries_our_reference_and_its_files(
    cast: Cast, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp(tagged_replies=True)
    with transaction():
        file = store(b"Lave-linge : joint neuf", "devis.txt", FileKind.DOCUMENT, by="Inès")
        write_mail(cast.karim, "Devis", "Bonjour", attachments=[file.id])
    work()
    page = requests.get(f"{sandbox.url}/courrier/{sandbox.mails()[0]['id']}", timeout=5).text
    assert "devis" in page
    assert the_message().state == MessageState.SENT
