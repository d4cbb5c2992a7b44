"""OVHcloud SMS over its signed REST API; the contract is in README.md beside this file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from app.connectors.calls import Mask, Observer
from app.connectors.errors import PartnerError
from app.connectors.http import TIMEOUT, Http, HttpRefusal
from app.connectors.sms import Account, DeliveryStatus, Segments, Sent, check_sms, segments

PARTNER = "OVHcloud"
DELIVERED = frozenset({1})
FAILED = frozenset({2, 16})
TAG_CHARS = 20

SENTENCES = {
    "NOT_GRANTED_CALL": "La clé OVHcloud n'a pas droit à ce service SMS : créez-en une avec les droits sur /sms.",
    "INVALID_KEY": "OVHcloud ne reconnaît pas la clé d'application : vérifiez-la dans les réglages.",
    "INVALID_CREDENTIAL": "La clé consommateur OVHcloud n'est pas ou plus valable : créez-en une autre.",
    "NOT_CREDENTIAL": "OVHcloud demande des identifiants : vérifiez les trois clés dans les réglages.",
    "INVALID_SIGNATURE": "OVHcloud refuse la signature : vérifiez le secret d'application dans les réglages.",
    "QUERY_TIME_OUT": "OVHcloud refuse l'heure de la demande : vérifiez l'horloge du serveur.",
}


@dataclass(frozen=True)
class OvhConfig:
    """Keys of an OVHcloud application and the SMS service to use (`sms-ab12345-1`)."""

    application_key: str
    application_secret: str = field(repr=False)
    consumer_key: str = field(repr=False)
    service_name: str
    base_url: str = "https://eu.api.ovh.com/1.0"
    timeout: tuple[float, float] = TIMEOUT


def sign(config: OvhConfig, method: str, url: str, body: str, timestamp: int) -> str:
    """The value of X-Ovh-Signature for the exact URL and body that are sent."""
    parts = (config.application_secret, config.consumer_key, method, url, body, str(timestamp))
    return "$1$" + hashlib.sha1("+".join(parts).encode(), usedforsecurity=False).hexdigest()


def tag_of(reference: str) -> str:
    """Our reference as OVHcloud's `tag`: itself when short and plain, else a digest of it."""
    if re.fullmatch(rf"[A-Za-z0-9-]{{1,{TAG_CHARS}}}", reference):
        return reference
    return hashlib.sha256(reference.encode()).hexdigest()[:TAG_CHARS]


