"""The same demonstration some times larger: every record copied by the database itself, links between copies kept."""

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

GROWN = (
    "contact", "consent", "asset", "ticket", "ticket_line", "quote", "questionnaire_response", "outbox_message",
    "thread_message", "task", "signed_link", "history_entry", "search_entry",
)  # fmt: skip
#: A record about another is known by (kind, id): the tables of those kinds that are copied.
KINDS = {"contact": "contact", "asset": "asset", "ticket": "ticket", "quote": "quote", "task": "task"}
#: Columns that hold the id of such a record, with the one that says its kind.
ABOUT = {"subject_id": ("subject_kind", "kind"), "about_id": ("about_kind",)}


def grown(data: Path, database: str | None, times: int) -> None:
    """Make the database `times` as large. Nothing else may use it meanwhile."""
    engine = sa.create_engine(database or f"sqlite:///{data / 'etabli.db'}")
    known = sa.MetaData()
    known.reflect(engine, only=GROWN, resolve_fks=False)
    with engine.begin() as connection:
        spans = {
            name: connection.scalar(sa.select(sa.func.coalesce(sa.func.max(known.tables[name].c.id), 0))) or 0
            for name in GROWN
        }
        for copy in range(1, times):
            for name in GROWN:
                _copy(connection, known.tables[name], spans, copy)
        if engine.dialect.name == "postgresql":
            for name in GROWN:
                sequence = f"pg_get_serial_sequence('{name}', 'id')"
                connection.exec_driver_sql(f"SELECT setval({sequence}, max(id)) FROM {name}")  # noqa: S608  names are ours
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _copy(connection: sa.Connection, table: sa.Table, spans: Mapping[str, int], copy: int) -> None:
    unique = _unique_columns(connection, table)
    values = [_value(table, column, spans, copy, unique) for column in table.columns]
    source = sa.select(*values).where(table.c.id <= spans[table.name])
    if "words" in table.c:  # of what is copied alone: a record has one line of the index
        source = source.where(table.c.kind.in_(KINDS))
    connection.execute(table.insert().from_select([column.name for column in table.columns], source))


def _unique_columns(connection: sa.Connection, table: sa.Table) -> set[str]:
    inspector = sa.inspect(connection)
    constraints = [
        *inspector.get_unique_constraints(table.name),
        *(index for index in inspector.get_indexes(table.name) if index["unique"]),
    ]
    return {columns[0] for found in constraints if len(columns := found["column_names"]) == 1 and columns[0]}


def _value(
    table: sa.Table, column: sa.Column, spans: Mapping[str, int], copy: int, unique: set[str]
) -> sa.ColumnElement:
    if column.name == "id":
        return column + copy * spans[table.name]
    for key in column.foreign_keys:
        target = key.target_fullname.split(".")[0]
        if target in spans:
            return column + copy * spans[target]
    if column.name in ABOUT:
        kind = next(table.c[name] for name in ABOUT[column.name] if name in table.c)
        moved = [(kind == name, column + copy * spans[target]) for name, target in KINDS.items()]
        return sa.case(*moved, else_=column)
    if column.name in unique and isinstance(column.type, sa.Integer):
        return sa.null()  # an account has one contact: its copies have none
    if column.name == "reference" and "words" in table.c:
        return _reference(table, column, spans, copy)
    return column + f"-{copy}" if column.name in unique else column


def _reference(
    table: sa.Table, column: sa.ColumnElement[str], spans: Mapping[str, int], copy: int
) -> sa.ColumnElement[str]:
    """The index names a record by its number; those that have none, by their id."""
    by_id = ("contact", "asset", "task")
    moved = [
        (table.c.kind == name, sa.cast(sa.cast(column, sa.Integer) + copy * spans[name], sa.String)) for name in by_id
    ]
    return sa.case(*moved, else_=column + f"-{copy}")
