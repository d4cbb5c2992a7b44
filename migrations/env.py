"""Alembic's environment: one history for SQLite and PostgreSQL."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.autogenerate import rewriter
from alembic.operations.ops import AddColumnOp, MigrationScript
from flask import current_app
from sqlalchemy import JSON, ColumnDefault, Connection, DefaultClause, Engine, TextClause, text
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


writer = rewriter.Rewriter()


@writer.rewrites(AddColumnOp)
def fill(_context: Any, _revision: Any, op: AddColumnOp) -> AddColumnOp:
    """Give the rows already there the model's own default: only an empty table accepts a column without one."""
    new, default = op.column, Base.metadata.tables[op.table_name].c[op.column.name].default
    if not new.nullable and new.server_default is None and isinstance(default, ColumnDefault):
        value = default.arg if default.is_scalar else default.arg(None) if isinstance(new.type, JSON) else None
        if value is not None:
            new.server_default = DefaultClause(as_sql(value))
    return op


def as_sql(value: Any) -> str | TextClause:
    """The same words for SQLite and PostgreSQL; a text is quoted by SQLAlchemy."""
    if isinstance(value, bool | int):
        return text(str(value).lower())
    return str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def write(migration: Any, revision: Any, scripts: Any) -> None:
    """Number a generated migration after the last one; write none when the tables are already those of the models."""
    script: MigrationScript = scripts[0]
    comparing = getattr(context.config.cmd_opts, "autogenerate", False)
    if comparing and script.upgrade_ops is not None and script.upgrade_ops.is_empty():
        scripts[:] = []
        log.warning("The tables are those of the models: no migration was written.")
        return
    script.rev_id = f"{int(migration.script.get_current_head() or 0) + 1:04}"
    writer(migration, revision, scripts)


@contextmanager
def whole_tables_moved(connection: Connection) -> Iterator[None]:
    """SQLite changes a column by making the table again: meanwhile what other tables refer to is not there. References are
    proven after each migration, before it is committed (`prove`)."""
    sqlite = connection.dialect.name == "sqlite"
    raw: Any = connection.connection.driver_connection
    if sqlite:
        raw.execute("PRAGMA foreign_keys=OFF")
    yield
    if sqlite:
        raw.execute("PRAGMA foreign_keys=ON")


def prove(ctx: Any, **_: Any) -> None:
    """Raises RuntimeError when a migration left a row that refers to nothing."""
    if ctx.connection.dialect.name == "sqlite":
        lost = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        if lost:
            raise RuntimeError(f"rows that refer to nothing after this migration: {lost}")


def run() -> None:
    """Apply the migrations, each in a transaction of its own."""
    engine: Engine = db.engine
    with engine.connect() as connection, whole_tables_moved(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            compare_type=same_type,
            include_object=include,
            render_as_batch=True,
            process_revision_directives=write,
            transaction_per_migration=True,
            on_version_apply=prove,
        )
        with context.begin_transaction():
            context.run_migrations()


if current_app:
    run()
