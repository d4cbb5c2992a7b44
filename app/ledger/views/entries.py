"""Journals: the entries of a period; one entry with its lines and where it comes from."""

from flask import Response
from flask_login import current_user

from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.subject import Subject
from app.core.subjects import SUBJECTS, subject_for
from app.core.web import or_404, page
from app.ledger import queries
from app.ledger.views.blueprint import VIEW, asked, bp, shared


@bp.get("/journaux")
@requires(VIEW)
def entries() -> Response:
    """Entries, the newest first."""
    filters = asked()
    number, size = asked_page()
    found = paged(queries.listing(filters), number, size)
    return page(
        "ledger/entries.html", block="comptes", page=found, address=page_address, years=queries.years(),
        **shared(filters, "ledger.entries"),
    )  # fmt: skip


@bp.get("/ecritures/<int:entry_id>")
@requires(VIEW)
def entry(entry_id: int) -> Response:
    """One entry: it never changes."""
    row = or_404(queries.entry(entry_id))
    lines = queries.entry_lines(entry_id)
    total = sum(line.debit for line in lines)
    return page("ledger/entry.html", row=row, lines=lines, total=total, source=_source(row.source_kind, row.source_id))


def _source(kind: str, number: int) -> tuple[str, str] | None:
    """(words, address) of what the entry was made from, when this person may see it."""
    found = subject_for(current_user, Subject(kind, number))
    return (SUBJECTS[kind].label(found), SUBJECTS[kind].url(found)) if found is not None else None
