"""HelloAsso Checkout."""

from .client import HelloAsso, HelloAssoConfig, signature

__all__ = ["HelloAsso", "HelloAssoConfig", "signature"]
