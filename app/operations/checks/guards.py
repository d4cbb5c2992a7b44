"""The database itself: its version, its structure, and the guards that migration 0002 gave it."""

from collections.abc import Iterator

from sqlalchemy import text

from app.core.db import db, is_sqlite
from app.core.i18n import _
from app.core.schema import database_revisions, program_revisions

_SQLITE_GUARDS = {
    "booking_no_overlap_insert", "booking_no_overlap_update", "history_entry_no_delete", "history_entry_no_update",
    "search_entry_added", "search_entry_changed", "search_entry_removed", "search_fts",
}  # fmt: skip
_SQLITE_PRESENT = "select name from sqlite_master where type in ('trigger', 'table')"
_POSTGRES_GUARDS = {"booking_no_overlap", "history_entry_no_change", "search_entry_words"}
_POSTGRES_PRESENT = """
select conname from pg_constraint where contype = 'x'
union all select tgname from pg_trigger where tgenabled <> 'D'
union all select indexname from pg_indexes"""


def wrong_version() -> Iterator[str]:
    """Tables that are not those of this program."""
    found, wanted = database_revisions(), program_revisions()
    if found != wanted:
        yield _(
            "les tables sont à la révision %(found)s, ce programme demande %(wanted)s ; lancez « flask db upgrade »",
            found=", ".join(sorted(found)) or "0", wanted=", ".join(sorted(wanted)),
        )  # fmt: skip


def missing_guards() -> Iterator[str]:
    """Triggers and constraints that are gone: history could change, two bookings could overlap."""
    wanted, query = (_SQLITE_GUARDS, _SQLITE_PRESENT) if is_sqlite() else (_POSTGRES_GUARDS, _POSTGRES_PRESENT)
    for name in sorted(wanted - set(db.session.scalars(text(query)))):
        yield _("%(name)s n'y est plus", name=name)


def damage() -> Iterator[str]:
    """What SQLite finds wrong in its own pages, and rows that name one that is gone; PostgreSQL keeps both by itself."""
    if not is_sqlite():
        return
    for said in db.session.scalars(text("pragma quick_check")):
        if said != "ok":
            yield str(said)
    for row in db.session.execute(text("pragma foreign_key_check")):
        yield _(
            "%(table)s, ligne %(id)s : nomme une ligne de %(parent)s qui n'existe plus",
            table=row[0],
            id=row[1],
            parent=row[2],
        )
