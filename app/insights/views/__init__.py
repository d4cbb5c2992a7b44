"""Pages of insights: the dashboard and the reports."""

from app.insights.views import dashboard, lending, rentals, reports, sales
from app.insights.views.blueprint import bp

__all__ = ["bp", "dashboard", "lending", "rentals", "reports", "sales"]
