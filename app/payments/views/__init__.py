"""Pages of payments. One blueprint, one file per page."""

from app.payments.views import held, index, online, pay, receive, reminders, show
from app.payments.views.blueprint import bp

__all__ = ["bp", "held", "index", "online", "pay", "receive", "reminders", "show"]
