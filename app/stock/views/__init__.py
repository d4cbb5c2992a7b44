"""Pages of stock. One blueprint, one file per page."""

from app.stock.views import article, counts, index, moves
from app.stock.views.blueprint import bp

__all__ = ["article", "bp", "counts", "index", "moves"]
