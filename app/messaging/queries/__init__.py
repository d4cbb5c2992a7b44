"""Reads of messaging: threads, tasks, messages sent."""

from app.messaging.queries.counts import Counts, counts, lost_count
from app.messaging.queries.outbox import OutboxFilters, attempts_of, message_for, outbox_listing
from app.messaging.queries.tasks import TaskFilters, task_for, tasks_listing
from app.messaging.queries.threads import labels_of, thread_of, unread_count, unread_threads

__all__ = [
    "Counts", "OutboxFilters", "TaskFilters", "attempts_of", "counts", "labels_of", "lost_count", "message_for", "outbox_listing",
    "task_for", "tasks_listing", "thread_of", "unread_count", "unread_threads",
]  # fmt: skip
