"""Pages of insights: the dashboard and the reports."""

from app.insights.views import dashboard, reports, sales
from app.insights.views.blueprint import bp

__all__ = ["bp", "dashboard", "reports", "sales"]
