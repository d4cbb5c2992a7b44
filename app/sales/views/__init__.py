"""Pages of quotes, orders and invoices. Two blueprints, one file per page."""

from app.sales.views import answer, chain, client, document, index, invoices, show, ticket
from app.sales.views.blueprint import bp
from app.sales.views.blueprint import invoices as invoices_bp

__all__ = ["answer", "bp", "chain", "client", "document", "index", "invoices", "invoices_bp", "show", "ticket"]
