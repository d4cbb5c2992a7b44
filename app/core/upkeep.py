"""Upkeep of the database: SQLite chooses its indexes by statistics that it only gathers when asked."""

from sqlalchemy import text

from app.core.db import db, is_sqlite, transaction


def refresh_statistics() -> None:
    """Every night, at start, and after a large load: a few milliseconds; PostgreSQL does it by itself."""
    if not is_sqlite():
        return
    with transaction():
        db.session.execute(text("pragma analysis_limit = 400"))
        db.session.execute(text("analyze"))
