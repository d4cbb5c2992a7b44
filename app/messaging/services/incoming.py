"""Mails received: a reply joins its thread, a bounce marks what came back, a stranger's mail is put on somebody's list.

Each mail is taken in one transaction together with the mailbox's cursor, so that it is taken once. A reply is words in a
thread and nothing else: it never accepts a quote.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.connectors.mail.incoming import Cursor, Incoming
from app.contacts.models import Contact
from app.contacts.queries import contact_by_email
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.outbox import OutboxMessage
from app.core.partners import PartnerAccount
from app.core.subject import Subject, subject_of
from app.documents.services import Ready, attach, keep, prepare
from app.documents.states import FileKind
from app.messaging.models import ThreadMessage
from app.messaging.services.followup import note_bounce
from app.messaging.services.tasks import add_task
from app.messaging.services.threads import BODY_LENGTH, post_from_client
from app.messaging.states import Direction

_REFERENCE = re.compile(r"<([0-9a-f]{24})@")
_TAG = re.compile(r"\+([0-9a-f]{24})@")
MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail and its files, already judged and kept: `refused` are the names of those that were not."""

    mail: Incoming
    files: Sequence[Ready] = ()
    refused: Sequence[str] = ()


def unpack(mail: Incoming) -> Letter:
    """Judge and keep the attachments. Before the transaction: pictures take time."""
    if mail.is_bounce or mail.is_auto_reply:
        return Letter(mail)
    files, refused = [], []
    for name, _mime, content in mail.attachments[:MOST_FILES]:
        try:
            files.append(prepare(content, name, FileKind.DOCUMENT))
        except DomainError:
            refused.append(name)
    return Letter(mail, files, [*refused, *(name for name, _mime, _content in mail.attachments[MOST_FILES:])])


def cursor_of(account: PartnerAccount) -> Cursor | None:
    """How far the mailbox was read."""
    return Cursor.parse(str(account.cursor.get("at", "")))


