"""The slips of a ticket as PDF (B6, B7): intake with its label, work, exit, shipping, check-point report."""

from collections.abc import Callable
from typing import Any

from app.core.db import transaction
from app.core.links import token_of
from app.core.subject import subject_of
from app.documents.letterhead import engine
from app.tickets.models import Ticket
from app.tickets.services.notices import status_link
from app.tickets.services.slips.intake import intake, label
from app.tickets.services.slips.leaving import exit_slip, shipping_slip
from app.tickets.services.slips.pieces import Data, Images
from app.tickets.services.slips.work import report, work

SLIPS: dict[str, tuple[str, Callable[..., tuple[Data, Images]]]] = {
    "entree": ("intake_slip", intake),
    "etiquette": ("label", label),
    "intervention": ("work_slip", work),
    "sortie": ("exit_slip", exit_slip),
    "expedition": ("shipping_slip", shipping_slip),
    "controles": ("check_report", report),
}


def render_slip(ticket: Ticket, kind: str, **options: Any) -> bytes:
    """The PDF of a slip: "entree", "etiquette", "intervention", "sortie", "expedition", "controles". Raises KeyError."""
    template, make = SLIPS[kind]
    data, images = make(ticket, **options)
    return engine().render(template, data, images=images)


def has_link(ticket: Ticket) -> bool:
    """True when the client's page has its address (an imported ticket gets one when first printed)."""
    return token_of("status", subject_of(ticket)) is not None


def give_link(ticket: Ticket) -> None:
    """Make the client's link, in a unit of work of its own: before printing an imported ticket."""
    with transaction():
        status_link(ticket)
