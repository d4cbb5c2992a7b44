"""Which column is which field: guessed from the headers, chosen by hand, kept under a name."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.search import fold
from app.exchange.kinds import offered
from app.exchange.kinds.base import Readable
from app.exchange.models import ImportRun, SavedMapping


def guess_mapping(kind: Readable, headers: Sequence[str]) -> list[str]:
    """The field of each column, "" for none. A field is given once: to the column that says it best."""
    names = [fold(header) for header in headers]
    mapping = [""] * len(headers)
    for exact in (True, False):
        for field in kind.fields:
            if field.key in mapping:
                continue
            column = _column_for(
                [fold(word) for word in (field.key, field.label, *field.aliases)], names, mapping, exact=exact
            )
            if column is not None:
                mapping[column] = field.key
    return mapping


def _column_for(words: list[str], names: list[str], mapping: list[str], *, exact: bool) -> int | None:
    for word in words:
        for column, name in enumerate(names):
            if not mapping[column] and (name == word if exact else len(word) > 4 and (f" {word} " in f" {name} ")):
                return column
    return None


def guess_kind(headers: Sequence[str]) -> tuple[str, str]:
    """(kind, name of the known format or ""): the kind that knows most of these headers."""
    there = {header.strip().lower() for header in headers}
    for kind in offered().values():
        for known in kind.formats:
            if known.headers <= there:
                return kind.key, known.name
    best = max(offered().values(), key=lambda kind: sum(bool(field) for field in guess_mapping(kind, headers)))
    return best.key, ""


def mapping_fault(kind: Readable, mapping: Sequence[str]) -> str:
    """Why nothing can be imported with that mapping, "" when it can."""
    chosen = [key for key in mapping if key]
    if not chosen:
        return _("Dites au moins à quoi correspond une colonne.")
    twice = next((key for key in chosen if chosen.count(key) > 1), None)
    if twice is not None:
        return _("« %(field)s » est choisi pour deux colonnes. Gardez-en une.", field=kind.field(twice).label)
    return ""


def keep_mapping(kind: str, name: str, headers: Sequence[str], mapping: Sequence[str]) -> SavedMapping:
    """Keep a mapping under a name; the same name is replaced. Raises DomainError."""
    require_transaction()
    name = name.strip()[:60]
    if not name:
        raise DomainError(_("Donnez un nom à cette correspondance."), field="name")
    row = db.session.scalar(select(SavedMapping).where(SavedMapping.kind == kind, SavedMapping.name == name))
    if row is None:
        row = SavedMapping(kind=kind, name=name)
        db.session.add(row)
    row.headers, row.mapping = list(headers), list(mapping)
    db.session.flush()
    return row


def use_mapping(run: ImportRun, mapping_id: int) -> None:
    """Take a kept mapping for the columns of the same names."""
    require_transaction()
    kept = db.session.get(SavedMapping, mapping_id)
    if kept is not None and kept.kind == run.kind:
        fields = {fold(header): field for header, field in zip(kept.headers, kept.mapping, strict=True)}
        run.mapping = [fields.get(fold(header), "") for header in run.headers]


def forget_mapping(mapping_id: int) -> None:
    """Forget a kept mapping."""
    require_transaction()
    db.session.execute(delete(SavedMapping).where(SavedMapping.id == mapping_id))
