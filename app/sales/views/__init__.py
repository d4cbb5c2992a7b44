"""Pages of quotes, orders and invoices. Two blueprints, one file per page."""

from app.sales.views import (
    answer,
    archives,
    batches,
    chain,
    client,
    document,
    index,
    invoices,
    offer_lines,
    offers,
    repeats,
    schedule,
    show,
    ticket,
)
from app.sales.views.blueprint import bp
from app.sales.views.blueprint import invoices as invoices_bp

__all__ = [
    "answer", "archives", "batches", "bp", "chain", "client", "document", "index", "invoices", "invoices_bp", "offer_lines", "offers",
    "repeats", "schedule", "show", "ticket",
]  # fmt: skip
