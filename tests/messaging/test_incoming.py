"""Mail received: a reply reaches its thread, a machine's is noted, a stranger's is put on somebody's list, each once."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.core.db import db, transaction
from app.core.outbox import Channel, MessageState
from app.core.partners import PartnerAccount
from app.core.subject import Subject, subject_of
from app.documents.queries import attachments_of
from app.messaging.jobs import fetch_mail
from app.messaging.queries import thread_of, unread_count
from app.messaging.services import post_to_client, tell
from app.messaging.states import Direction
from app.sandbox import credentials
from app.sandbox.letters import deliver as put_in_mailbox
from app.sandbox.store import Store
from tests.cast import Cast
from tests.messaging.conftest import FACTS, Accounts, SetClock, messages, tasks, the_message
from tests.sandbox_process import Sandbox

Work = Callable[[], int]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def mailbox(running_sandbox: Sandbox, sandbox: Sandbox) -> Callable[[EmailMessage], None]:
    """Puts a mail in the organisation's mailbox."""
    data = running_sandbox.process.args[running_sandbox.process.args.index("--data") + 1]  # type: ignore[union-attr,index]
    store = Store(Path(str(data)))
    return lambda mail: put_in_mailbox(store, mail.as_bytes()) and None


def a_mail(sender: str, text: str, *, subject: str = "Bonjour", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, credentials.MAIL_USER, subject
    mail["Message-ID"] = f"<{abs(hash((sender, text, subject)))}@exemple.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@pytest.mark.row("B5")
@pytest.mark.row("B10")
def test_a_client_s_reply_joins_the_thread_of_what_he_answers(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp(), accounts.imap()
    about = subject_of(cast.ines)
    with transaction():
        tell(cast.karim, ready, about=about, facts=FACTS, channels=[Channel.EMAIL])
    work()
    sandbox.reply("D'accord pour 118 €, allez-y.")
    assert fetch_mail() == 1
    row = thread_of(about)[0]
    assert (row.direction, row.author, row.body) == (
        Direction.INCOMING,
        "Karim Benyahia",
        "D'accord pour 118 €, allez-y.",
    )
    assert unread_count(about) == 1
    assert fetch_mail() == 0
    assert len(thread_of(about)) == 1
    assert not tasks()


def test_a_mailbox_that_was_renumbered_brings_nothing_twice(
    cast: Cast, ready: str, accounts: Accounts, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    accounts.smtp()
    account = accounts.imap()
    with transaction():
        tell(cast.karim, ready, about=subject_of(cast.ines), facts=FACTS, channels=[Channel.EMAIL])
    work()
    sandbox.reply("Merci")
    fetch_mail()
    with transaction():
        db.session.execute(update(PartnerAccount).where(PartnerAccount.id == account.id).values(cursor={"at": "1:0"}))
    fetch_mail()
    assert len(thread_of(subject_of(cast.ines))) == 1


def test_a_reply_address_with_a_mark_finds_its_thread_without_any_header(
    cast: Cast, ready: str, accounts: Accounts, mailbox: Callable[[EmailMessage], None], time: SetClock, work: Work
) -> None:
    accounts.smtp(tagged_replies=True), accounts.imap()
    with transaction():
        tell(cast.karim, ready, about=subject_of(cast.ines), facts=FACTS, channels=[Channel.EMAIL])
    work()
    mail = a_mail("autre.adresse@benyahia.example", "Je réponds d'ailleurs")
    mail.replace_header("To", f"atelier+{the_message().reference}@demo.example")
    mailbox(mail)
    fetch_mail()
    row = thread_of(subject_of(cast.ines))[0]
    assert row.body == "Je réponds d'ailleurs"
    assert "autre.adresse@benyahia.example" in row.author


def test_our_answer_follows_the_client_s_mail(
    cast: Cast,
    accounts: Accounts,
    sandbox: Sandbox,
    mailbox: Callable[[EmailMessage], None],
    time: SetClock,
    work: Work,
) -> None:
    accounts.smtp(), accounts.imap()
    question = a_mail(cast.karim.email, "Où en êtes-vous ?")
    mailbox(question)
    fetch_mail()
    about = subject_of(cast.karim)
    assert [row.body for row in thread_of(about)] == ["Où en êtes-vous ?"]
    with transaction():
        post_to_client(about, cast.karim, "C'est prêt demain.", "Inès Rousseau")
    work()
    assert messages()[-1].facts["in_reply_to"] == question["Message-ID"]
    assert unread_count(about) == 0
    assert [row.state for row in thread_of(about)] == [None, MessageState.SENT]


def test_a_stranger_s_mail_is_put_on_the_list(
    cast: Cast, accounts: Accounts, mailbox: Callable[[EmailMessage], None], time: SetClock
) -> None:
    accounts.imap()
    mailbox(a_mail("Lise Aubry <lise@inconnue.example>", "Réparez-vous les vélos ?", subject="Question"))
    fetch_mail()
    task = tasks()[0]
    assert task.label == "Nouveau courriel de Lise Aubry <lise@inconnue.example> : Question".replace(" :", "\u00a0:")
    assert task.notes == "Réparez-vous les vélos ?"
    assert thread_of(subject_of(task))[0].body == "Réparez-vous les vélos ?"


def test_an_absence_message_is_noted_and_asks_nothing(
    cast: Cast, accounts: Accounts, mailbox: Callable[[EmailMessage], None], time: SetClock
) -> None:
    accounts.imap()
    mailbox(a_mail(cast.karim.email, "Je suis absent.", subject="Absence", Auto_Submitted="auto-replied"))
    fetch_mail()
    row = thread_of(subject_of(cast.karim))[0]
    assert (row.direction, unread_count(subject_of(cast.karim)), tasks()) == (Direction.INTERNAL, 0, [])
    assert "Je suis absent." in row.body
    assert not messages()


def test_joined_files_are_kept_and_a_disguised_one_is_said(
    cast: Cast, accounts: Accounts, mailbox: Callable[[EmailMessage], None], time: SetClock
) -> None:
    accounts.imap()
    mail = a_mail(cast.karim.email, "La plaque")
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="plaque.png")
    mail.add_attachment(b"MZ\x90\x00 program", maintype="application", subtype="octet-stream", filename="virus.exe")
    mailbox(mail)
    fetch_mail()
    row = thread_of(subject_of(cast.karim))[0]
    assert next(file.name for file in row.files).startswith("plaque")
    assert "virus.exe" in row.body
    assert len(attachments_of(Subject("thread_message", row.id))) == 1


def test_a_bounce_of_a_mail_that_is_not_ours_is_said(
    cast: Cast, accounts: Accounts, mailbox: Callable[[EmailMessage], None], time: SetClock
) -> None:
    accounts.imap()
    mailbox(
        a_mail(
            "MAILER-DAEMON@exemple.example", "User unknown", subject="Undelivered", X_Failed_Recipients="x@y.example"
        )
    )
    fetch_mail()
    assert "est revenu de x@y.example" in tasks()[0].label


def test_an_odd_mail_does_not_block_the_mailbox(
    cast: Cast, accounts: Accounts, mailbox: Callable[[EmailMessage], None], time: SetClock
) -> None:
    accounts.imap()
    odd = a_mail(
        "", "Sans expéditeur \x00 et avec un zéro", subject="\udcff bizarre".encode("utf-8", "replace").decode()
    )
    mailbox(odd)
    mailbox(a_mail(cast.karim.email, "Et le suivant ?"))
    assert fetch_mail() == 2
    assert [row.body for row in thread_of(subject_of(cast.karim))] == ["Et le suivant ?"]
    assert len(tasks()) == 1


def test_a_mailbox_that_refuses_says_so_on_its_account(cast: Cast, accounts: Accounts, time: SetClock) -> None:
    account = accounts.imap()
    with transaction():
        account.secrets = {"password": "faux"}
    assert fetch_mail() == 0
    found = db.session.scalars(select(PartnerAccount).where(PartnerAccount.id == account.id)).one()
    assert "refuse l'identifiant" in found.last_error
