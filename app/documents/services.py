"""Verbs of stored files: keep, open, attach, detach.

`prepare` judges and writes the bytes and is done before the transaction (pictures take time); `keep` then writes the row.
`store` does both. Bytes whose row never came (a refused form, a crash) are swept at night.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterable
from io import BytesIO
from typing import NamedTuple

from flask import Response, request, send_file
from werkzeug.datastructures import FileStorage

from app.core.db import after_commit, db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import Subject
from app.documents.models import Attachment, StoredFile
from app.documents.pdf import images
from app.documents.queries import attachments_of, attachments_of_all, known_keys
from app.documents.states import FileKind
from app.documents.storage import MissingFile, storage
from app.documents.uploads import MAX_BYTES, Judged, UploadRefused, clean_name, judge

__all__ = [
    "MAX_BYTES", "Ready", "attach", "attachments_of", "attachments_of_all", "change_attachment", "detach", "file_response",
    "forget", "keep", "open_file", "open_thumbnail", "prepare", "prepare_as_is", "prepare_signature", "prepare_uploads", "store", "sweep_orphans",
]  # fmt: skip

_THUMBNAIL = "-v"
_WAITING_SECONDS = 24 * 3600
_BATCH = 400
_SHOWN = ("image/jpeg", "image/png", "application/pdf")
_A_DAY = 24 * 3600


class Ready(NamedTuple):
    """A file whose bytes are kept, and whose row is still to be written."""

    key: str
    kind: FileKind
    judged: Judged


def prepare(data: bytes, name: str, kind: FileKind) -> Ready:
    """Judge the bytes by their content and keep them. Before the transaction. Raises DomainError with a sentence."""
    judged = judge(data, name, kind)
    key = secrets.token_hex(16)
    place = storage()
    place.write(key, judged.content)
    if judged.mime.startswith("image/") and kind in (FileKind.PHOTO, FileKind.DOCUMENT):
        place.write(key + _THUMBNAIL, images.thumbnail(judged.content))
    return Ready(key, kind, judged)


def prepare_as_is(data: bytes, name: str, mime: str) -> Ready:
    """Keep bytes that the caller judged, untouched: a table to import."""
    key = secrets.token_hex(16)
    storage().write(key, data)
    return Ready(key, FileKind.DOCUMENT, Judged(data, clean_name(name), mime))


def prepare_uploads(files: Iterable[FileStorage], kind: FileKind) -> list[Ready]:
    """Prepare what a form sent, several at once; fields left empty are passed over. Raises DomainError."""
    chosen = [(file.stream.read(MAX_BYTES + 1), file.filename or "") for file in files if file.filename]
    return [prepare(data, name, kind) for data, name in chosen]


def prepare_signature(data_url: str) -> Ready | None:
    """A signature drawn in the browser, posted as a PNG data URL; None when nothing was drawn. Raises DomainError."""
    if not data_url:
        return None
    head, _comma, body = data_url.partition(",")
    try:
        drawn = base64.b64decode(body, validate=True) if head == "data:image/png;base64" else b""
    except binascii.Error:
        drawn = b""
    if not drawn:
        raise UploadRefused(_("La signature n'est pas arrivée entière. Signez de nouveau, ou tapez votre nom."))
    return prepare(drawn, "signature.png", FileKind.SIGNATURE)


def keep(ready: Ready, *, by: str) -> StoredFile:
    """The row of prepared bytes. `by` names who gave the file."""
    require_transaction()
    judged = ready.judged
    row = StoredFile(
        key=ready.key,
        kind=ready.kind,
        name=judged.name,
        mime=judged.mime,
        size=len(judged.content),
        sha256=hashlib.sha256(judged.content).hexdigest(),
        width=judged.width,
        height=judged.height,
        created_by=by,
    )
    db.session.add(row)
    db.session.flush()
    return row


def store(data: bytes, name: str, kind: FileKind, *, by: str) -> StoredFile:
    """`prepare` and `keep` at once: for jobs, and for documents that we made ourselves. Raises DomainError."""
    require_transaction()
    return keep(prepare(data, name, kind), by=by)


def open_file(file: StoredFile) -> bytes:
    """Its bytes. Raises DomainError when the storage lost them."""
    return _read(file.key)


def open_thumbnail(file: StoredFile) -> tuple[bytes, str]:
    """(bytes, MIME type) of its small picture, or of itself when it has none."""
    try:
        return storage().read(file.key + _THUMBNAIL), "image/jpeg"
    except MissingFile:
        return _read(file.key), file.mime


def file_response(file: StoredFile, *, thumbnail: bool = False, download: bool = False) -> Response:
    """The file for a person whose access was checked: private, never sniffed, opened in the browser only when harmless."""
    content, mime = open_thumbnail(file) if thumbnail else (open_file(file), file.mime)
    response = send_file(
        BytesIO(content),
        mimetype=f"{mime}; charset=utf-8" if mime.startswith("text/") else mime,
        as_attachment=download or mime not in _SHOWN,
        download_name=file.name,
        etag=f"{file.sha256[:32]}{_THUMBNAIL if thumbnail else ''}",
    )
    response.headers["Cache-Control"] = f"private, max-age={_A_DAY}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.make_conditional(request)
    return response


def _read(key: str) -> bytes:
    try:
        return storage().read(key)
    except MissingFile as missing:
        raise DomainError(
            _("Ce fichier manque dans le stockage. Prévenez la personne qui gère l'application.")
        ) from missing


def attach(
    file: StoredFile, subject: Subject, label: str = "", *, point: str = "", topic: str = "", for_client: bool = False
) -> Attachment:
    """Attach a file to a record; `point` is the code of the check point that it shows."""
    require_transaction()
    row = Attachment(
        file_id=file.id, subject_kind=subject.kind, subject_id=subject.id, label=label.strip()[:200], point=point,
        topic=topic, for_client=for_client,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(subject, "file.attached", name=file.name, label=row.label, file_id=file.id, kind=file.kind.value)
    return row


def change_attachment(attachment: Attachment, *, label: str, topic: str, for_client: bool) -> None:
    """Correct what is said of an attached file, and whether the client sees it."""
    require_transaction()
    attachment.label, attachment.topic, attachment.for_client = label.strip()[:200], topic, for_client


def detach(attachment: Attachment) -> None:
    """Take a file away from a record; the history keeps its name."""
    require_transaction()
    subject = Subject(attachment.subject_kind, attachment.subject_id)
    name = db.session.get_one(StoredFile, attachment.file_id).name
    db.session.delete(attachment)
    db.session.flush()
    record(subject, "file.detached", name=name, label=attachment.label)


def forget(file: StoredFile) -> None:
    """Delete a file that nothing else speaks of, its bytes once the transaction is committed."""
    require_transaction()
    key = file.key
    db.session.delete(file)
    db.session.flush()
    after_commit(lambda: storage().delete(key))
    after_commit(lambda: storage().delete(key + _THUMBNAIL))


def sweep_orphans(older_than: int = _WAITING_SECONDS) -> int:
    """Delete bytes that no row speaks of, once old enough for their transaction to be over. Returns how many keys."""
    place, gone, batch = storage(), 0, []
    for key in place.keys(older_than):
        batch.append(key)
        if len(batch) == _BATCH:
            gone += _drop_unknown(batch)
            batch = []
    return gone + _drop_unknown(batch)


def _drop_unknown(keys: list[str]) -> int:
    bases = {key: key.removesuffix(".part").removesuffix(_THUMBNAIL) for key in keys}
    known = known_keys(bases.values())
    lost = [key for key, base in bases.items() if base not in known or key.endswith(".part")]
    for key in lost:
        storage().delete(key)
    return len(lost)
