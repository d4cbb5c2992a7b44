"""Archives of a year of sales: those kept, those being made, the years that have one to make."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.core.db import db
from app.core.jobs import JobRun
from app.documents.models import Attachment, StoredFile
from app.sales.models import SalesDocument
from app.sales.states import ISSUED

KIND, MAKE = "sales_archive", "app.sales.jobs.make_archive"
SHOWN = 50


def years() -> list[int]:
    """The years in which something was issued, the last first."""
    first, last = func.min(SalesDocument.issued_on), func.max(SalesDocument.issued_on)
    issued = (SalesDocument.issued_at.is_not(None), SalesDocument.kind.in_(ISSUED))
    begins, ends = db.session.execute(select(first, last).where(*issued)).one()
    return list(range(ends.year, begins.year - 1, -1)) if begins and ends else []


def archives() -> Sequence[Any]:
    """(file_id, year, label, size in bytes, sha256, created_at, created_by) of the archives kept, the newest first."""
    query = (
        select(
            StoredFile.id.label("file_id"), Attachment.subject_id.label("year"), Attachment.label, StoredFile.size,
            StoredFile.sha256, StoredFile.created_at, StoredFile.created_by,
        )
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.subject_kind == KIND)
        .order_by(Attachment.id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    return db.session.execute(query).all()


def archive_file(file_id: int) -> StoredFile | None:
    """The file of one of them."""
    query = select(StoredFile).join(Attachment, Attachment.file_id == StoredFile.id)
    return db.session.scalar(query.where(Attachment.subject_kind == KIND, StoredFile.id == file_id))


def archives_asked() -> Sequence[JobRun]:
    """The last jobs that make one, the newest first."""
    query = select(JobRun).where(JobRun.function == MAKE).order_by(JobRun.id.desc())
    return db.session.scalars(query.limit(5)).all()
