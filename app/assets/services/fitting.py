"""Verbs of combinations: this goes with that, or no more."""

from app.assets.models import Asset, AssetModel, Compatibility, Family
from app.assets.queries.fitting import Side
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _

COLUMNS = {Family.__kind__: "family_id", AssetModel.__kind__: "model_id", Asset.__kind__: "asset_id"}


def combine(main: Side, other: Side, *, compulsory: bool) -> Compatibility:
    """`other` goes with `main`; said twice, the second time decides whether it is compulsory. Raises DomainError."""
    require_transaction()
    if main == other:
        raise DomainError(_("Un accessoire va avec autre chose que lui-même : choisissez-en un autre."), field="other")
    sides = {f"main_{COLUMNS[main.kind]}": main.id, f"with_{COLUMNS[other.kind]}": other.id}
    row = db.session.query(Compatibility).filter_by(**sides).first()
    if row is None:
        row = Compatibility(**sides)
        db.session.add(row)
    row.compulsory = compulsory
    db.session.flush()
    record(row, "compatibility.set", main=main.label, other=other.label, compulsory=compulsory)
    return row


def separate(row: Compatibility) -> None:
    """They no longer go together."""
    require_transaction()
    record(row, "compatibility.dropped")
    db.session.delete(row)
    db.session.flush()
