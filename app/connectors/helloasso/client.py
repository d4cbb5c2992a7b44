"""HelloAsso Checkout v5 over HTTP; the contract is in README.md beside this file."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from app.connectors.calls import Mask, Observer
from app.connectors.checkout import Opened, Order, Outcome
from app.connectors.errors import PartnerError
from app.connectors.http import TIMEOUT, Http
from app.connectors.tokens import Tokens

PARTNER = "HelloAsso"
PAID = frozenset({"Authorized", "AuthorizedPreprod"})
EARLY = 60  # seconds before its end at which a token is renewed


@dataclass(frozen=True)
class HelloAssoConfig:
    """The API client of an association, `slug` being its name in the addresses of HelloAsso."""

    client_id: str
    client_secret: str = field(repr=False)
    slug: str
    base_url: str = "https://api.helloasso.com"
    timeout: tuple[float, float] = TIMEOUT


def signature(key: str, body: bytes) -> str:
    """The `x-ha-signature` of a notification."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


class HelloAsso:
    """`on_call` gets a masked record of each call."""

    def __init__(self, config: HelloAssoConfig, on_call: Observer | None = None) -> None:
        self.config = config
        hidden = frozenset({"access_token", "refresh_token", "client_secret", "firstName", "lastName", "email"})
        mask = Mask(headers=frozenset({"Authorization"}), secrets=(config.client_secret,), fields=hidden)
        self._http = Http(PARTNER, mask, on_call, config.timeout)
        self._base = config.base_url.rstrip("/")
        self._tokens = Tokens(
            Http(PARTNER, mask, None, config.timeout), f"{self._base}/oauth2/token", config.client_id, config.client_secret,
            early=EARLY, empty="HelloAsso n'a pas donné d'accès.", refreshes=True,
        )  # fmt: skip
        self._intents = f"/v5/organizations/{quote(config.slug, safe='')}/checkout-intents"

    def create(self, order: Order) -> Opened:
        """The payment page of an order."""
        wanted = {
            "totalAmount": order.cents, "initialAmount": order.cents, "itemName": order.label[:250],
            "backUrl": order.back_url, "errorUrl": order.back_url, "returnUrl": order.back_url, "containsDonation": False,
            "metadata": {"reference": order.reference},
        }  # fmt: skip
        if order.email:
            wanted["payer"] = {"email": order.email}
        found = self._call("POST", self._intents, json.dumps(wanted).encode())
        if not found.get("id") or not found.get("redirectUrl"):
            raise PartnerError("La réponse de HelloAsso est incomplète.", final=False, uncertain=True)
        return Opened(str(found["id"]), str(found["redirectUrl"]))

    def read(self, ref: str) -> Outcome:
        """How an intent ended, in the partner's own words now: an order is there only once paid."""
        found = self._call("GET", f"{self._intents}/{quote(ref, safe='')}")
        payments = (found.get("order") or {}).get("payments") or []
        good = [payment for payment in payments if payment.get("state") in PAID]
        reference = str((found.get("metadata") or {}).get("reference") or "")
        if not good:
            return Outcome("open", 0, "eur", reference, "")
        return Outcome("paid", sum(int(payment["amount"]) for payment in good), "eur", reference, str(good[0]["id"]))

    def check(self) -> str:
        """A token, and the name that it opens."""
        self._tokens.access()
        return self.config.slug

    def _call(self, method: str, path: str, body: bytes = b"") -> Any:
        return self._tokens.call(lambda: self._once(method, path, body))

    def _once(self, method: str, path: str, body: bytes) -> Any:
        headers = {"Authorization": f"Bearer {self._tokens.access()}", "Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        return self._http.call(method, self._base + path, headers=headers, body=body)
