"""Alembic's environment: one history for SQLite and PostgreSQL."""

import logging
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import JSON, Engine
from sqlalchemy.types import TypeDecorator

from app.core.db import Base, db

log = logging.getLogger("alembic.env")


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Our column types are written as the plain types they store, so that old migrations never import the models."""
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if kind == "type" and isinstance(item, TypeDecorator):
        module = type(item).__module__
        if module.startswith("app."):
            name = type(item).__name__
            if name == "UTC":
                return "sa.DateTime(timezone=True)"
            if name == "Cents":
                return "sa.BigInteger()"
            return f"sa.String(length={item.impl.length})"
    return False


def same_type(_context: Any, _inspected: Any, _metadata: Any, _was: Any, metadata_type: Any) -> bool | None:
    """SQLite keeps no zone and no length worth comparing."""
    return False if isinstance(metadata_type, TypeDecorator) else None


def include(_item: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """What migration 0002 makes by hand is none of alembic's business: SQLite's search tables, PostgreSQL's search index."""
    return not (
        kind in ("table", "index") and name is not None and name.startswith(("search_fts", "search_entry_words"))
    )


def run() -> None:
    """Apply the migrations in one transaction."""
    engine: Engine = db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            compare_type=same_type,
            include_object=include,
            render_as_batch=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


if current_app:
    run()
