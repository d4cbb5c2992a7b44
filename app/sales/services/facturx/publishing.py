"""From the sealed document to the file that may leave: XML, proof, PDF, and the outcome written once.

The proof and the page are made before the transaction, since they take a tenth of a second; what is written is guarded by the
state « Contrôle en cours », so that a job done twice changes nothing.

What the law says of a refused one. The number is given for good (CGI ann. II art. 242 nonies A, I 7°: unique, without a hole)
and what was sealed is never changed (CGI art. 289 VII). So what can be refused must be seen before the issue: `preflight`.
When a refusal comes all the same, `recheck` completes only what the sealed copy left empty, and only from the present sheet of
the organisation or of the client; nothing that was written is replaced. When the fault is in what was sealed, the way out is a
credit note and a new invoice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.queries import our_organisation
from app.contacts.models import Contact
from app.core import clock
from app.core.chain import seal
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.jobs import later
from app.core.queue import HEAVY
from app.core.subject import Subject, subject_of
from app.documents import services as files
from app.documents.models import StoredFile
from app.documents.services import Ready
from app.sales.models import SalesDocument
from app.sales.services.facturx import shape
from app.sales.services.facturx.page import render
from app.sales.services.facturx.rules import check
from app.sales.services.facturx.xml import xml_of
from app.sales.states.documents import CHECKS, CheckState

RENDER = "app.sales.jobs.render_and_check"
PDF = "application/pdf"
#: The chain of the files that may leave, and what a link of it is about.
FILES_CHAIN, FILE = "sales-files", "sales_document_file"
#: Particulars that may be completed when the sealed copy left them empty.
COMPLETED = (
    "siret", "vat_number", "einvoice_address", "address", "postcode", "town", "country", "email", "iban", "bic", "registration",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a document's proof: sentences when it is refused, else its file, kept and not yet written in a row."""

    faults: list[str] = field(default_factory=list)
    ready: Ready | None = None


def prove(document: SalesDocument) -> Outcome:
    """Make and check the files of a sealed document whose lines are loaded; on the HEAVY queue. Outside the transaction."""
    told = completed(document) if document.faults else document
    try:
        xml = xml_of(told)
        faults = check(xml, business=bool(told.content.get("business")))
        pdf = b"" if faults else render(told, xml)
    except DomainError as error:
        return Outcome([error.message])
    if faults:
        return Outcome(faults)
    return Outcome(ready=files.prepare_as_is(pdf, f"{document.number}.pdf", PDF))


def publish(document_id: int, outcome: Outcome) -> bool:
    """Write the outcome of a proof; False when somebody else wrote one meanwhile."""
    require_transaction()
    query = select(SalesDocument).where(SalesDocument.id == document_id).with_for_update()
    document = db.session.scalars(query, execution_options={"populate_existing": True}).one()
    if document.check != CheckState.WAITING:
        return False
    document.faults = outcome.faults
    if outcome.ready is None:
        CHECKS.move(document, CheckState.REFUSED, faults=outcome.faults[:5])
        return True
    stored = files.keep(outcome.ready, by=str(document.content["seller"]["name"]))
    label = _("%(kind)s %(number)s", kind=document.kind.label, number=document.number)
    files.attach(stored, subject_of(document), label, for_client=True)
    document.file_id = stored.id
    seal(FILES_CHAIN, Subject(FILE, document.id), _told(document.number, stored))
    CHECKS.move(document, CheckState.PASSED, sha256=stored.sha256)
    return True


def told_file(document_id: int) -> Mapping[str, Any] | None:
    """What the kept file of a document is today, in the shape that was sealed; None when there is none."""
    query = select(SalesDocument.number, StoredFile).join(StoredFile, StoredFile.id == SalesDocument.file_id)
    found = db.session.execute(
        query.where(SalesDocument.id == document_id), execution_options={"populate_existing": True}
    ).one_or_none()
    return _told(found[0], found[1]) if found else None


def _told(number: str | None, stored: StoredFile) -> dict[str, Any]:
    return {"number": number, "name": stored.name, "sha256": stored.sha256, "size": stored.size, "mime": stored.mime}


def sendable(document: SalesDocument) -> bool:
    """Whether a document may leave: issued, proven, its file kept."""
    return document.issued_at is not None and document.check == CheckState.PASSED and document.file_id is not None


def recheck(document: SalesDocument) -> None:
    """Have a refused document checked again, once the organisation or the client was completed. Raises Conflict."""
    require_transaction()
    query = select(SalesDocument).where(SalesDocument.id == document.id).with_for_update()
    fresh = db.session.scalars(query, execution_options={"populate_existing": True}).one()
    if fresh.check != CheckState.REFUSED:
        raise Conflict(_("Ce document n'attend pas d'autre contrôle. Rechargez la page."))
    CHECKS.move(fresh, CheckState.WAITING)
    later(RENDER, fresh.id, label=f"{fresh.kind.label} {fresh.number}", queue_name=HEAVY)


def waiting_document(document_id: int) -> SalesDocument | None:
    """The document with its lines, when its proof is still to be made."""
    waits = (SalesDocument.id == document_id, SalesDocument.check == CheckState.WAITING)
    query = select(SalesDocument).where(*waits, SalesDocument.number.is_not(None))
    return db.session.scalars(query.options(selectinload(SalesDocument.lines))).one_or_none()


class _Completed:
    """A document seen with another content: what completes it is never written into the sealed row."""

    def __init__(self, document: SalesDocument, content: dict[str, Any]) -> None:
        self._document = document
        self.content = content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._document, name)


def completed(document: SalesDocument) -> SalesDocument:
    """The document with what its copy left empty taken from the present sheets of the organisation and of the client."""
    content = dict(document.content)
    content["seller"] = _filled(content.get("seller") or {}, shape.seller(our_organisation()))
    contact = db.session.get(Contact, document.contact_id)
    if contact is not None:
        content["buyer"] = _filled(content.get("buyer") or {}, shape.buyer(contact))
    present = shape.notes(document.issued_on or clock.today(), business=bool(content.get("business")))
    content["notes"] = present | {code: text for code, text in (content.get("notes") or {}).items() if text}
    return cast("SalesDocument", _Completed(document, content))


def _filled(kept: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    return {**kept, **{key: now[key] for key in COMPLETED if now.get(key) and not kept.get(key)}}
