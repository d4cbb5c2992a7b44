"""Stored files: every row has its bytes, every attachment its record, every byte its row."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.core.db import Base, db
from app.core.i18n import _, _n
from app.documents.models import Attachment, StoredFile
from app.documents.storage import MissingFile, storage

#: Seconds after which bytes without a row should have been swept, one night missed.
_SWEPT = 3 * 24 * 3600
_THUMBNAIL = "-v"


def damaged_files() -> Iterator[str]:
    """Rows whose bytes are gone, or are not those that were kept."""
    for file_id, key, name, sha256 in db.session.execute(
        select(StoredFile.id, StoredFile.key, StoredFile.name, StoredFile.sha256).order_by(StoredFile.id)
    ):
        try:
            data = storage().read(key)
        except MissingFile:
            yield _("le fichier %(id)s (%(name)s) manque", id=file_id, name=name)
        else:
            if hashlib.sha256(data).hexdigest() != sha256:
                yield _("le fichier %(id)s (%(name)s) n'a plus son empreinte", id=file_id, name=name)


def lost_attachments() -> Iterator[str]:
    """Attachments to a record that does not exist."""
    models = _models()
    for kind in db.session.scalars(select(Attachment.subject_kind).distinct()).all():
        query = select(Attachment.id).where(Attachment.subject_kind == kind).order_by(Attachment.id)
        if kind in models:
            query = query.where(Attachment.subject_id.not_in(select(models[kind].id)))
        for attachment_id in db.session.scalars(query):
            yield _("la pièce jointe %(id)s montre une fiche disparue (%(kind)s)", id=attachment_id, kind=kind)


def _models() -> dict[str, Any]:
    mapped = [mapper.class_ for mapper in Base.registry.mappers]
    return {model.__kind__: model for model in mapped if model.__kind__}


def forgotten_bytes() -> Iterator[str]:
    """Bytes that no row speaks of: « sweep_orphans » takes them away at night when it works."""
    known = set(db.session.scalars(select(StoredFile.key)))
    lost = sum(key.removesuffix(_THUMBNAIL) not in known for key in storage().keys(_SWEPT))
    if lost:
        yield _n("%(num)s fichier ne sert plus", "%(num)s fichiers ne servent plus", lost)
