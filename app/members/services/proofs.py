"""A paper is brought, checked by somebody, then deleted: only the result is kept, until the day it holds no more."""

from datetime import date, timedelta

from app.contacts.models import Contact
from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import Subject
from app.documents import services as files
from app.documents.models import StoredFile
from app.members.models import Proof
from app.members.queries.proofs import Bracket, brackets
from app.members.states import PROOFS, ProofKind, ProofState

LONGEST = timedelta(days=3 * 366)


def bring(contact: Contact, kind: ProofKind, ready: files.Ready | None = None) -> Proof:
    """A proof was sent (`ready`: its file) or is shown at the desk; it waits for its check."""
    require_transaction()
    proof = Proof(contact_id=contact.id, kind=kind)
    if ready is not None:
        proof.file_id = files.keep(ready, by=current_actor().name).id
    db.session.add(proof)
    db.session.flush()
    record(contact, "proof.brought", kind=kind.value)
    return proof


def accept(proof: Proof, valid_until: date, bracket: Bracket | None = None) -> None:
    """It was checked and holds until that day; the file goes. Raises DomainError for a day that is over or too far, or a quotient
    without its bracket; Conflict when somebody checked it already."""
    _check_waiting(proof)
    today = clock.today()
    if not today <= valid_until <= today + LONGEST:
        raise DomainError(_("Donnez une fin de validité à venir, dans trois ans au plus."), field="valid_until")
    if proof.kind == ProofKind.QUOTIENT:
        if bracket not in brackets():
            raise DomainError(_("Choisissez la tranche que montre le justificatif."), field="bracket")
        proof.bracket_from, proof.bracket_below = bracket
    proof.valid_until = valid_until
    _checked(proof, ProofState.ACCEPTED)


def refuse(proof: Proof, reason: str) -> None:
    """It does not prove it; the file goes. Raises DomainError without a reason, Conflict when somebody checked it already."""
    _check_waiting(proof)
    if not reason.strip():
        raise DomainError(_("Dites pourquoi il est refusé : la famille saura quoi apporter."), field="reason")
    proof.reason = reason.strip()[:300]
    _checked(proof, ProofState.REFUSED)


def _check_waiting(proof: Proof) -> None:
    require_transaction()
    db.session.refresh(proof, ["state", "file_id"], with_for_update=True)
    if proof.state != ProofState.WAITING:
        raise Conflict(_("Ce justificatif vient d'être vérifié par %(who)s.", who=proof.checked_by))


def _checked(proof: Proof, state: ProofState) -> None:
    PROOFS.move(proof, state)
    proof.checked_at, proof.checked_by = clock.now(), current_actor().name
    file = db.session.get(StoredFile, proof.file_id) if proof.file_id else None
    proof.file_id = None
    db.session.flush()
    if file is not None:
        files.forget(file)
    record(Subject(Contact.__kind__, proof.contact_id), "proof.checked", kind=proof.kind.value, state=state.value)
