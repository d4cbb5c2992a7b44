"""Incidents: told by the desk, by the borrower or by two states that differ; then decided, once."""

from collections.abc import Iterable

from sqlalchemy import select

from app.accounts.models import User
from app.assets.models import Asset
from app.assets.services import change_asset
from app.assets.states import AssetState
from app.core import clock
from app.core.db import db, key_of, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.models import StoredFile
from app.lending.models import Incident, Loan, LoanItem
from app.lending.queries.incidents import WHOLE
from app.lending.services.handing import take_back
from app.lending.services.reserving import add_unit, locked
from app.lending.states import INCIDENTS, IncidentState, LoanState, Teller
from app.messaging.services import add_task, finish_tasks_about
from app.planning import services as planning
from app.planning.states import look_again
from app.tickets.models import Ticket
from app.tickets.services import DeviceInput, IntakeInput, take_in
from app.tickets.states import TicketKind

MAX_WORDS = 10_000


def tell(
    unit: Asset, words: str, teller: Teller, *, item: LoanItem | None = None, loan: Loan | None = None,
    photos: Iterable[StoredFile] = (),
) -> Incident:  # fmt: skip
    """Something is wrong with a thing of ours; the desk has a task. Raises DomainError without words, or not ours."""
    require_transaction()
    if not words.strip():
        raise DomainError(_("Dites ce qui ne va pas, en quelques mots."), field="words")
    if len(words) > MAX_WORDS:
        raise DomainError(_("Ce constat dépasse 10 000 caractères. Joignez plutôt des photos."), field="words")
    if not unit.ours:
        raise DomainError(_("%(unit)s n'est pas à nous : ouvrez plutôt un dossier de réparation.", unit=unit.label))
    incident = Incident(
        asset_id=unit.id, asset=unit, item_id=item.id if item else None, loan_id=loan.id if loan else None, loan=loan,
        contact_id=loan.contact_id if loan else None, teller=teller, words=words.strip(),
    )  # fmt: skip
    db.session.add(incident)
    db.session.flush()
    add_photos(incident, photos)
    short = incident.words.split("\n")[0][:150]
    for subject in filter(None, (incident, loan, unit)):
        record(subject, "incident.told", incident=incident.id, what=unit.label, words=short, teller=teller.value)
    add_task(
        _("Incident à trier : %(unit)s, %(words)s", unit=unit.label, words=short), due_on=clock.today(),
        about=subject_of(incident), contact_id=incident.contact_id,
    )  # fmt: skip
    return incident


def add_photos(incident: Incident, photos: Iterable[StoredFile]) -> None:
    """Attach pictures to an incident, and to the ticket it became."""
    for photo in photos:
        files.attach(photo, subject_of(incident), for_client=True)
        if incident.ticket_id is not None:
            files.attach(photo, subject_of(db.session.get_one(Ticket, incident.ticket_id)))


def locked_incident(incident: Incident) -> Incident:
    """The incident read again under its lock, with what it is about."""
    query = select(Incident).where(Incident.id == key_of(incident)).with_for_update(of=Incident)
    return db.session.scalars(query.options(*WHOLE).execution_options(populate_existing=True)).one()


def decide(
    incident: Incident, decision: IncidentState, by: User, *, note: str = "", instead: Asset | None = None
) -> Incident:
    """What becomes of it. A repair makes a ticket on our thing with words and photos; `instead`: another unit that the borrower
    gets in its place now. Raises DomainError, Conflict, IllegalMove."""
    require_transaction()
    incident = locked_incident(incident)
    if decision == IncidentState.REPLACED and instead is None:
        raise DomainError(_("Scannez le matériel remis à la place."), field="code")
    found = incident.state == IncidentState.LOST
    INCIDENTS.move(incident, decision, note=note.strip())
    incident.note, incident.decided_at = note.strip()[:500], clock.now()
    if found:
        change_asset(incident.asset, state=AssetState.IN_USE)
        look_again(incident.asset_id)
    if instead is not None:
        _replace(incident, instead)
    if decision == IncidentState.REPAIR:
        _repair(incident, by)
    elif decision == IncidentState.LOST:
        _lose(incident)
    elif decision == IncidentState.REPLACED:
        change_asset(incident.asset, state=AssetState.OUT_OF_USE)
        planning.withdraw(incident.asset)
    finish_tasks_about(subject_of(incident))
    for subject in filter(None, (incident.loan, incident.asset)):
        record(subject, "incident.decided", incident=incident.id, what=incident.asset.label, to=decision.value)
    db.session.flush()
    return incident


def _repair(incident: Incident, by: User) -> None:
    """A ticket of our own fleet; made once for an incident. The unit leaves the planning for as long as it runs."""
    if incident.ticket_id is not None:
        return
    ticket, _new = take_in(
        IntakeInput(
            form_key=f"incident-{incident.id}", kind=TicketKind.FLEET, device=DeviceInput(asset_id=incident.asset_id),
            fault=incident.words,
        ),
        by,
    )  # fmt: skip
    incident.ticket_id, incident.ticket = ticket.id, ticket
    for photo in files.attachments_of(subject_of(incident)):
        files.attach(db.session.get_one(StoredFile, photo.file_id), subject_of(ticket), photo.label)
    record(ticket, "incident.told", incident=incident.id, words=incident.words.split("\n")[0][:150])


def _lose(incident: Incident) -> None:
    """It is nowhere: the loan no longer waits for it, nobody is promised it."""
    change_asset(incident.asset, state=AssetState.LOST)
    item = _item_out(incident)
    if item is not None and incident.loan is not None:
        take_back(locked(incident.loan), [item], note=_("perdu"))
    planning.withdraw(incident.asset)


def _replace(incident: Incident, unit: Asset) -> None:
    """Another unit leaves with the borrower; the broken one is back."""
    item, loan = _item_out(incident), incident.loan
    if item is None or loan is None:
        raise DomainError(
            _("Ce matériel n'est pas dehors : il n'y a rien à remplacer chez l'emprunteur."), field="code"
        )
    loan = locked(loan)
    fresh = add_unit(loan, unit, start=clock.now())
    planning.start_now(fresh.booking)
    fresh.out_at = clock.now()
    record(loan, "loan.exchanged", was=incident.asset.label, now=unit.label)
    take_back(loan, [next(known for known in loan.items if known.id == item.id)])


def _item_out(incident: Incident) -> LoanItem | None:
    loan = incident.loan
    if loan is None or loan.state != LoanState.OUT or incident.item_id is None:
        return None
    item = db.session.get_one(LoanItem, incident.item_id)
    return item if item.out_at is not None and item.back_at is None else None
