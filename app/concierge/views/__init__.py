"""Pages of the concierge."""

from app.concierge.views.blueprint import bp

__all__ = ["bp"]
