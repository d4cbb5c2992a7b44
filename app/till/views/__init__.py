"""Pages of the till. One blueprint, one file per page."""

from app.till.views import configure, index, screen, sessions, statistics, tickets
from app.till.views.blueprint import bp

__all__ = ["bp", "configure", "index", "screen", "sessions", "statistics", "tickets"]
