"""Reads of stored files: what is attached to a record, and who may open a file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import Select, bindparam, select, tuple_

from app.accounts.models import User
from app.core.db import db
from app.core.i18n import _
from app.core.settings import setting
from app.core.subject import Subject
from app.core.subjects import subject_for
from app.documents.models import Attachment, StoredFile
from app.documents.states import FileKind, SlipBlock, Topic


class AttachedFile(NamedTuple):
    """A file attached to a record, as pages show it. `size` in bytes."""

    id: int
    file_id: int
    subject: Subject
    name: str
    kind: FileKind
    mime: str
    size: int
    label: str
    point: str
    topic: str
    for_client: bool
    created_at: datetime

    @property
    def url(self) -> str:
        """The page that serves it, after checking the access."""
        return f"/fichiers/{self.file_id}/{quote(self.name)}"

    @property
    def thumbnail_url(self) -> str:
        """Its small picture; the file itself when it is not one."""
        return f"/fichiers/{self.file_id}/vignette" if self.is_picture else self.url

    @property
    def is_picture(self) -> bool:
        """True for what an <img> can show."""
        return self.mime.startswith("image/")

    @property
    def topic_label(self) -> str:
        """What a document of a family tells: « Notice », « Vue éclatée »."""
        return _(Topic(self.topic).label) if self.topic in frozenset(Topic) else ""

    @property
    def title(self) -> str:
        """Its label, else its name."""
        return self.label or self.name


_COLUMNS = (
    Attachment.id, Attachment.file_id, Attachment.subject_kind, Attachment.subject_id, StoredFile.name, StoredFile.kind,
    StoredFile.mime, StoredFile.size, Attachment.label, Attachment.point, Attachment.topic, Attachment.for_client,
    Attachment.created_at,
)  # fmt: skip


def attachments_of(subject: Subject, *, for_client: bool = False) -> list[AttachedFile]:
    """What is attached to a record, the oldest first; only what the client may see when asked."""
    return attachments_of_all([subject], for_client=for_client).get(subject, [])


@cache
def _attached(for_client: bool) -> Select[*tuple[Any, ...]]:
    subjects = tuple_(Attachment.subject_kind, Attachment.subject_id)
    query = (
        select(*_COLUMNS)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(subjects.in_(bindparam("subjects", expanding=True)))
        .order_by(Attachment.id)
    )
    return query.where(Attachment.for_client) if for_client else query


def attachments_of_all(subjects: Sequence[Subject], *, for_client: bool = False) -> dict[Subject, list[AttachedFile]]:
    """The same for several records, in one query."""
    if not subjects:
        return {}
    asked = {"subjects": [tuple(subject) for subject in subjects]}
    found: dict[Subject, list[AttachedFile]] = defaultdict(list)
    for row in db.session.execute(_attached(for_client), asked):
        about = Subject(row[2], row[3])
        found[about].append(AttachedFile(row[0], row[1], about, *tuple(row)[4:]))
    return dict(found)


def file_for(user: User, file_id: int) -> StoredFile | None:
    """The file, when it is attached to a record that this person may see; a client, only what is opened to him."""
    rows = db.session.execute(
        select(Attachment.subject_kind, Attachment.subject_id, Attachment.for_client).where(
            Attachment.file_id == file_id
        )
    ).all()
    for kind, subject_id, for_client in rows:
        if (for_client or not user.is_client) and subject_for(user, Subject(kind, subject_id)) is not None:
            return db.session.get(StoredFile, file_id)
    return None


def attachment_for(user: User, attachment_id: int) -> Attachment | None:
    """The attachment, when this person may see its record."""
    found = db.session.get(Attachment, attachment_id)
    if found is None or subject_for(user, Subject(found.subject_kind, found.subject_id)) is None:
        return None
    return found if found.for_client or not user.is_client else None


def logo_file(file_id: int) -> StoredFile | None:
    """The file of a logo: the one kind that anybody may see."""
    found = db.session.get(StoredFile, file_id)
    return found if found is not None and found.kind == FileKind.LOGO else None


def stored_file(file_id: int | None) -> StoredFile | None:
    """A file by its id, without any check: for services that already hold the record it belongs to."""
    return db.session.get(StoredFile, file_id) if file_id else None


def known_keys(keys: Iterable[str]) -> set[str]:
    """Those of these keys that a row speaks of."""
    return set(db.session.scalars(select(StoredFile.key).where(StoredFile.key.in_(list(keys)))))


# --- the intake slip ------------------------------------------------------------------------------------------

OWN_TEXT = "text-"
SLIP_SETTING = "tickets.slip_blocks"
_KNOWN = frozenset(SlipBlock)


class SlipPart(NamedTuple):
    """A block of the intake slip. `title` empty: the block's own; `text`: what it says, or adds."""

    key: str
    on: bool
    title: str
    text: str

    @property
    def is_own(self) -> bool:
        """True for a text that the organisation added."""
        return self.key.startswith(OWN_TEXT)

    @property
    def label(self) -> str:
        """What the editor calls it."""
        return _("Votre texte") if self.is_own else _(SlipBlock(self.key).label)


def default_slip() -> list[dict[str, object]]:
    """The slip before anybody changed it: all the particulars of the law, in order. The repairer is in the letterhead."""
    off = (SlipBlock.REPAIRER, SlipBlock.PRIORITY, SlipBlock.BONUS)
    return [{"key": block.value, "on": block not in off, "title": "", "text": ""} for block in SlipBlock]


def slip_parts() -> list[SlipPart]:
    """Every block of the intake slip, in the organisation's order; blocks born since are at the end, off."""
    stored = [part for part in setting(SLIP_SETTING) if part["key"] in _KNOWN or part["key"].startswith(OWN_TEXT)]
    parts = [SlipPart(part["key"], bool(part["on"]), part.get("title", ""), part.get("text", "")) for part in stored]
    known = {part.key for part in parts}
    return parts + [SlipPart(block.value, False, "", "") for block in SlipBlock if block.value not in known]


def slip_blocks() -> list[SlipPart]:
    """The blocks to print, in order."""
    return [part for part in slip_parts() if part.on]
