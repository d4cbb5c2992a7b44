"""Pages of messaging: what is to read, to do, and to send; threads; texts and accounts in the settings."""

from app.messaging.views import accounts, inbox, outbox, tasks, templates, threads
from app.messaging.views.blueprint import bp, counted

__all__ = ["accounts", "bp", "counted", "inbox", "outbox", "tasks", "templates", "threads"]
