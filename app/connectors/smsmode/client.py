"""smsmode over its REST API; the contract is in README.md beside this file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from app.connectors.calls import Mask, Observer
from app.connectors.errors import PartnerError
from app.connectors.http import TIMEOUT, Http, HttpRefusal
from app.connectors.sms import Account, DeliveryStatus, Sent, check_sms, segments

PARTNER = "smsmode"
DELIVERED = frozenset({"DELIVERED", "READ"})
FAILED = frozenset({"UNDELIVERABLE", "UNDELIVERED"})
MAX_PARTS = 10
REFERENCE_CHARS = 140
PAGE_SIZE = 100
MAX_PAGES = 20


@dataclass(frozen=True)
class SmsmodeConfig:
    """The key of an SMS channel."""

    api_key: str = field(repr=False)
    base_url: str = "https://rest.smsmode.com"
    timeout: tuple[float, float] = TIMEOUT


class Smsmode:
    """An `SmsProvider`. `on_call` gets a masked record of each call."""

    def __init__(self, config: SmsmodeConfig, on_call: Observer | None = None) -> None:
        self.config = config
        mask = Mask(headers=frozenset({"X-Api-Key"}), secrets=(config.api_key,), fields=frozenset({"text"}))
        self._http = Http(PARTNER, mask, on_call, config.timeout)

    def send(self, to_e164: str, text: str, sender: str, reference: str) -> Sent:
        """Send one transactional SMS, now; without `sender`, by the default of the channel."""
        check_sms(to_e164, text, sender)
        if segments(text).parts > MAX_PARTS:
            raise PartnerError("Le SMS est trop long pour smsmode : 1 530 caractères au plus.", final=True)
        message: dict[str, Any] = {
            "recipient": {"to": to_e164.lstrip("+")},
            "body": {"text": text, "stop": False},
            "refClient": reference[:REFERENCE_CHARS],
        }
        if sender:
            message["from"] = sender
        return _sent(self._call("POST", "/sms/v1/messages", message))

    def status(self, provider_ref: str) -> DeliveryStatus:
        """Where the message is. smsmode answers 404 for a while after it accepted one: it counts as sent."""
        try:
            message = self._call("GET", f"/sms/v1/messages/{quote(provider_ref, safe='')}")
        except HttpRefusal as refusal:
            if refusal.status == 404:
                return DeliveryStatus("sent", "rapport pas encore disponible")
            raise
        status = message.get("status") or {}
        value, detail = status.get("value", ""), status.get("detail") or ""
        if value in DELIVERED:
            return DeliveryStatus("delivered", detail)
        if value in FAILED:
            return DeliveryStatus("failed", detail or value)
        return DeliveryStatus("sent", detail)

    def find(self, reference: str) -> Sent | None:
        """The message of the last 10 days that carries this reference, or None."""
        wanted = reference[:REFERENCE_CHARS]
        for page in range(1, MAX_PAGES + 1):
            query = urlencode({"refClient": wanted, "page": page, "pageSize": PAGE_SIZE})
            items = self._call("GET", f"/sms/v1/messages?{query}").get("items") or []
            for item in items:
                if item.get("refClient", wanted) == wanted:
                    return _sent(item)
            if len(items) < PAGE_SIZE:
                break
        return None

    def check(self) -> Account:
        """The organisation and its balance in euros."""
        found = self._call("GET", "/commons/v1/organisations")
        items = found.get("items")
        if not items:
            raise PartnerError("Cette clé smsmode ne donne accès à aucune organisation.", final=True)
        balance = items[0].get("balance") or {}
        return Account(items[0].get("name") or PARTNER, balance.get("amount"), balance.get("currency") or "EUR")

    def _call(self, method: str, path: str, payload: dict[str, Any] | None = None) -> Any:
        headers = {"X-Api-Key": self.config.api_key, "Accept": "application/json"}
        body = b""
        if payload is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(payload).encode()
        return self._http.call(method, self.config.base_url.rstrip("/") + path, headers=headers, body=body)


def _sent(message: dict[str, Any]) -> Sent:
    if not message.get("messageId"):
        raise PartnerError(
            "La réponse de smsmode est incomplète : l'envoi est peut-être parti.", final=False, uncertain=True
        )
    price = message.get("price") or {}
    parts = (message.get("body") or {}).get("messagePartCount") or 1
    return Sent(message["messageId"], int(parts), price.get("amount"), price.get("currency") or "EUR")
