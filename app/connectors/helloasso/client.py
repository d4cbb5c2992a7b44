"""HelloAsso Checkout v5 over HTTP; the contract is in README.md beside this file."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from app.connectors.calls import Mask, Observer
from app.connectors.checkout import Opened, Order, Outcome, Refunded, RefundOrder
from app.connectors.errors import PartnerError
from app.connectors.http import TIMEOUT, Http
from app.connectors.tokens import Tokens

PARTNER = "HelloAsso"
PAID = frozenset({"Authorized", "AuthorizedPreprod"})
#: Their words of a refund; any other (« Init », « Processing ») is on its way.
ENDED = {
    "Processed": "done", "Error": "failed", "InternalError": "failed", "Refused": "failed", "Aborted": "failed", "Canceled": "failed",
}  # fmt: skip
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

    #: A refund knows no key: asked twice, it is made twice.
    keyed: ClassVar[bool] = False

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

    def refund(self, order: RefundOrder) -> Refunded:
        """Give money back. It bears no reference of ours: a lost answer is looked for by `refunds`, never asked again blindly."""
        wanted = {"comment": order.reference, "sendRefundMail": "true"} | (
            {} if order.whole else {"amount": str(order.cents)}
        )
        path = f"/v5/payments/{quote(order.payment_ref, safe='')}/refund?{urlencode(wanted)}"
        found = _refunded(self._call("POST", path))
        if not found.ref:
            raise PartnerError("La réponse de HelloAsso est incomplète.", final=False, uncertain=True)
        return found

    def refunds(self, payment_ref: str, page_ref: str) -> list[Refunded]:
        """All that was given back of a payment, by us or on their site."""
        found = self._call("GET", f"{self._intents}/{quote(page_ref, safe='')}")
        payments = (found.get("order") or {}).get("payments") or []
        mine = [payment for payment in payments if str(payment.get("id")) == payment_ref]
        return [_refunded(row) for payment in mine for row in payment.get("refundOperations") or []]

    def page_of(self, payment_ref: str) -> str:
        """Their payments are found by our reference: "" always."""
        return ""

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


def _refunded(row: Any) -> Refunded:
    state = str(row.get("state") or row.get("status") or "")
    made = str((row.get("meta") or {}).get("createdAt") or row.get("creationDate") or "")
    return Refunded(
        str(row.get("id") or ""), int(row.get("amount") or 0), ENDED.get(state, "pending"), "", _unix(made),
        state if ENDED.get(state) == "failed" else "",
    )  # fmt: skip


def _unix(text: str) -> int | None:
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError:
        return None
