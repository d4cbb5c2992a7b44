"""Pages of the planning."""

from app.planning.views import bookings, days, feeds, index
from app.planning.views.blueprint import bp

__all__ = ["bookings", "bp", "days", "feeds", "index"]
