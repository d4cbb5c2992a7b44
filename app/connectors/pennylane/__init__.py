"""Pennylane: customer invoices."""

from .client import Pennylane, PennylaneConfig

__all__ = ["Pennylane", "PennylaneConfig"]
