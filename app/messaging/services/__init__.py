"""Verbs of messaging: declare and word messages, tell people, converse, note what is to be done, deliver."""

from app.messaging.services.accounts import release_held
from app.messaging.services.conversation import Conversation, conversation
from app.messaging.services.registry import declare_template
from app.messaging.services.sending import preferred, reachable_by, tell, withdraw, write_mail
from app.messaging.services.suggestions import declare_suggestions, suggestion
from app.messaging.services.tasks import (
    add_task,
    change_task,
    declare_when_done,
    finish_task,
    finish_tasks_about,
    reopen_task,
)
from app.messaging.services.threads import mark_read, post_from_client, post_note, post_to_client

__all__ = [
    "Conversation", "add_task", "change_task", "conversation", "declare_suggestions", "declare_template", "declare_when_done", "finish_task", "finish_tasks_about", "mark_read",
    "post_from_client", "post_note", "post_to_client", "preferred", "reachable_by", "release_held", "reopen_task", "suggestion", "tell", "withdraw",
    "write_mail",
]  # fmt: skip