def receive(account_id: int, letter: Letter) -> None:
    """Take one mail and move the cursor past it; a mail taken before changes nothing."""
    require_transaction()
    account = db.session.scalars(
        select(PartnerAccount)
        .where(PartnerAccount.id == account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    mail, read = letter.mail, cursor_of(account)
    if read is not None and read.validity == mail.cursor.validity and mail.uid <= read.uid:
        return
    account.cursor = {"at": str(mail.cursor)}
    identity = _identity(account, mail)
    if not db.session.scalar(select(ThreadMessage.id).where(ThreadMessage.mail_id == identity)):
        _sort(letter, identity)


def pass_over(account_id: int, mail: Incoming) -> None:
    """A mail that could not be taken: the mailbox goes on, and somebody is told to read it there."""
    require_transaction()
    account = db.session.get_one(PartnerAccount, account_id)
    account.cursor = {"at": str(mail.cursor)}
    add_task(
        _("Lire dans la boîte un courriel de %(who)s, qui n'a pas pu être repris ici", who=mail.from_addr or _("expéditeur inconnu")),
        due_on=clock.today(), notes=_clean(mail.subject),
    )  # fmt: skip


def _identity(account: PartnerAccount, mail: Incoming) -> str:
    return mail.message_id[:250] or f"{account.id}:{mail.cursor}"


def _sort(letter: Letter, identity: str) -> None:
    mail = letter.mail
    if mail.is_bounce:
        _take_bounce(mail, identity)
        return
    ours = _answered(mail)
    about = Subject(ours.about_kind, ours.about_id) if ours and ours.about_kind and ours.about_id else None
    contact = contact_by_email(mail.from_addr) if mail.from_addr else None
    if about is None and contact is not None:
        about = subject_of(contact)
    if mail.is_auto_reply:
        if about is not None:
            _keep(about, _("Réponse automatique : %(text)s", text=_words(letter)), mail, identity, Direction.INTERNAL)
    elif about is not None:
        _take_reply(about, contact or _written_to(ours), letter, identity)
    else:
        _take_stranger(letter, identity)


def _answered(mail: Incoming) -> OutboxMessage | None:
    """The message of ours that it answers: by its headers, else by the mark in our reply address."""
    named = [*_REFERENCE.findall(mail.in_reply_to), *_REFERENCE.findall(" ".join(reversed(mail.references)))]
    named += _TAG.findall(" ".join(mail.to_addrs))
    for reference in named:
        found = db.session.scalar(select(OutboxMessage).where(OutboxMessage.reference == reference))
        if found is not None:
            return found
    return None


def _written_to(ours: OutboxMessage | None) -> Contact | None:
    return db.session.get(Contact, ours.contact_id) if ours and ours.contact_id else None


def _take_reply(about: Subject, contact: Contact | None, letter: Letter, identity: str) -> None:
    mail = letter.mail
    known = contact is not None and contact.email == mail.from_addr
    author = contact.name if contact and known else _sender(mail)
    message = post_from_client(about, contact, _words(letter), author=author, mail_id=identity)
    message.at = min(mail.date or clock.now(), clock.now())
    _join_files(subject_of(message), letter, author)


def _take_stranger(letter: Letter, identity: str) -> None:
    mail = letter.mail
    task = add_task(
        _("Nouveau courriel de %(who)s : %(subject)s", who=_sender(mail), subject=_clean(mail.subject) or _("sans objet")),
        due_on=clock.today(), notes=_words(letter),
    )  # fmt: skip
    message = _keep(subject_of(task), _words(letter), mail, identity, Direction.INCOMING)
    _join_files(subject_of(message), letter, _sender(mail))


def _take_bounce(mail: Incoming, identity: str) -> None:
    references = _REFERENCE.findall(mail.bounced_message_id)
    ours = note_bounce(references[0], _clean(mail.bounce_reason)[:300]) if references else None
    if ours is not None:
        about = Subject("message", ours.id)
    else:
        address = mail.bounced_recipient or mail.from_addr
        task = add_task(
            _("Un courriel est revenu de %(address)s", address=address),
            due_on=clock.today(),
            notes=_clean(mail.bounce_reason),
        )
        about = subject_of(task)
    _keep(about, _clean(mail.bounce_reason) or _("Courriel revenu."), mail, identity, Direction.INTERNAL)


def _keep(about: Subject, text: str, mail: Incoming, identity: str, direction: Direction) -> ThreadMessage:
    """A row that counts as read: a note, or what a task already shows."""
    message = ThreadMessage(
        subject_kind=about.kind, subject_id=about.id, direction=direction, author=_sender(mail)[:200], body=text[:BODY_LENGTH],
        mail_id=identity, read_at=clock.now(),
    )  # fmt: skip
    db.session.add(message)
    db.session.flush()
    return message


def _join_files(about: Subject, letter: Letter, author: str) -> None:
    for ready in letter.files:
        attach(keep(ready, by=author), about, for_client=True)
    if letter.refused:
        record(about, "message.files_refused", names=list(letter.refused))


def _words(letter: Letter) -> str:
    """What is kept of its text, with what could not be kept said plainly."""
    mail = letter.mail
    text = _clean(mail.text)
    if len(text) > BODY_LENGTH - 500:
        text = text[: BODY_LENGTH - 500] + "\n" + _("[suite dans la boîte de réception]")
    if mail.truncated:
        text = _("[Courriel trop gros : lisez-le dans la boîte de réception]")
    if letter.refused:
        text += "\n" + _("[Pièces non reprises : %(names)s]", names=", ".join(letter.refused)[:300])
    return text.strip() or _("(courriel sans texte)")


def _sender(mail: Incoming) -> str:
    name = _clean(mail.from_name)
    return f"{name} <{mail.from_addr}>" if name else mail.from_addr or _("expéditeur inconnu")


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()
