"""The intake slip and its label; its blocks are those that the organisation chose."""

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.i18n import _
from app.documents.letterhead import head
from app.tickets.models import Ticket
from app.tickets.services.notices import status_link
from app.tickets.services.slips.blocks import intake_blocks
from app.tickets.services.slips.pieces import Data, Images


def intake(ticket: Ticket, size: str = "a5") -> tuple[Data, Images]:
    """Intake slip and its label, one PDF."""
    data, images = head(_("Bon d'entrée"), ticket.number, clock.local(ticket.received_at).date())
    link = status_link(ticket)
    data |= {
        "size": size,
        "subtitle": _("Déposé le %(when)s", when=clock.full(ticket.received_at)),
        "code": {"qr": link, "title": _("Suivre la réparation"), "text": None},
        "blocks": intake_blocks(ticket, images),
        "labels": [_label(ticket, link)],
    }
    return data, images


def label(ticket: Ticket) -> tuple[Data, Images]:
    """The label alone."""
    data, images = head(_("Étiquette"), ticket.number, clock.local(ticket.received_at).date())
    return data | {"labels": [_label(ticket, status_link(ticket))]}, images


def _label(ticket: Ticket, link: str) -> Data:
    who = ticket.contact.name if ticket.contact else our_organisation().name
    when = clock.table_date(clock.local(ticket.received_at).date())
    return {"number": ticket.number, "title": ticket.title, "lines": [who, when], "qr": link, "barcode": ticket.number}
