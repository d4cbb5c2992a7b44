"""What becomes of messages when the account that carries them is wrong: one task, and all leaves once it is mended."""

from collections.abc import Callable

from app.core.db import db, transaction
from app.core.outbox import Channel, MessageState
from app.core.partners import PartnerAccount
from app.messaging.services import delivery
from app.messaging.states import TaskState
from app.partners.services import change_account
from tests.cast import Cast
from tests.messaging.conftest import Accounts, SetClock, messages, tasks, tell_karim, the_message
from tests.sandbox_process import Sandbox

Work = Callable[[], int]


def test_a_wrong_password_is_said_on_the_account(
    cast: Cast, ready: str, accounts: Accounts, time: SetClock, work: Work
) -> None:
    account = accounts.smtp()
    with transaction():
        db.session.merge(account).secrets = {"password": "faux"}
    tell_karim(cast, ready, Channel.EMAIL)
    work()
    assert the_message().state == MessageState.FAILED
    assert (
        "identifiant ou le mot de passe"
        in db.session.get_one(PartnerAccount, account.id, populate_existing=True).last_error
    )


def test_a_failing_account_is_one_task_and_what_it_refused_leaves_once_it_is_mended(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    account = accounts.smtp()
    good = account.secrets
    with transaction():
        db.session.merge(account).secrets = {"password": "faux"}
    for _message in range(3):
        tell_karim(cast, ready, Channel.EMAIL)
    work()
    assert [message.state for message in messages()] == [MessageState.FAILED] * 3
    assert len(tasks()) == 1
    assert (tasks()[0].subject_kind, tasks()[0].subject_id) == ("partner_account", account.id)
    assert account.label in tasks()[0].label
    with transaction():
        change_account(db.session.merge(account), account.label, account.settings, good)
    work()
    assert [message.state for message in messages()] == [MessageState.SENT] * 3
    assert len(sandbox.mails()) == 3
    assert [task.state for task in tasks()] == [TaskState.DONE]


def test_a_refusal_by_an_account_that_works_is_about_its_message(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp()
    sandbox.fail("smtp", "greylist")
    tell_karim(cast, ready, Channel.EMAIL)
    work()
    time.pass_(seconds=30)
    tell_karim(cast, ready, Channel.EMAIL)
    work()
    sandbox.fail("smtp", "greylist", count=50)
    for _try in range(len(delivery.WAITS) + 1):
        work()
        time.pass_(hours=9)
    assert [message.state for message in messages()] == [MessageState.FAILED, MessageState.SENT]
    assert [(task.subject_kind, task.subject_id) for task in tasks()] == [("message", messages()[0].id)]
