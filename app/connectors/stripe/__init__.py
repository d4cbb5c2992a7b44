"""Stripe Checkout."""

from .client import Stripe, StripeConfig
from .webhook import SignatureError, verify

__all__ = ["SignatureError", "Stripe", "StripeConfig", "verify"]
