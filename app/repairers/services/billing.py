"""A repairer's invoice: its file read, matched to his repairs, which close their cost with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.einvoices import ReadInvoice
from app.documents.models import Attachment, StoredFile
from app.documents.printed import text_of
from app.documents.services import Ready
from app.messaging.services import add_task
from app.purchasing import services as purchasing
from app.purchasing.models import SupplierInvoice
from app.purchasing.services import BillInput
from app.purchasing.states import ExpenseKind
from app.repairers.models import Repairer, RepairJob
from app.repairers.queries.problem import minutes_of
from app.repairers.states import JobState
from app.tickets.models import Ticket
from app.tickets.states import TicketKind

FIELDS = ("number", "issued_on", "net", "vat", "gross")


class Told(NamedTuple):
    """What his file says: values of the form, the numbers of the repairs it names; `sure` when a machine wrote it."""

    values: dict[str, Any]
    repairs: list[str]
    sure: bool


@dataclass(frozen=True, slots=True)
class BillDraft:
    """What he confirmed: amounts in cents; `repairs` are numbers of tickets; the file he sent first."""

    number: str
    issued_on: date
    net: int
    vat: int
    gross: int
    repairs: Sequence[str]
    file_id: int | None = None


def keep_file(repairer: Repairer, ready: Ready, by: str) -> StoredFile:
    """Keep the file of an invoice, prepared before the transaction, among his own; nobody else's."""
    stored = files.keep(ready, by=by)
    files.attach(stored, subject_of(repairer), _("Facture reçue"))
    return stored


def own_file(repairer: Repairer, file_id: int | None) -> StoredFile | None:
    """A file that he sent."""
    mine = select(Attachment.file_id).where(
        Attachment.subject_kind == Repairer.__kind__, Attachment.subject_id == repairer.id
    )
    query = select(StoredFile).where(StoredFile.id == file_id, StoredFile.id.in_(mine))
    return db.session.scalars(query).one_or_none()


def told_by(repairer: Repairer, content: bytes, waiting: Sequence[str]) -> Told:
    """What a file says of his invoice; `waiting` are the repairs that it may name. Raises DomainError when it is another's."""
    read = purchasing.read_or_none(content)
    if read is not None:
        values = purchasing.values_of(read)
        if values["supplier_id"] not in (None, repairer.contact_id):
            raise DomainError(_("Cette facture est celle d'un autre fournisseur. Envoyez la vôtre."), field="file")
        return Told({name: values[name] for name in FIELDS}, _named(_words(read), waiting), True)
    proposal = purchasing.propose(content)
    text = text_of(content).text if proposal.state == "read" else ""
    return Told({name: proposal.values.get(name) for name in FIELDS}, _named(text, waiting), False)


def _words(read: ReadInvoice) -> str:
    lines = purchasing.lines_in(read)
    return " ".join([read.purchase_order, *(f"{line.label} {' '.join(line.references)}" for line in lines)])


def _named(text: str, waiting: Sequence[str]) -> list[str]:
    flat = "".join(text.split()).upper()
    return [number for number in waiting if number in flat]


def bill_repairs(repairer: Repairer, draft: BillDraft) -> SupplierInvoice:
    """His invoice becomes a supplier invoice to check, and closes the cost of the repairs he names. Raises DomainError."""
    require_transaction()
    jobs = _jobs(repairer, draft.repairs)
    stored = own_file(repairer, draft.file_id)
    if stored is None:
        raise DomainError(_("Envoyez le fichier de votre facture, PDF ou Factur-X."), field="file")
    read = purchasing.read_or_none(files.open_file(stored))
    if read is not None:
        told_by(repairer, files.open_file(stored), ())
    bill = purchasing.add_bill(
        BillInput(
            repairer.contact_id, draft.number, draft.issued_on, draft.net, draft.vat, draft.gross, file_id=stored.id,
            source="facturx" if read else "typed", shares=purchasing.shares_of(read) if read else [],
            lines=purchasing.lines_in(read) if read else [], iban="".join(read.iban.split()) if read else "",
            expense=_nature(jobs),
        )
    )  # fmt: skip
    files.attach(stored, subject_of(bill), _("Facture %(number)s", number=bill.number))
    _close(bill, jobs)
    add_task(
        _("Facture %(number)s de %(who)s : à vérifier et à payer, %(amount)s.", number=bill.number, who=repairer.contact.name, amount=euros(bill.gross)),
        about=subject_of(bill), contact_id=repairer.contact_id,
    )  # fmt: skip
    return bill


def _nature(jobs: Sequence[tuple[RepairJob, Ticket]]) -> ExpenseKind:
    """Upkeep of what is ours; the work on a client's thing is resold, hence subcontracted."""
    ours = all(ticket.kind == TicketKind.FLEET for _job, ticket in jobs)
    return ExpenseKind.UPKEEP if ours else ExpenseKind.SUBCONTRACTING


def _jobs(repairer: Repairer, numbers: Sequence[str]) -> list[tuple[RepairJob, Ticket]]:
    if not numbers:
        raise DomainError(_("Cochez au moins une réparation que cette facture concerne."), field="repairs")
    query = (
        select(RepairJob, Ticket)
        .join(Ticket, Ticket.id == RepairJob.ticket_id)
        .where(
            Ticket.number.in_(numbers), RepairJob.repairer_id == repairer.id, RepairJob.state == JobState.ACCEPTED,
            RepairJob.bill_id.is_(None),
        )
        .order_by(RepairJob.id)
        .with_for_update(of=RepairJob)
    )  # fmt: skip
    found = [(row[0], row[1]) for row in db.session.execute(query)]
    if len(found) != len(set(numbers)):
        raise DomainError(_("Une de ces réparations n'est plus à facturer. Relisez la liste."), field="repairs")
    return found


def _close(bill: SupplierInvoice, jobs: Sequence[tuple[RepairJob, Ticket]]) -> None:
    shares = shared({ticket.number: minutes_of(ticket.estimated_minutes) for _job, ticket in jobs}, bill)
    for job, ticket in jobs:
        job.bill_id, job.cost = bill.id, shares[ticket.number]
        record(ticket, "repair.billed", bill=bill.number, amount=euros(job.cost))
    db.session.flush()


def shared(minutes: Mapping[str, int], bill: SupplierInvoice) -> dict[str, int]:
    """What of an invoice each repair costs, in cents with tax, to the cent: by its lines that name them all, else by their hours."""
    weights = {number: sum(line["net"] for line in bill.lines if number in str(line["label"])) for number in minutes}
    if not all(value > 0 for value in weights.values()):
        weights = dict(minutes)
    whole, left, found = sum(weights.values()), bill.gross, {}
    for number, weight in weights.items():
        found[number] = round(left * weight / whole) if whole else left
        left, whole = left - found[number], whole - weight
    return found
