"""Intake: a device comes in. Everything is written at once, numbered, and the client is told."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.accounts.models import User
from app.assets.models import Asset
from app.assets.queries import family as family_of
from app.assets.services import add_asset, change_asset, warranty_end
from app.contacts.models import Contact
from app.contacts.services import add_contact, change_contact, give_consent
from app.contacts.states import Purpose
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.numbers import next_number
from app.core.revisions import bump
from app.tickets.models import Ticket
from app.tickets.queries.known import guarantee_parent, made_by
from app.tickets.services.hooks import tell_taken_in
from app.tickets.services.notices import status_link, tell_received
from app.tickets.services.paid_in import tell_paid_in
from app.tickets.services.repairs import hold_unit
from app.tickets.states import FIRST_STATE, Cover, Priority, TicketKind

MAX_FAULT = 10_000


@dataclass(slots=True)
class DeviceInput:
    """The thing: an id when it is known, else what describes it."""

    asset_id: int | None = None
    family_id: int | None = None
    label: str = ""
    brand: str = ""
    serial: str = ""
    model_id: int | None = None
    bought_on: date | None = None
    custom: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class IntakeInput:
    """What the desk typed. Amounts in cents with tax. `form_key` makes a second submit of the form return the first's ticket."""

    form_key: str
    kind: TicketKind = TicketKind.REPAIR
    contact_id: int | None = None
    new_contact: dict[str, Any] | None = None
    notify: dict[str, bool] | None = None
    dropped_by: str = ""
    person_to_contact: str = ""
    device: DeviceInput | None = None
    title: str = ""
    accessories: list[str] = field(default_factory=list)
    fault: str = ""
    extra_work: str = ""
    cover: Cover | None = None
    priority: Priority = Priority.NORMAL
    promised_on: date | None = None
    ceiling: int | None = None
    diagnosis_fee: int | None = None
    paid_at_intake: int | None = None
    paid_by: str = ""
    assignee_id: int | None = None
    shelf: str = ""
    site_id: int | None = None
    external_ref: str = ""
    consents: dict[Purpose, tuple[bool, str]] = field(default_factory=dict)
    signed_name: str = ""
    signature_file_id: int | None = None


def take_in(intake: IntakeInput, by: User) -> tuple[Ticket, bool]:
    """The new ticket and True; or the ticket that this very form already made, and False. Raises DomainError."""
    require_transaction()
    known = made_by(intake.form_key)
    if known is not None:
        return known, False
    if not intake.fault.strip():
        raise DomainError(_("Écrivez ce que le client constate."), field="fault")
    if len(intake.fault) > MAX_FAULT:
        raise DomainError(_("La panne dépasse 10 000 caractères. Joignez plutôt un document."), field="fault")
    contact = _contact(intake)
    asset = _asset(intake, contact)
    ticket = _ticket(intake, contact, asset, by)
    record(ticket, "ticket.received", fault=ticket.fault[:200])
    _after(ticket, intake, contact, asset)
    return ticket, True


def _contact(intake: IntakeInput) -> Contact | None:
    if intake.contact_id is not None:
        contact = db.session.get(Contact, intake.contact_id)
        if contact is None or contact.archived_at is not None:
            raise DomainError(_("Ce client n'est plus dans la base. Choisissez-en un autre."), field="contact_id")
        if intake.notify:
            change_contact(contact, **intake.notify)
        return contact
    if intake.new_contact:
        return add_contact(**intake.new_contact, **(intake.notify or {}))
    if intake.kind == TicketKind.FLEET:
        return None
    raise DomainError(_("Choisissez un client, ou ajoutez-le avec « Nouveau client »."), field="contact_id")


def _asset(intake: IntakeInput, contact: Contact | None) -> Asset | None:
    device = intake.device
    if intake.kind == TicketKind.SOFTWARE and (device is None or device.asset_id is None):
        return None
    if device is None:
        raise DomainError(_("Décrivez l'appareil, ou scannez son numéro de série."), field="label")
    if device.asset_id is not None:
        return _known_asset(device, contact, intake.kind)
    if intake.kind == TicketKind.FLEET:
        raise DomainError(_("Choisissez un matériel de l'organisation."), field="asset_id")
    if device.family_id is None:
        raise DomainError(_("Choisissez la famille de l'appareil."), field="family_id")
    return add_asset(
        family_id=device.family_id,
        model_id=device.model_id,
        label=device.label,
        brand=device.brand,
        serial=device.serial,
        bought_on=device.bought_on,
        warranty_until=warranty_end(device.bought_on, family_of(device.family_id), None),
        owner_id=contact.id if contact else None,
        custom=device.custom,
    )


