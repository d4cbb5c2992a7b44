"""Smoobu's signed API, read only; the contract is in README.md beside this file."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

from app.connectors.calls import Mask, Observer
from app.connectors.errors import PartnerError
from app.connectors.http import TIMEOUT, Http, HttpRefusal
from app.connectors.smoobu.reading import lodging_of, read_page, stay_of
from app.connectors.stays import Page, RemoteLodging, RemoteStay, Window

PARTNER = "Smoobu"
PAGE_SIZE = 100
#: Smoobu takes a call as fresh for five minutes: beyond this, it is our clock that is wrong.
FRESH_SECONDS = 300


@dataclass(frozen=True)
class SmoobuConfig:
    """Key and secret of an account (Smoobu: Réglages avancés, API)."""

    key: str
    secret: str = field(repr=False)
    base_url: str = "https://login.smoobu.com"
    timeout: tuple[float, float] = TIMEOUT


def canonical_query(query: Mapping[str, str]) -> str:
    """The query as it is signed and sent: RFC 3986, sorted."""
    pairs = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in query.items())
    return "&".join(f"{name}={value}" for name, value in pairs)


def sign(config: SmoobuConfig, method: str, path: str, query: str, stamp: str, nonce: str, body: bytes = b"") -> str:
    """The value of X-Signature for the exact path, sorted query and body that are sent."""
    digest = hashlib.sha256(body).hexdigest()
    text = f"{method}\n{path}\n{query}\n{stamp}\n{nonce}\n{digest}\n{config.key}"
    return base64.b64encode(hmac.new(config.secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


class Smoobu:
    """A `StaySource`. `on_call` gets a masked record of each call; `clock` gives seconds since 1970."""

    def __init__(
        self, config: SmoobuConfig, on_call: Observer | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.config = config
        self._clock = clock
        self._ahead = 0.0
        mask = Mask(
            headers=frozenset({"X-API-Key", "X-Signature"}),
            secrets=(config.secret, config.key),
            fields=frozenset({"guest-name", "firstname", "lastname", "email", "phone", "notice", "assistant-notice"}),
        )
        self._http = Http(PARTNER, mask, on_call, config.timeout)

    def check(self) -> str:
        """The name of the account."""
        me = self._get("/api/me", {})
        name = " ".join(str(me.get(part) or "") for part in ("firstName", "lastName")).strip()
        return name or str(me.get("email") or me.get("id") or "")

    def lodgings(self) -> list[RemoteLodging]:
        """All of them, in Smoobu's order."""
        return [lodging_of(each) for each in self._get("/api/apartments", {}).get("apartments", [])]

    def stays(self, window: Window, page: int) -> Page:
        """One page of a hundred, from 1; cancellations and blocked dates included, with the parts of their prices."""
        query = {
            "page": str(page), "pageSize": str(PAGE_SIZE), "showCancellation": "true", "excludeBlocked": "false",
            "includePriceElements": "true",
        }  # fmt: skip
        asked = {"arrivalFrom": window.first, "arrivalTo": window.last, "modifiedFrom": window.changed_since}
        query |= {name: day.isoformat() for name, day in asked.items() if day is not None}
        return read_page(self._get("/api/reservations", query), page)

    def stay(self, stay_id: str) -> RemoteStay:
        """One stay as it is now.

        Raises:
            PartnerError: it does not exist, cannot be read, or Smoobu does not answer.
        """
        found = self._get(f"/api/reservations/{quote(stay_id, safe='')}", {"includePriceElements": "true"})
        try:
            return stay_of(found)
        except (KeyError, ValueError, TypeError) as error:
            raise PartnerError("La réponse de Smoobu est illisible.", final=False, detail=repr(error)) from error

    def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Asked again once, by Smoobu's own clock, when ours is wrong enough for it to refuse."""
        try:
            return self._signed(path, query)
        except HttpRefusal as refusal:
            if refusal.status != 401 or not self._wrong_clock(refusal):
                raise _explained(refusal, self._clock) from None
        try:
            return self._signed(path, query)
        except HttpRefusal as refusal:
            raise _explained(refusal, self._clock) from None

    def _signed(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        base, told = self.config.base_url.rstrip("/"), canonical_query(query)
        stamp = datetime.fromtimestamp(self._clock() + self._ahead, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        nonce = str(uuid.uuid4())
        headers = {
            "Accept": "application/json",
            "X-API-Key": self.config.key,
            "X-Timestamp": stamp,
            "X-Nonce": nonce,
            "X-Signature": sign(self.config, "GET", urlsplit(base).path + path, told, stamp, nonce),
        }
        document: dict[str, Any] = self._http.call(
            "GET", f"{base}{path}" + (f"?{told}" if told else ""), headers=headers
        )
        return document

    def _wrong_clock(self, refusal: HttpRefusal) -> bool:
        """Whether the answer's date is far from ours; it is then followed."""
        theirs = _date(refusal.headers.get("Date"))
        if theirs is None or abs(theirs - self._clock() - self._ahead) < FRESH_SECONDS:
            return False
        self._ahead = theirs - self._clock()
        return True


def _explained(refusal: HttpRefusal, clock: Callable[[], float]) -> HttpRefusal:
    if refusal.status == 401:
        refusal.message_fr = (
            "Smoobu refuse la clé ou le secret : créez-en de nouveaux dans Smoobu, puis enregistrez-les ici."
        )
    until = refusal.headers.get("X-RateLimit-Retry-After", "")
    if refusal.status == 429 and until.isdigit():  # a moment, not a number of seconds
        refusal.retry_after = max(0, round(int(until) - clock()))
    return refusal


def _date(value: str | None) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp() if value else None
    except (TypeError, ValueError):
        return None
