"""The flow service of an approved platform (AFNOR XP Z12-013)."""

from .client import Afnor, AfnorConfig, Flow, Sending, parse_moment, stamp

__all__ = ["Afnor", "AfnorConfig", "Flow", "Sending", "parse_moment", "stamp"]