def _known_asset(device: DeviceInput, contact: Contact | None, kind: TicketKind) -> Asset:
    asset = db.session.get(Asset, device.asset_id)
    if asset is None or asset.archived_at is not None:
        raise DomainError(_("Cet appareil n'est plus dans la base. Décrivez-le de nouveau."), field="asset_id")
    if kind == TicketKind.FLEET and not asset.ours:
        raise DomainError(_("Cet appareil est celui d'un client : choisissez « Réparation »."), field="asset_id")
    changes: dict[str, Any] = {}
    if not asset.ours and contact is not None and asset.owner_id != contact.id:
        changes["owner_id"] = contact.id
    if device.bought_on and device.bought_on != asset.bought_on:
        changes |= {
            "bought_on": device.bought_on,
            "warranty_until": warranty_end(device.bought_on, family_of(asset.family_id), None),
        }
    if device.serial.strip() and device.serial.strip() != asset.serial:
        changes["serial"] = device.serial
    return change_asset(asset, **changes) if changes else asset


def cover_of(asset: Asset | None) -> tuple[Cover, Ticket | None]:
    """Who should pay: a return within our guarantee, the maker's warranty, or nobody; with the earlier ticket."""
    if asset is None or asset.id is None:
        return Cover.NONE, None
    parent = guarantee_parent(asset.id)
    if parent is not None:
        return Cover.REPAIR, parent
    return _without_past(asset)


def _without_past(asset: Asset | None) -> tuple[Cover, None]:
    under_warranty = asset is not None and asset.warranty_until is not None and asset.warranty_until >= clock.today()
    return (Cover.MAKER if under_warranty else Cover.NONE), None


AS_GIVEN = (
    "form_key", "accessories", "priority", "promised_on", "ceiling", "diagnosis_fee", "paid_at_intake", "assignee_id",
    "site_id", "signature_file_id",
)  # fmt: skip
WORDS = (
    "dropped_by", "person_to_contact", "fault", "extra_work", "paid_by", "shelf", "external_ref", "signed_name",
)  # fmt: skip


def _ticket(intake: IntakeInput, contact: Contact | None, asset: Asset | None, by: User) -> Ticket:
    known = intake.device is not None and intake.device.asset_id is not None
    found, parent = cover_of(asset) if known else _without_past(asset)
    ticket = Ticket(
        number=next_number("R"),
        kind=intake.kind,
        state=FIRST_STATE[intake.kind],
        title=(intake.title.strip() or (asset.label if asset else "") or intake.fault.strip().split("\n")[0])[:200],
        contact_id=contact.id if contact else None,
        asset_id=asset.id if asset else None,
        family_id=asset.family_id if asset else None,
        cover=intake.cover if intake.cover is not None else found,
        parent_id=parent.id if parent else None,
        received_by_id=by.id,
        facts={},
        lines=[],
        **{name: getattr(intake, name) for name in AS_GIVEN},
        **{name: (getattr(intake, name) or "").strip() for name in WORDS},
    )
    ticket.contact, ticket.asset = contact, asset
    db.session.add(ticket)
    db.session.flush()
    bump("tickets")
    return ticket


def _after(ticket: Ticket, intake: IntakeInput, contact: Contact | None, asset: Asset | None) -> None:
    for purpose, (given, wording) in intake.consents.items():
        if contact is not None:
            give_consent(contact, purpose, given, wording=wording, source=ticket.number)
    if ticket.paid_at_intake:
        tell_paid_in(ticket)
    if ticket.kind == TicketKind.FLEET and asset is not None:
        hold_unit(ticket)
    link = status_link(ticket, new=True)
    if ticket.kind == TicketKind.REPAIR:
        tell_received(ticket, link)
    tell_taken_in(ticket)
