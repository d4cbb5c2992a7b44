"""« À lire »: the conversations in which a client waits for an answer."""

from typing import Any

from flask import Response, url_for

from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.subject import Subject
from app.core.web import page
from app.messaging.queries import labels_of, unread_threads
from app.messaging.views.blueprint import bp, tabs


@bp.get("/messages")
@requires("message.view")
def inbox() -> Response:
    """The conversations to read, the newest first."""
    found = paged(unread_threads(), *asked_page())
    labels = labels_of(Subject(row.subject_kind, row.subject_id) for row in found.rows)
    rows = [
        {"row": row, "label": labels.get(Subject(row.subject_kind, row.subject_id), ""), "url": _url(row)}
        for row in found.rows
    ]
    return page("messaging/inbox.html", block="liste", tabs=tabs("inbox"), found=found, rows=rows, address=page_address)


def _url(row: Any) -> str:
    return url_for("messaging.thread", kind=row.subject_kind, subject_id=row.subject_id)
