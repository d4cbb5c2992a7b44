"""Pages of the concierge."""

from app.concierge.views import mapping, months, statements, stays
from app.concierge.views.blueprint import bp

__all__ = ["bp", "mapping", "months", "statements", "stays"]
