"""Pages of the concierge."""

from app.concierge.views import approving, lodgings, mandates, mapping, months, statements, stays, terms
from app.concierge.views.blueprint import bp

__all__ = ["approving", "bp", "lodgings", "mandates", "mapping", "months", "statements", "stays", "terms"]
