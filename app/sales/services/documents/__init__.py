"""Verbs of the chain of documents: draft, edit, issue, credit. They run inside the caller's transaction."""

from app.sales.services.documents.credits import credit, left_gross, left_of, quantities_left, rebatable, rebate
from app.sales.services.documents.drafting import cancel, draft, from_quote, from_ticket, locked
from app.sales.services.documents.editing import (
    add_line,
    add_third_party,
    change,
    change_line,
    has_typed_lines,
    move_line,
    remove_line,
    remove_third_party,
)
from app.sales.services.documents.instalments import put_schedule
from app.sales.services.documents.issuing import after_issue, faults, issue
from app.sales.services.documents.lines import LineData
from app.sales.services.documents.standard import add_article_line

__all__ = [
    "LineData", "add_article_line", "add_line", "add_third_party", "after_issue", "cancel", "change", "change_line", "credit", "draft", "faults",
    "from_quote", "from_ticket", "has_typed_lines", "issue", "left_gross", "left_of", "locked", "move_line", "put_schedule", "quantities_left", "rebatable", "rebate",
    "remove_line", "remove_third_party",
]  # fmt: skip
