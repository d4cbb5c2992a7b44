"""Records that must agree: quotes with their PDF, bookings with each other, the search index with what it finds."""

from collections.abc import Iterator, Sequence

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import aliased

from app.core.db import db, is_sqlite, transaction
from app.core.i18n import _
from app.core.search import SOURCES, SearchEntry, Source
from app.documents.models import StoredFile
from app.planning.models import Booking
from app.planning.states import OCCUPYING
from app.sales.models import Quote

_BATCH = 500


def altered_quotes() -> Iterator[str]:
    """Quotes whose proof is not the sum of the PDF that the client saw."""
    query = (
        select(Quote.id, Quote.number)
        .outerjoin(StoredFile, StoredFile.id == Quote.file_id)
        .where(
            or_(Quote.file_id.is_not(None), Quote.sha256 != ""), Quote.sha256 != func.coalesce(StoredFile.sha256, "")
        )
        .order_by(Quote.id)
    )
    for quote_id, number in db.session.execute(query):
        yield _("l'empreinte du devis %(number)s n'est pas celle de son PDF", number=number or quote_id)


def overlaps() -> Iterator[str]:
    """Two bookings that take the same thing or person at once."""
    one, other = aliased(Booking), aliased(Booking)
    query = (
        select(one.resource, one.id, other.id)
        .join(
            other,
            and_(
                other.resource == one.resource,
                other.id > one.id,
                other.starts_at < one.ends_at,
                one.starts_at < other.ends_at,
            ),
        )
        .where(one.state.in_(OCCUPYING), other.state.in_(OCCUPYING))
        .order_by(one.id, other.id)
    )
    for resource, first, second in db.session.execute(query):
        yield _(
            "les réservations %(first)s et %(second)s de %(resource)s se chevauchent",
            first=first,
            second=second,
            resource=resource,
        )


def unfindable() -> Iterator[str]:
    """Records that the search box would not find, entries that lead nowhere, an index that lost its words."""
    for source in SOURCES.values():
        records = set(db.session.scalars(select(source.model.id)))
        entries = set(db.session.scalars(select(SearchEntry.subject_id).where(SearchEntry.kind == source.kind)))
        missing = sorted(set(_to_be_found(source, sorted(records - entries))))
        if missing or entries - records:
            yield _(
                "%(kind)s : %(missing)s fiches absentes, %(extra)s entrées sans fiche",
                kind=source.heading, missing=len(missing), extra=len(entries - records),
            )  # fmt: skip
    yield from _lost_words()


def _to_be_found(source: Source, ids: Sequence[int]) -> Iterator[int]:
    """Those of these records that their source wants in the index: an archived one may be left out."""
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        if source.documents is not None:
            yield from (subject_id for subject_id, _document in source.documents(batch))
        else:
            found = db.session.scalars(select(source.model).where(source.model.id.in_(batch)))
            yield from (item.id for item in found if source.document(item) is not None)


def _lost_words() -> Iterator[str]:
    """SQLite compares the words with the entries they come from; PostgreSQL computes its index from the rows."""
    if not is_sqlite():
        return
    try:
        with transaction() as session:
            session.execute(text("insert into search_fts(search_fts, rank) values ('integrity-check', 1)"))
    except DatabaseError:
        db.session.rollback()
        yield _("les mots ne sont plus ceux des fiches")
