"""Pages of messaging: what is to read, to do, and to send; threads; texts in the settings."""

from app.messaging.views import inbox, outbox, tasks, templates, threads
from app.messaging.views.blueprint import bp, counted

__all__ = ["bp", "counted", "inbox", "outbox", "tasks", "templates", "threads"]
