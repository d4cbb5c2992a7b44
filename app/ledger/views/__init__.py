"""Pages of the ledger. One blueprint, one file per page."""

from app.ledger.views import accounts, chart, entries, exports, index, vat
from app.ledger.views.blueprint import bp

__all__ = ["accounts", "bp", "chart", "entries", "exports", "index", "vat"]
