"""Jobs of quotes. Each is done twice without harm: what they find to do is in the database."""

from collections.abc import Callable

from app.core.db import db, transaction
from app.documents import services as files
from app.documents.states import FileKind
from app.sales import queries, services


def render_and_send(quote_id: int) -> dict[str, str]:
    """Make the PDF of a quote, keep it, and write the messages that carry it."""
    quote = queries.quote_by_id(quote_id)
    if quote is None or quote.number is None or quote.file_id is not None:
        return {}
    ready = files.prepare(services.render(quote), f"{quote.number}.pdf", FileKind.DOCUMENT)
    with transaction():
        published = services.publish(quote_id, ready)
    return {"number": published.number or "", "sha256": published.sha256}


def remind_clients() -> int:
    """Every morning: remind the clients who have not answered. Returns how many."""
    return sum(_each(quote_id, services.remind) for quote_id in _ids(services.forgotten_ids))


def expire_quotes() -> int:
    """Every night: mark what is past its validity. Returns how many."""
    return sum(_each(quote_id, services.expire) for quote_id in _ids(services.expired_ids))


def _ids(found: Callable[[], list[int]]) -> list[int]:
    ids = found()
    db.session.rollback()
    return ids


def _each(quote_id: int, verb: Callable[[int], bool]) -> bool:
    with transaction():
        return verb(quote_id)
