"""Whether an event really comes from Stripe: its signature over the exact bytes received."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

TOLERANCE = 300  # seconds in the past


class SignatureError(ValueError):
    """The signature is missing, wrong or too old."""


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The `v1` of a body at a unix time."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def verify(secret: str, header: str, body: bytes, now: float) -> dict[str, Any]:
    """The event. Raises SignatureError."""
    pairs = [part.strip().partition("=")[::2] for part in header.split(",")]
    times = [value for name, value in pairs if name == "t" and value.isascii() and value.isdigit()]
    if not secret or not times:
        raise SignatureError("no signature")
    expected = sign(secret, int(times[0]), body)
    if not any(name == "v1" and hmac.compare_digest(expected.encode(), value.encode()) for name, value in pairs):
        raise SignatureError("wrong signature")
    if now - int(times[0]) > TOLERANCE:
        raise SignatureError("too old")
    try:
        event = json.loads(body)
    except ValueError:
        raise SignatureError("not JSON") from None
    if not isinstance(event, dict):
        raise SignatureError("not an event")
    return event
