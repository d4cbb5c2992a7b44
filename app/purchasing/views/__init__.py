"""Pages of purchasing. One blueprint, one file per page."""

from app.purchasing.views import bills, index, receiving, show
from app.purchasing.views.blueprint import bp

__all__ = ["bills", "bp", "index", "receiving", "show"]
