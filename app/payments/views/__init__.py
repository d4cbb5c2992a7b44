"""Pages of payments. One blueprint, one file per page."""

from app.payments.views import index, receive, show
from app.payments.views.blueprint import bp

__all__ = ["bp", "index", "receive", "show"]
