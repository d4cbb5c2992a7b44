"""Pages of the concierge."""

from app.concierge.views import mapping, stays
from app.concierge.views.blueprint import bp

__all__ = ["bp", "mapping", "stays"]
