"""The database: base of the models, column types, and the one way to write: `with transaction():`."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC as ZULU
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    event,
    insert,
    inspect,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.core import clock
from app.core.labels import LabelEnum
from app.core.turns import turn

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Names(NamedTuple):
    """How a record is called in French: « le contact », « les contacts »; `feminine` for agreement."""

    singular: str
    plural: str
    feminine: bool = False


class Base(DeclarativeBase):
    """Base of every model. `__kind__` names the record where a subject is (kind, id)."""

    metadata = MetaData(naming_convention=NAMING)
    __kind__: ClassVar[str] = ""
    __fr__: ClassVar[Names] = Names("fiche", "fiches", True)


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate(render_as_batch=True, compare_type=True)


# --- column types ---------------------------------------------------------------------------------------------


class UTC(TypeDecorator[datetime]):
    """An aware moment. Naive values are refused; read back in UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        value = value.astimezone(ZULU)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=ZULU) if value.tzinfo is None else value.astimezone(ZULU)


class Cents(TypeDecorator[int]):
    """An amount in integer cents."""

    impl = BigInteger
    cache_ok = True
    python_type = int

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        """PostgreSQL gives a sum of amounts as a Decimal: it is cents all the same."""
        return None if value is None else int(value)


class LabelType(TypeDecorator[Any]):
    """A `LabelEnum` stored by its value."""

    impl = String
    cache_ok = True

    def __init__(self, enum_class: type[LabelEnum], length: int = 30) -> None:
        super().__init__(length)
        self.enum_class = enum_class

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.enum_class(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> LabelEnum | None:
        return None if value is None else self.enum_class(value)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return self if isinstance(value, self.enum_class) else String()


Json = JSON().with_variant(JSONB(), "postgresql")


def column(label: str, *args: Any, hint: str = "", **options: Any) -> Any:
    """`mapped_column` with the French label (and hint) that forms, lists and exports show."""
    info = {"label": label, "hint": hint, **options.pop("info", {})}
    return mapped_column(*args, info=info, **options)


# --- mixins ---------------------------------------------------------------------------------------------------


class Identified:
    """An integer primary key."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-20)


class Stamped:
    """When the row was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(UTC, default=clock.now, info={"label": "Créé le"}, sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(
        UTC, default=clock.now, onupdate=clock.now, info={"label": "Modifié le"}, sort_order=91
    )


class Archivable:
    """Removed from lists, kept in the base, restorable."""

    archived_at: Mapped[datetime | None] = mapped_column(UTC, default=None, info={"label": "Archivé le"}, sort_order=92)


def insert_many(model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert many rows of a model at once; returns their ids, in order. Nothing of the session's events is told of them."""
    require_transaction()
    if not rows:
        return []
    table = model.__table__
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
    return list(db.session.connection().scalars(statement, rows))


def key_of(record: Any) -> int:
    """The primary key of a loaded record, without reading it again when it is expired."""
    return int(inspect(record).identity[0])


def unindexed(column: Any) -> ColumnElement[Any]:
    """The same values, out of sight of the indexes: for a list read from its end, where SQLite would rather gather nearly every
    row by an index of kinds and sort them all for 50."""
    found: ColumnElement[Any] = column.op("||")(literal_column("''"))
    return found


# --- transactions ---------------------------------------------------------------------------------------------

_UNIT = "etabli_unit"
_HOOKS = "etabli_after_commit"
_LAST = "etabli_before_commit"
_KEPT = "etabli_kept"
_WRITE = "etabli_write"


class OutsideTransaction(RuntimeError):
    """Something tried to write outside `transaction()`."""


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: opened by a view, a job or a command, committed at the end, rolled back on any error.

    The read that the session began by itself is ended first, so what is then read is what holds while writing:
    `BEGIN IMMEDIATE` on SQLite (in turn), row locks (`with_for_update`) on PostgreSQL. Does not nest.
    """
    session = db.session()
    if session.info.get(_UNIT):
        raise OutsideTransaction("transaction() does not nest: the entry point opens it, once")
    if session.new or session.dirty or session.deleted:
        raise OutsideTransaction("something was changed before transaction() was opened")
    session.rollback()
    hooks: list[Callable[[], None]] = []
    last: dict[str, Callable[[], None]] = {}
    session.info.update({_UNIT: True, _HOOKS: hooks, _LAST: last, _KEPT: {}})
    with turn(db.engine):
        try:
            session.connection(execution_options={_WRITE: True})
            yield session
            session.flush()  # what is flushed may ask for more to be done last
            for name in sorted(last):
                last[name]()
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            for key in (_UNIT, _HOOKS, _LAST, _KEPT):
                session.info.pop(key, None)
    for hook in hooks:
        hook()


def in_transaction() -> bool:
    """True inside `transaction()`."""
    return bool(db.session().info.get(_UNIT))


def kept_in_transaction() -> dict[str, Any] | None:
    """What is kept until the present transaction ends, by name; None outside."""
    found: dict[str, Any] | None = db.session().info.get(_KEPT)
    return found


def require_transaction() -> None:
    """Services call this first. Raises OutsideTransaction."""
    if not in_transaction():
        raise OutsideTransaction("services work inside transaction(), opened by the view, job or command")


def after_commit(hook: Callable[[], None]) -> None:
    """Call `hook` once the present transaction is committed; never if it is not."""
    require_transaction()
    db.session().info[_HOOKS].append(hook)


def before_commit(name: str, last: Callable[[], None]) -> None:
    """Do `last` just before the present transaction commits; asked several times under one name, done once.

    Names are done in alphabetical order, so that two transactions never wait for each other's rows.
    """
    require_transaction()
    db.session().info[_LAST].setdefault(name, last)


def is_before_commit(name: str) -> bool:
    """True when something is asked under that name before the present transaction commits."""
    return name in db.session().info.get(_LAST, ())


@event.listens_for(Session, "before_flush")
def _refuse_flush_outside(session: Session, *_: object) -> None:
    if not session.info.get(_UNIT):
        raise OutsideTransaction("a flush outside transaction()")


@event.listens_for(Session, "do_orm_execute")
def _refuse_write_outside(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get(_UNIT):
        raise OutsideTransaction("a write outside transaction()")


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver's own BEGIN is off: ours, below, says which kind
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "cache_size=-2000",  # kB, for each connection: the system keeps the pages of the file anyway
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        write = connection.get_execution_options().get(_WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def is_sqlite() -> bool:
    """True when the organisation's database is SQLite."""
    return db.engine.dialect.name == "sqlite"
