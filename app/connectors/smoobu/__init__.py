"""Smoobu: stays of short lets."""

from .client import Smoobu, SmoobuConfig

__all__ = ["Smoobu", "SmoobuConfig"]
