"""Pages of the concierge."""

from app.concierge.views import lodgings, mandates, mapping, months, statements, stays, terms
from app.concierge.views.blueprint import bp

__all__ = ["bp", "lodgings", "mandates", "mapping", "months", "statements", "stays", "terms"]
