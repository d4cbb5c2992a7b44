"""Pages of exchange: the import wizard and its report, the exports."""

from app.exchange.views import exports, imports, prices, reports
from app.exchange.views.blueprint import bp

__all__ = ["bp", "exports", "imports", "prices", "reports"]