class OvhSms:
    """An `SmsProvider`. `on_call` gets a masked record of each call; `clock` gives seconds since 1970."""

    def __init__(
        self, config: OvhConfig, on_call: Observer | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.config = config
        self._clock = clock
        self._ahead: int | None = None
        mask = Mask(
            headers=frozenset({"X-Ovh-Application", "X-Ovh-Consumer", "X-Ovh-Signature"}),
            secrets=(config.application_secret, config.consumer_key),
            fields=frozenset({"message"}),
        )
        self._http = Http(PARTNER, mask, on_call, config.timeout)

    def send(self, to_e164: str, text: str, sender: str, reference: str) -> Sent:
        """Send one transactional SMS, now; without `sender`, from a short number that can be answered."""
        check_sms(to_e164, text, sender)
        size = segments(text)
        job: dict[str, Any] = {
            "charset": "UTF-8",
            "coding": "7bit" if size.encoding == "GSM-7" else "8bit",
            "message": text,
            "noStopClause": True,
            "priority": "high",
            "receivers": [to_e164],
            "tag": tag_of(reference),
        }
        job |= {"sender": sender} if sender else {"senderForResponse": True}
        return self._accepted(self._call("POST", self._service("/jobs"), job), size)

    def status(self, provider_ref: str) -> DeliveryStatus:
        """Where the message is; one still in the queue of jobs counts as sent."""
        try:
            message = self._call("GET", self._service(f"/outgoing/{quote(provider_ref)}"))
        except HttpRefusal as refusal:
            if refusal.status != 404:
                raise
            self._call("GET", self._service(f"/jobs/{quote(provider_ref)}"))
            return DeliveryStatus("sent", "en attente chez OVHcloud")
        receipt = message.get("deliveryReceipt", 0)
        if receipt in DELIVERED:
            return DeliveryStatus("delivered")
        if receipt in FAILED:
            return DeliveryStatus("failed", self._why(message.get("ptt")))
        return DeliveryStatus("sent")

    def find(self, reference: str) -> Sent | None:
        """The message sent with this reference, by its tag. None while it is still in the queue of jobs: wait, then
        ask again before concluding (README.md)."""
        query = urlencode({"tag": tag_of(reference)})
        ids = self._call("GET", self._service(f"/outgoing?{query}"), expects=list)
        if not ids:
            return None
        message = self._call("GET", self._service(f"/outgoing/{min(ids)}"))
        return Sent(str(message["id"]), int(message.get("numberOfSms", 1)), message.get("credits"))

    def check(self) -> Account:
        """The service and the credits left; says which services exist when the one configured is not among them."""
        services = self._call("GET", "/sms", expects=list)
        if self.config.service_name not in services:
            known = ", ".join(services) or "aucun"
            raise PartnerError(
                f"Le service SMS « {self.config.service_name} » n'est pas sur ce compte OVHcloud (services : {known}).",
                final=True,
            )
        service = self._call("GET", self._service(""))
        return Account(service.get("description") or self.config.service_name, service.get("creditsLeft"))

    def _accepted(self, report: dict[str, Any], size: Segments) -> Sent:
        if report.get("ids"):
            return Sent(str(report["ids"][0]), size.parts, report.get("totalCreditsRemoved"))
        raise PartnerError("OVHcloud refuse le numéro du destinataire : vérifiez-le.", final=True, detail=str(report))

    def _why(self, ptt: Any) -> str:
        """OVHcloud's words for an operator's code; the code alone when it does not answer."""
        with contextlib.suppress(PartnerError):
            return str(self._call("GET", "/sms/ptts?" + urlencode({"ptt": ptt}))["description"])
        return f"code opérateur {ptt}"

    def _service(self, path: str) -> str:
        return f"/sms/{quote(self.config.service_name, safe='')}{path}"

    def _call(self, method: str, path: str, payload: dict[str, Any] | None = None, expects: type = dict) -> Any:
        body = json.dumps(payload, separators=(",", ":")) if payload is not None else ""
        try:
            return self._signed(method, path, body, expects)
        except HttpRefusal as refusal:
            code = refusal.document.get("errorCode") if isinstance(refusal.document, dict) else None
            if code == "QUERY_TIME_OUT":  # refused before anything was done: read the clock anew for the next try
                self._ahead = None
            if code in SENTENCES:
                refusal.message_fr = SENTENCES[code]
                refusal.final = code != "QUERY_TIME_OUT"
            raise

    def _signed(self, method: str, path: str, body: str, expects: type) -> Any:
        url = self.config.base_url.rstrip("/") + path
        timestamp = self._now()
        headers = {
            "Content-Type": "application/json",
            "X-Ovh-Application": self.config.application_key,
            "X-Ovh-Consumer": self.config.consumer_key,
            "X-Ovh-Timestamp": str(timestamp),
            "X-Ovh-Signature": sign(self.config, method, url, body, timestamp),
        }
        return self._http.call(method, url, headers=headers, body=body.encode(), expects=expects)

    def _now(self) -> int:
        """Seconds by OVHcloud's clock, which is read once."""
        if self._ahead is None:
            theirs = self._http.call("GET", self.config.base_url.rstrip("/") + "/auth/time", headers={}, expects=int)
            self._ahead = theirs - int(self._clock())
        return int(self._clock()) + self._ahead
