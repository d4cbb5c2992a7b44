"""The version of the tables: what the database has, what the program knows."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from app.core.db import db


def migrations() -> ScriptDirectory:
    """The migrations of this program."""
    return ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())


def program_revisions() -> set[str]:
    """The newest revisions among the migrations of this program."""
    return set(migrations().get_heads())


def database_revisions() -> set[str]:
    """The revisions that the database has; empty when it has no table yet."""
    with db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads())


def unknown_revisions(found: set[str]) -> set[str]:
    """Those of these revisions that this program does not know: a newer one made them."""
    return found - {revision.revision for revision in migrations().walk_revisions()}
