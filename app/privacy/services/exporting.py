"""The access export: everything held on a person, in a ZIP that any computer opens (GDPR articles 15 and 20)."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from app.accounts.queries import organisation
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.history import HistoryEntry, record
from app.core.i18n import _
from app.core.personal import REGISTER, Holding, Person, file_columns, files_of
from app.core.sheets import csv_blocks
from app.core.subject import Subject
from app.documents.models import StoredFile
from app.documents.services import keep, open_file, prepare_as_is
from app.privacy.models import PrivacyRequest
from app.privacy.services.erasing import events_of_person, person_of

KEPT_DAYS = 7


def archive_of(contact: Contact) -> bytes:
    """The ZIP: LISEZMOI.txt, donnees.json, one CSV a table, the files themselves."""
    person = person_of(contact)
    tables = dict(_tables(person))
    files = _files(person)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LISEZMOI.txt", _notice(contact))
        archive.writestr("donnees.json", json.dumps(tables, ensure_ascii=False, indent=1))
        for name, rows in tables.items():
            if rows:
                cells = [[_cell(value) for value in row.values()] for row in rows]
                archive.writestr(f"tableaux/{name}.csv", "".join(csv_blocks(list(rows[0]), cells)))
        for file in files:
            try:
                archive.writestr(f"fichiers/{file.id}-{_safe(file.name)}", open_file(file))
            except DomainError:  # lost by the storage: the table still names it
                continue
    return target.getvalue()


def _tables(person: Person) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for data in REGISTER.values():
        for one in data.holdings:
            yield str(one.model.__tablename__), [_row(one, row) for row in _rows(one, person)]
    yield "history_entry", _history(person)


def _rows(one: Holding, person: Person) -> list[Any]:
    ids = person.of(one.model)
    if not ids:
        return []
    columns = [column for column in one.model.__table__.columns if column.key not in one.secret]
    return list(db.session.execute(select(*columns).where(one.model.id.in_(ids)).order_by(one.model.id)).mappings())


def _row(_one: Holding, row: Any) -> dict[str, Any]:
    return {str(name): _plain(value) for name, value in row.items()}


_EVENT = (
    HistoryEntry.at, HistoryEntry.actor_name, HistoryEntry.verb, HistoryEntry.subject_kind, HistoryEntry.subject_id, HistoryEntry.facts,
)  # fmt: skip


def _history(person: Person) -> list[dict[str, Any]]:
    query = select(*_EVENT)
    rows = db.session.execute(
        query.where(HistoryEntry.id.in_(events_of_person(person))).order_by(HistoryEntry.id)
    ).mappings()
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


def forget_files(ids: Iterable[int | None]) -> None:
    """The ZIPs made before, which nothing names any more."""
    db.session.flush()
    db.session.execute(delete(StoredFile).where(StoredFile.id.in_([one for one in ids if one is not None])))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if hasattr(value, "value") else value


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _files(person: Person) -> list[StoredFile]:
    ids: set[int] = set()
    for data in REGISTER.values():
        for one in data.holdings:
            names = [*file_columns(one.model), *one.files, *_json(one)]
            if person.of(one.model) and names:
                columns = [one.model.__table__.columns[name] for name in names]
                for row in db.session.execute(select(*columns).where(one.model.id.in_(person.of(one.model)))):
                    ids |= files_of(one, row, names)
    return list(db.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)).order_by(StoredFile.id)))


def _json(one: Holding) -> list[str]:
    return [column.key for column in one.model.__table__.columns if column.key == "answers"]


def _safe(name: str) -> str:
    return re.sub(r"[^\w.\- ]", "_", name)[:120] or "fichier"


def _notice(contact: Contact) -> str:
    house, lines = organisation(), [data.label for data in REGISTER.values()]
    return "\r\n".join([
        _("Données personnelles de %(name)s, le %(day)s", name=contact.name, day=clock.table_date(clock.today())),
        _("Responsable : %(house)s", house=", ".join(filter(None, (house.name, house.address, house.town))) if house else ""),
        "",
        _("« donnees.json » contient tout ; « tableaux » les mêmes données pour un tableur ; « fichiers » vos photos et documents."),
        _("Montants en centimes d'euro ; heures en temps universel (UTC)."),
        _("Vous pouvez demander de corriger ou d'effacer ces données, et saisir la CNIL (www.cnil.fr)."),
        "",
        *(f"- {_(line)}" for line in lines),
    ])  # fmt: skip


def make_export(request_id: int) -> None:
    """Job: make the ZIP of a request and keep it; done again, it does nothing."""
    request = db.session.get(PrivacyRequest, request_id)
    if request is None or request.file_id is not None:
        return
    contact = db.session.get_one(Contact, request.contact_id)
    content = archive_of(contact)
    db.session.rollback()
    ready = prepare_as_is(content, _("donnees-%(id)s.zip", id=contact.id), "application/zip")
    with transaction():
        request = db.session.get_one(PrivacyRequest, request_id)
        file = keep(ready, by=_("Établi"))
        request.file_id, request.ready_at = file.id, clock.now()
        record(Subject("contact", request.contact_id), "privacy.exported", size=file.size)


def drop_old_exports() -> int:
    """Forget the ZIPs made more than seven days ago; how many."""
    with transaction():
        old = db.session.scalars(
            select(PrivacyRequest).where(
                PrivacyRequest.file_id.is_not(None), PrivacyRequest.ready_at < clock.now() - timedelta(days=KEPT_DAYS)
            )
        ).all()
        ids = [request.file_id for request in old]
        for request in old:
            request.file_id = None
        forget_files(ids)
    return len(ids)
