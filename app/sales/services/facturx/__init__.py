"""Factur-X: what an issued document says in EN 16931, the proof that it obeys the rules, and the PDF that carries it."""

from app.sales.services.facturx.page import render
from app.sales.services.facturx.rules import check
from app.sales.services.facturx.shape import snapshot
from app.sales.services.facturx.xml import xml_of

__all__ = ["check", "render", "snapshot", "xml_of"]
