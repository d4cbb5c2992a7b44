"""Reads of imports."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.jobs import JobRun
from app.core.search import fold
from app.exchange.models import ImportNote, ImportRun, SavedMapping
from app.exchange.states import ImportState


def run(run_id: int) -> ImportRun | None:
    """An import, as the database has it now."""
    return db.session.get(ImportRun, run_id, populate_existing=True)


def locked_run(run_id: int) -> ImportRun:
    """An import, for the transaction that changes it."""
    query = select(ImportRun).where(ImportRun.id == run_id).options(joinedload(ImportRun.file))
    return db.session.scalars(query.with_for_update(of=ImportRun).execution_options(populate_existing=True)).one()


def job_of(found: ImportRun) -> JobRun | None:
    """The job that does it, or did."""
    return db.session.get(JobRun, found.job_id) if found.job_id else None


def runs_query() -> Select[*tuple[Any, ...]]:
    """The imports, the newest first."""
    return select(ImportRun).order_by(ImportRun.id.desc())


def something_imported() -> bool:
    """True once an import went to its end."""
    done = select(ImportRun.id).where(ImportRun.state == ImportState.DONE).limit(1)
    return db.session.scalar(done) is not None


def notes_query(run_id: int) -> Select[*tuple[Any, ...]]:
    """The remarks of an import: refused lines first, then in the order of the file."""
    columns = (
        ImportNote.line,
        ImportNote.header,
        ImportNote.value,
        ImportNote.refused,
        ImportNote.reason,
        ImportNote.remedy,
    )
    return (
        select(*columns)
        .where(ImportNote.run_id == run_id)
        .order_by(ImportNote.refused.desc(), ImportNote.line, ImportNote.id)
    )


def notes(run_id: int) -> Iterator[Row[*tuple[Any, ...]]]:
    """Every remark of an import, in the order of the file."""
    query = notes_query(run_id).order_by(None).order_by(ImportNote.line, ImportNote.id).execution_options(yield_per=500)
    yield from db.session.execute(query)


def mappings(kind: str) -> list[SavedMapping]:
    """The mappings kept for a kind, by name."""
    return list(db.session.scalars(select(SavedMapping).where(SavedMapping.kind == kind).order_by(SavedMapping.name)))


def mapping_for(kind: str, headers: Sequence[str]) -> SavedMapping | None:
    """The mapping last kept for a file with the same headers."""
    wanted = [fold(header) for header in headers]
    kept = sorted(mappings(kind), key=lambda item: item.updated_at, reverse=True)
    return next((item for item in kept if [fold(header) for header in item.headers] == wanted), None)
