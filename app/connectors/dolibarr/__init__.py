"""Dolibarr: customer invoices."""

from .client import Dolibarr, DolibarrConfig

__all__ = ["Dolibarr", "DolibarrConfig"]
