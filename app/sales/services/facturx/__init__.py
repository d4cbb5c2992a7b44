"""Factur-X: what an issued document says in EN 16931, the proof that it obeys the rules, and the PDF that carries it."""

from app.sales.services.facturx.shape import snapshot, vat_shares

__all__ = ["snapshot", "vat_shares"]
