"""Numbers without a hole: one counter row per series and year, locked by the transaction that numbers."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, Identified, db, is_sqlite, require_transaction


class Counter(Identified, Base):
    """The last number given in a series for a year (0: a series that does not restart)."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("series", "year"),)

    series: Mapped[str]
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


def _advance(series: str, year: int, by: int) -> int:
    require_transaction()
    dialect = sqlite if is_sqlite() else postgresql
    insert = dialect.insert(Counter).values(series=series, year=year, last=by)
    statement = insert.on_conflict_do_update(
        index_elements=[Counter.series, Counter.year], set_={"last": Counter.last + by}
    ).returning(Counter.last)
    last = db.session.execute(statement).scalar_one()
    return int(last)


def next_number(series: str, *, width: int = 4) -> str:
    """The next number of the year, « R-2026-0001 ». Held until commit; given back if the transaction fails."""
    year = clock.today().year
    return f"{series}-{year}-{_advance(series, year, 1):0{width}d}"


def next_block(series: str, count: int, *, width: int = 6) -> list[str]:
    """`count` following numbers of a series that never restarts, « H-000001 »."""
    last = _advance(series, 0, count)
    return [f"{series}-{number:0{width}d}" for number in range(last - count + 1, last + 1)]
