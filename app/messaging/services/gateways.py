"""The call itself: one message handed to one partner, its outcome as plain data. Never inside a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Literal

from app.connectors.calls import CallRecord
from app.connectors.errors import PartnerError
from app.connectors.http import HttpRefusal
from app.connectors.mail import smtp
from app.connectors.mail.compose import Attachment, Draft, Mailbox, compose
from app.connectors.sms import DeliveryStatus
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.partners import Route
from app.documents.models import StoredFile
from app.documents.services import open_file
from app.messaging.services.kinds import mail_account, sms_provider


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message claimed, with all that its call needs. `sender` and `reply_to` are addresses; `extra` our facts."""

    id: int
    claim: str
    route: Route
    recipient: str
    recipient_name: str
    subject: str
    text: str
    html: str
    reference: str
    sender: str
    sender_name: str
    reply_to: str
    files: Sequence[StoredFile] = ()
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it. `wait`: seconds that the partner asked for. `parts` and `price`: of an SMS, as the provider says.

    `account_at_fault`: the refusal is about the account or the partner, not about this message.
    """

    result: Literal["sent", "retry", "refused", "uncertain"]
    reason: str = ""
    provider_ref: str = ""
    wait: int | None = None
    parts: int | None = None
    price: str = ""
    account_at_fault: bool = False
    calls: tuple[CallRecord, ...] = ()


def hand_over(parcel: Parcel) -> Outcome:
    """Call the partner once."""
    calls: list[CallRecord] = []
    try:
        done = _send_mail(parcel, calls) if parcel.route.kind == "smtp" else _send_sms(parcel, calls)
    except PartnerError as error:
        result: Literal["uncertain", "refused", "retry"] = (
            "uncertain" if error.uncertain else "refused" if error.final else "retry"
        )
        blame = _blames_account(error, parcel.route.kind)
        return Outcome(result, error.message_fr, wait=error.retry_after, account_at_fault=blame, calls=tuple(calls))
    except DomainError as fault:  # a file to join that the storage lost
        return Outcome("refused", fault.message)
    return done


def _blames_account(error: PartnerError, kind: str) -> bool:
    if not error.final:
        return True
    if kind == "smtp":
        return not isinstance(error, smtp.RecipientRefused)
    return isinstance(error, HttpRefusal) and error.status in (401, 402, 403)


def message_id(reference: str, sender: str) -> str:
    """Our Message-ID: `<reference@domain of the sender>`."""
    return f"<{reference}@{sender.rpartition('@')[2]}>"


def _send_mail(parcel: Parcel, calls: list[CallRecord]) -> Outcome:
    account = mail_account(parcel.route.settings, parcel.route.secrets)
    if not parcel.sender:
        reason = _(
            "Aucune adresse d'expéditeur : donnez-la dans le compte d'envoi ou dans les réglages de l'organisation."
        )
        return Outcome("refused", reason)
    try:
        letter = compose(_draft(parcel))
    except ValueError as fault:
        return Outcome("refused", str(fault))
    started, status, answer = monotonic(), None, ""
    try:
        answer = smtp.send(account, letter)
        status = 250
    except PartnerError as error:
        answer = str(error)
        raise
    finally:
        calls.append(
            CallRecord(
                method="SMTP", url=f"smtp://{account.host}:{account.port}", status=status,
                ms=round((monotonic() - started) * 1000), request_masked=f"To: {parcel.recipient}\nMessage-ID: {letter['Message-ID']}",
                response_masked=answer,
            )
        )  # fmt: skip
    return Outcome("sent", provider_ref=answer[:120], calls=tuple(calls))


def _draft(parcel: Parcel) -> Draft:
    own_id = message_id(parcel.reference, parcel.sender)
    answered = str(parcel.extra.get("in_reply_to", ""))
    return Draft(
        sender=Mailbox(parcel.sender, parcel.sender_name),
        to=[Mailbox(parcel.recipient, parcel.recipient_name)],
        subject=parcel.subject,
        text=parcel.text,
        html=parcel.html,
        message_id=own_id,
        reply_to=Mailbox(parcel.reply_to, parcel.sender_name) if parcel.reply_to else None,
        in_reply_to=answered,
        attachments=[Attachment(file.name, file.mime, open_file(file)) for file in parcel.files],
        automatic=bool(parcel.extra.get("automatic")),
    )


def _send_sms(parcel: Parcel, calls: list[CallRecord]) -> Outcome:
    provider = sms_provider(parcel.route.kind, parcel.route.settings, parcel.route.secrets, calls.append)
    sent = provider.send(parcel.recipient, parcel.text, str(parcel.route.settings.get("sender", "")), parcel.reference)
    price = "" if sent.credits is None else f"{sent.credits:g}".replace(".", ",") + f" {sent.currency or _('crédits')}"
    return Outcome("sent", provider_ref=sent.provider_ref, parts=sent.parts, price=price, calls=tuple(calls))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider says of an SMS: its id when `found`, and where it is. `silent`: it could not answer."""

    silent: bool = False
    found: str = ""
    state: str = ""
    detail: str = ""
    calls: tuple[CallRecord, ...] = ()


def look_up(route: Route, reference: str) -> Answer:
    """Ask the provider whether it has a message of this reference."""
    calls: list[CallRecord] = []
    try:
        sent = sms_provider(route.kind, route.settings, route.secrets, calls.append).find(reference)
    except PartnerError as error:
        return Answer(silent=True, detail=error.message_fr, calls=tuple(calls))
    return Answer(found=sent.provider_ref if sent else "", calls=tuple(calls))


def where_is(route: Route, provider_ref: str) -> Answer:
    """Ask the provider where a message is."""
    calls: list[CallRecord] = []
    try:
        status: DeliveryStatus = sms_provider(route.kind, route.settings, route.secrets, calls.append).status(
            provider_ref
        )
    except PartnerError as error:
        return Answer(silent=True, detail=error.message_fr, calls=tuple(calls))
    return Answer(found=provider_ref, state=status.state, detail=status.detail, calls=tuple(calls))
