"""What a payment page of a partner is asked for, and what is read of it: plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """One payment asked for: our reference, cents of euros, what it is for, and where the payer comes back to."""

    reference: str
    cents: int
    label: str
    back_url: str
    email: str = ""


@dataclass(frozen=True)
class Opened:
    """The partner's reference of the page, and its address."""

    ref: str
    url: str


@dataclass(frozen=True)
class Outcome:
    """What the partner says now. `state`: "open", "paid", "expired". `cents`: what was paid; `payment_ref`: its reference."""

    state: str
    cents: int
    currency: str
    reference: str
    payment_ref: str


@dataclass(frozen=True)
class RefundOrder:
    """Money to give back: our reference, cents, the partner's references of the payment and of its page; `whole`: all of it."""

    reference: str
    cents: int
    payment_ref: str
    page_ref: str
    whole: bool


@dataclass(frozen=True)
class Refunded:
    """A refund as the partner says it now. `state`: "pending", "done", "failed"; `reference`: ours, "" when it is not told;
    `at`: unix time, None when it is not told; `reason`: its own word for a failure."""

    ref: str
    cents: int
    state: str
    reference: str = ""
    at: int | None = None
    reason: str = ""
