"""Factur-X: what an issued document says in EN 16931, the proof that it obeys the rules, and the PDF that carries it."""

from app.documents.einvoices import ReadInvoice, read_invoice
from app.sales.services.facturx.page import render
from app.sales.services.facturx.preflight import preflight
from app.sales.services.facturx.publishing import prove, publish, recheck, sendable, waiting_document
from app.sales.services.facturx.rules import check
from app.sales.services.facturx.shape import snapshot
from app.sales.services.facturx.xml import xml_of

__all__ = [
    "ReadInvoice", "check", "preflight", "prove", "publish", "read_invoice", "recheck", "render", "sendable", "snapshot",
    "waiting_document", "xml_of",
]  # fmt: skip
