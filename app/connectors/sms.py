"""What every SMS provider offers, and how a text is cut into the parts that are paid for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from .errors import PartnerError

# 3GPP TS 23.038: the default alphabet, and the characters that cost an escape more.
GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENDED = frozenset("\f^{}\\[~]|€")

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SENDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ]{0,10}")


@dataclass(frozen=True)
class Sent:
    """A message the provider accepted. `credits` is its price in `currency`, or in the provider's credits when ""."""

    provider_ref: str
    parts: int
    credits: float | None
    currency: str = ""


@dataclass(frozen=True)
class DeliveryStatus:
    """Where a message is; `detail` is the provider's own word on it."""

    state: Literal["sent", "delivered", "failed"]
    detail: str = ""


@dataclass(frozen=True)
class Account:
    """Who we are for the provider, and what is left (`credits`, in `currency` or in provider's credits when "")."""

    label: str
    credits: float | None
    currency: str = ""


class SmsProvider(Protocol):
    """A provider of SMS. Every method may raise PartnerError."""

    def send(self, to_e164: str, text: str, sender: str, reference: str) -> Sent:
        """Send `text` once; `reference` is ours, by which `find` recognises the message."""
        ...

    def status(self, provider_ref: str) -> DeliveryStatus:
        """Ask where a message is."""
        ...

    def find(self, reference: str) -> Sent | None:
        """The message sent with `reference`, or None when the provider has none."""
        ...

    def check(self) -> Account:
        """Prove that the credentials work."""
        ...


class Segments(NamedTuple):
    """`encoding` of a text, `parts` it is cut into, `chars` it uses (an extended character of GSM-7 uses two)."""

    encoding: Literal["GSM-7", "UCS-2"]
    parts: int
    chars: int


def segments(text: str) -> Segments:
    """How a text travels: 160 then 153 characters a part in GSM-7, 70 then 67 in UCS-2. An empty text has no part."""
    if all(char in GSM7_BASIC or char in GSM7_EXTENDED for char in text):
        sizes = [2 if char in GSM7_EXTENDED else 1 for char in text]
        return Segments("GSM-7", _parts(sizes, 160, 153), sum(sizes))
    sizes = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return Segments("UCS-2", _parts(sizes, 70, 67), sum(sizes))


def _parts(sizes: list[int], alone: int, joined: int) -> int:
    """Number of parts; neither an escape sequence nor a surrogate pair is split between two of them."""
    if sum(sizes) <= alone:
        return 1 if sizes else 0
    parts, used = 1, 0
    for size in sizes:
        if used + size > joined:
            parts, used = parts + 1, 0
        used += size
    return parts


def check_sms(to_e164: str, text: str, sender: str) -> None:
    """Refuse here what any provider would refuse: PartnerError, final, in words that name the field."""
    if not _E164.fullmatch(to_e164):
        raise PartnerError("Le numéro du destinataire n'est pas un numéro international valable.", final=True)
    if not text.strip():
        raise PartnerError("Le texte du SMS est vide.", final=True)
    if sender and not (_SENDER.fullmatch(sender) or re.fullmatch(r"\+?\d{3,15}", sender)):
        raise PartnerError(
            f"L'expéditeur « {sender} » n'est pas accepté : 11 lettres ou chiffres au plus, sans accent.", final=True
        )
