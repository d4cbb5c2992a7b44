"""Stripe Checkout over HTTP; the contract is in README.md beside this file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from app.connectors.calls import Mask, Observer
from app.connectors.checkout import Opened, Order, Outcome, Refunded, RefundOrder
from app.connectors.errors import PartnerError
from app.connectors.http import TIMEOUT, Http

PARTNER = "Stripe"
VERSION = "2026-06-24.dahlia"
SESSIONS = "/v1/checkout/sessions"
REFUNDS = "/v1/refunds"
#: Their words of a refund; any other (« pending », « requires_action ») is on its way.
ENDED = {"succeeded": "done", "failed": "failed", "canceled": "failed"}


@dataclass(frozen=True)
class StripeConfig:
    """The secret key of an account."""

    secret_key: str = field(repr=False)
    base_url: str = "https://api.stripe.com"
    timeout: tuple[float, float] = TIMEOUT


class Stripe:
    """`on_call` gets a masked record of each call."""

    #: A refund asked twice with the same reference is made once.
    keyed: ClassVar[bool] = True

    def __init__(self, config: StripeConfig, on_call: Observer | None = None) -> None:
        self.config = config
        hidden = frozenset({"customer_email", "email", "name", "phone"})
        mask = Mask(headers=frozenset({"Authorization"}), secrets=(config.secret_key,), fields=hidden)
        self._http = Http(PARTNER, mask, on_call, config.timeout)

    def create(self, order: Order) -> Opened:
        """The payment page of an order; the same reference gives the same page, so a lost answer is asked again."""
        form = {
            "mode": "payment", "locale": "fr", "client_reference_id": order.reference, "success_url": order.back_url,
            "cancel_url": order.back_url, "metadata[reference]": order.reference, "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": "eur", "line_items[0][price_data][unit_amount]": str(order.cents),
            "line_items[0][price_data][product_data][name]": order.label[:250],
        }  # fmt: skip
        if order.email:
            form["customer_email"] = order.email
        found = self._call("POST", SESSIONS, urlencode(form).encode(), order.reference)
        if not found.get("id") or not found.get("url"):
            raise PartnerError("La réponse de Stripe est incomplète.", final=False, uncertain=True)
        return Opened(str(found["id"]), str(found["url"]))

    def read(self, ref: str) -> Outcome:
        """How a page ended, in the partner's own words now."""
        found = self._call("GET", f"{SESSIONS}/{quote(ref, safe='')}")
        state = "paid" if found.get("payment_status") == "paid" else str(found.get("status") or "open")
        return Outcome(
            state if state in ("paid", "expired") else "open", int(found.get("amount_total") or 0),
            str(found.get("currency") or ""), str(found.get("client_reference_id") or ""), str(found.get("payment_intent") or ref),
        )  # fmt: skip

    def refund(self, order: RefundOrder) -> Refunded:
        """Give money back; the same reference gives the same refund, so a lost answer is asked again."""
        form = {"payment_intent": order.payment_ref, "amount": str(order.cents), "metadata[reference]": order.reference}
        found = _refunded(self._call("POST", REFUNDS, urlencode(form).encode(), order.reference))
        if not found.ref:
            raise PartnerError("La réponse de Stripe est incomplète.", final=False, uncertain=True)
        return found

    def refunds(self, payment_ref: str, page_ref: str) -> list[Refunded]:
        """All that was given back of a payment, by us or on their site."""
        found = self._call("GET", f"{REFUNDS}?{urlencode({'payment_intent': payment_ref, 'limit': '100'})}")
        return [_refunded(row) for row in found.get("data") or []]

    def page_of(self, payment_ref: str) -> str:
        """The page by which a payment was made; "" when it was made otherwise."""
        found = self._call("GET", f"{SESSIONS}?{urlencode({'payment_intent': payment_ref, 'limit': '1'})}")
        return next((str(row.get("id") or "") for row in found.get("data") or []), "")

    def check(self) -> str:
        """A call that only a right key may make."""
        self._call("GET", f"{SESSIONS}?limit=1")
        return "test" if self.config.secret_key.startswith("sk_test") else "réel"

    def _call(self, method: str, path: str, body: bytes = b"", key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.config.secret_key}", "Stripe-Version": VERSION}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": key}
        return self._http.call(method, self.config.base_url.rstrip("/") + path, headers=headers, body=body)


def _refunded(row: Any) -> Refunded:
    return Refunded(
        str(row.get("id") or ""), int(row.get("amount") or 0), ENDED.get(str(row.get("status")), "pending"),
        str((row.get("metadata") or {}).get("reference") or ""), row.get("created"), str(row.get("failure_reason") or ""),
    )  # fmt: skip
