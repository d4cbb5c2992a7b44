"""Telling somebody something: by the channels he likes and has, at an hour that suits, and by telephone when nothing else reaches him."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.queries import organisation
from app.contacts.models import Contact
from app.core import clock, outbox
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.outbox import Channel, MessageState, OutboxMessage
from app.core.phones import is_mobile, parse_phone
from app.core.subject import Subject, subject_of
from app.messaging.services import letters
from app.messaging.services.quiet import next_allowed
from app.messaging.services.registry import Texts, template_named, texts_of
from app.messaging.services.rendering import render_text
from app.messaging.services.tasks import add_task, finish_tasks_about
from app.messaging.states import MESSAGES, NOT_LEFT


def tell(
    contact: Contact,
    code: str,
    *,
    about: Subject | None = None,
    facts: Mapping[str, str] | None = None,
    attachments: Sequence[int] = (),
    channels: Iterable[Channel] | None = None,
    urgent: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> list[OutboxMessage]:
    """Write the message of that code to a contact; returns what is on its way, nothing when the manager switched it off.

    Without `channels`: those the contact accepts. With them: those, when he can be reached so, whatever he prefers (a
    person asked for it). `facts` gives every placeholder of the template. `attachments` are ids of stored files, for the
    mail. `urgent`: an SMS may leave at night. When nothing can reach the contact, or he wishes to be called, a call is
    put on the task list.
    """
    require_transaction()
    texts = texts_of(code)
    if not texts.active:
        return []
    values = _values(code, contact, facts or {})
    asked = list(channels) if channels is not None else [channel for channel in Channel if _accepts(contact, channel)]
    options = {"about": about, "template": code, "contact_id": contact.id}
    notes = {"automatic": True, **(extra or {})}
    sent = []
    if Channel.EMAIL in asked and contact.email and texts.body:
        subject, text = (letters.with_typography(render_text(part, values)) for part in (texts.subject, texts.body))
        sent.append(_mail(contact.email, subject, text, attachments=attachments, facts=notes, **options))
    number = mobile_of(contact)
    if Channel.SMS in asked and number and texts.sms:
        sent.append(
            _sms(number, letters.for_sms(render_text(texts.sms, values)), urgent=urgent, facts=notes, **options)
        )
    _note(contact, code, about, sent)
    if not sent or (channels is None and contact.notify_call):
        _ask_to_call(contact, code, about, texts, values)
    return sent


def withdraw(codes: Collection[str], useless: Callable[[OutboxMessage], bool]) -> list[OutboxMessage]:
    """Of the messages of these codes that have not left, those that are `useless` now never leave. Returns them."""
    require_transaction()
    query = select(OutboxMessage).where(OutboxMessage.template.in_(codes), OutboxMessage.state.in_(NOT_LEFT))
    found = [message for message in db.session.scalars(query.with_for_update()) if useless(message)]
    for message in found:
        MESSAGES.move(message, MessageState.CANCELLED)
        finish_tasks_about(subject_of(message))
    db.session.flush()
    return found


def write_mail(
    to: Contact | str,
    subject: str,
    text: str,
    *,
    about: Subject | None = None,
    attachments: Sequence[int] = (),
    facts: Mapping[str, Any] | None = None,
) -> OutboxMessage:
    """A mail of free words, with the organisation's look. Raises DomainError when the contact has no address."""
    require_transaction()
    address = to if isinstance(to, str) else to.email
    if not address:
        raise DomainError(_("Ce contact n'a pas d'adresse de courriel. Complétez sa fiche, ou appelez-le."))
    return _mail(
        address, letters.with_typography(subject), letters.with_typography(text), about=about, attachments=attachments,
        contact_id=None if isinstance(to, str) else to.id, facts=dict(facts or {}),
    )  # fmt: skip


def mobile_of(contact: Contact) -> str:
    """The number that an SMS can reach, in international form; "" when there is none."""
    number = next((phone for phone in (contact.phone, contact.phone_2) if phone and is_mobile(phone)), "")
    return parse_phone(number) if number else ""


def reachable_by(contact: Contact) -> list[Channel]:
    """The channels that can reach a contact, whatever he prefers."""
    found = [Channel.EMAIL] if contact.email else []
    return [*found, Channel.SMS] if mobile_of(contact) else found


def preferred(contact: Contact) -> list[Channel]:
    """The channels that can reach a contact and that he accepts."""
    return [channel for channel in reachable_by(contact) if _accepts(contact, channel)]


def _accepts(contact: Contact, channel: Channel) -> bool:
    return contact.notify_email if channel == Channel.EMAIL else contact.notify_sms


def _values(code: str, contact: Contact, facts: Mapping[str, str]) -> dict[str, str]:
    template = template_named(code)
    missing = template.placeholders.keys() - facts.keys()
    if missing:
        raise LookupError(f"the message {code!r} needs {', '.join(sorted(missing))}")
    return {**common_values(contact.name), **{name: str(facts[name]) for name in template.placeholders}}


def common_values(client: str) -> dict[str, str]:
    """The placeholders of every message."""
    who = organisation()
    place = ", ".join(filter(None, (who.address, f"{who.postcode} {who.town}".strip()))) if who else ""
    return {
        "client": client,
        "organisation": who.name if who else "",
        "telephone": who.phone if who else "",
        "adresse": place,
    }


def _mail(address: str, subject: str, text: str, **options: Any) -> OutboxMessage:
    return outbox.write(
        Channel.EMAIL, address, subject, letters.plain(text), html=letters.html(subject, text), **options
    )


def _sms(number: str, text: str, *, urgent: bool, facts: dict[str, Any], **options: Any) -> OutboxMessage:
    at = None if urgent else _later_than_now(next_allowed(clock.now()))
    return outbox.write(Channel.SMS, number, "", text, at=at, facts={**facts, "quiet": not urgent}, **options)


def _later_than_now(moment: datetime) -> datetime | None:
    return moment if moment > clock.now() else None


def _note(contact: Contact, code: str, about: Subject | None, sent: list[OutboxMessage]) -> None:
    if about is None:
        return
    for message in sent:
        record(
            about, "message.written", message=message.id, channel=message.channel.value, to=contact.name,
            name=template_named(code).name,
        )  # fmt: skip


def _ask_to_call(contact: Contact, code: str, about: Subject | None, texts: Texts, values: Mapping[str, str]) -> None:
    words = texts.sms or texts.body
    add_task(
        _("Appeler %(name)s : %(what)s", name=contact.name, what=template_named(code).name),
        call=True,
        due_on=clock.today(),
        about=about,
        contact_id=contact.id,
        notes=letters.plain(letters.with_typography(render_text(words, values))),
    )
