"""Pages of quotes. One blueprint, one file per page."""

from app.sales.views import answer, index, show, ticket
from app.sales.views.blueprint import bp

__all__ = ["answer", "bp", "index", "show", "ticket"]
