"""smsmode."""

from .client import Smsmode, SmsmodeConfig

__all__ = ["Smsmode", "SmsmodeConfig"]
