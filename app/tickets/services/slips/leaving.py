"""What goes with a device that leaves: exit slip, shipping slip."""

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.i18n import _
from app.core.money import totals
from app.core.settings import setting
from app.core.subject import subject_of
from app.documents.letterhead import head, picture
from app.planning.queries import bookings_about
from app.planning.states import BookingState
from app.questionnaires.states import Use
from app.tickets.models import Ticket
from app.tickets.queries import lines_of, word
from app.tickets.services.notices import status_link
from app.tickets.services.slips.pieces import Data, Images, address, checks, rows, who
from app.tickets.states import LineKind, Outcome

TONES = {Outcome.REPAIRED: "vert", Outcome.QUOTE_REFUSED: "rouge"}


def exit_slip(ticket: Ticket) -> tuple[Data, Images]:
    """Exit slip (B6), signed by who takes the thing back."""
    moment = ticket.out_at or clock.now()
    data, images = head(_("Bon de sortie"), ticket.number, clock.local(moment).date())
    lines = lines_of(ticket)
    sum_of = totals((line.net, line.vat_rate) for line in lines)
    data |= {
        "subtitle": _("Remis le %(when)s", when=clock.full(moment)),
        "code": {"qr": status_link(ticket), "title": _("Suivre le dossier"), "text": None},
        "rows": rows(
            (_("Client"), who(ticket)),
            (_("Appareil"), ticket.title),
            (_("N° de série"), ticket.asset.serial if ticket.asset else ""),
            (_("Rendus avec"), ", ".join(ticket.accessories)),
        ),
        "outcome": _outcome(ticket),
        "report": ticket.report or None,
        "parts": [{"label": line.label, "detail": line.detail or None} for line in lines if line.kind == LineKind.PART],
        "checks": checks(ticket, Use.CHECK_OUT),
        "guarantee": _guarantee(ticket),
        "loaner": _loaner(ticket),
        "amounts": [[_("Total TTC"), {"cents": sum_of.gross, "text": None}]] if lines else [],
        "conditions": None,
        "signature": {
            "title": _("Signature du client"), "text": None, "name": ticket.exit_signed_name or None,
            "date": clock.full(moment) if ticket.out_at else None,
            "image": picture(images, ticket.exit_signature_file_id, "signature"),
        },
    }  # fmt: skip
    return data, images


def _outcome(ticket: Ticket) -> Data:
    outcome = ticket.outcome
    if outcome is None:
        return {"title": word(ticket.state), "text": None, "tone": "gris"}
    return {"title": outcome.label, "text": None, "tone": TONES.get(outcome, "gris")}


def _guarantee(ticket: Ticket) -> Data | None:
    if ticket.outcome != Outcome.REPAIRED:
        return None
    return {"title": _("Garantie"), "text": setting("tickets.exit_guarantee"), "tone": "gris"}


def _loaner(ticket: Ticket) -> str | None:
    back = bookings_about(subject_of(ticket), BookingState.RETURNED)
    lent = [booking.label for booking in back if booking.kind == "loaner"]
    return _("Appareil de prêt rendu : %(label)s", label=", ".join(lent)) if lent else None


def shipping_slip(ticket: Ticket, size: str = "a4") -> tuple[Data, Images]:
    """Shipping slip (B6)."""
    ours = our_organisation()
    data, images = head(_("Bon d'expédition"), ticket.number, clock.today())
    us = {"title": _("Expéditeur"), "name": ours.name, "lines": [ours.address, f"{ours.postcode} {ours.town}".strip()]}
    to = ticket.ship_to.split("\n") if ticket.ship_to else address(ticket)
    data |= {
        "size": size,
        "particulars": rows(
            (_("Dossier"), ticket.number),
            (_("Date"), clock.long_date(clock.today(), year=True)),
            (_("Transporteur"), ticket.carrier),
            (_("N° de suivi"), ticket.tracking),
            (_("Suivi du retour"), ticket.return_tracking),
        ),
        "sender": us,
        "recipient": {"title": _("Destinataire"), "name": ticket.contact.name if ticket.contact else "", "lines": to},
        "tracking": {"barcode": ticket.tracking, "label": _("N° de suivi")} if ticket.tracking else None,
        "contents": [
            {
                "label": ticket.title,
                "detail": None,
                "serial": ticket.asset.serial if ticket.asset else None,
                "quantity": 1,
            },
            *({"label": item, "detail": None, "serial": None, "quantity": 1} for item in ticket.accessories),
        ],
        "return_address": {**us, "title": _("Adresse de retour")} if ticket.return_tracking else None,
        "instructions": None,
        "code": None,
        "signature": None,
    }
    return data, images
