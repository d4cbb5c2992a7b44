"""What several slips print: parties, lines, totals, check points, in the shapes that the Typst templates read."""

from typing import Any

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.i18n import _
from app.core.money import quantity, totals
from app.questionnaires.queries import Answer
from app.questionnaires.states import ItemType, Use
from app.tickets.models import Ticket, TicketLine
from app.tickets.queries.checks import check_state

Data = dict[str, Any]
Images = dict[str, bytes]


def rows(*pairs: tuple[str, Any]) -> list[list[Any]]:
    """Label and value pairs; those without a value are left out."""
    return [[name, value] for name, value in pairs if value]


def who(ticket: Ticket) -> str:
    """The client in one line."""
    contact = ticket.contact
    return ", ".join(filter(None, (contact.name, contact.phone, contact.email))) if contact else ""


def address(ticket: Ticket) -> list[str]:
    """The client's postal lines."""
    contact = ticket.contact
    return [line for line in (contact.address, contact.postal_line) if line] if contact else []


def client_party(ticket: Ticket) -> Data:
    """The client's block."""
    contact = ticket.contact
    name = contact.name if contact else our_organisation().name
    more = [contact.phone, contact.email] if contact else []
    return {"title": _("Client"), "name": name, "lines": [line for line in (*address(ticket), *more) if line]}


def device_party(ticket: Ticket) -> Data:
    """The device's block."""
    asset = ticket.asset
    lines = [
        _("N° de série %(serial)s", serial=asset.serial) if asset and asset.serial else "",
        _("Acheté le %(day)s", day=clock.table_date(asset.bought_on)) if asset and asset.bought_on else "",
        ticket.cover.label if asset else "",
        _("Déposé avec %(list)s", list=", ".join(ticket.accessories)) if ticket.accessories else "",
    ]
    return {"title": _("Appareil"), "name": ticket.title, "lines": [line for line in lines if line]}


def line_data(line: TicketLine) -> Data:
    """A line as documents want it: quantity in decimal text, cents, basis points."""
    return {
        "label": line.label,
        "detail": line.detail or None,
        "quantity": quantity(line.quantity).replace(",", "."),
        "unit": line.unit,
        "unit_price": line.unit_price,
        "vat": line.vat_rate,
        "total": line.net,
        "status": None,
    }


def totals_data(lines: list[TicketLine]) -> Data:
    """Totals as documents want them."""
    found = totals((line.net, line.vat_rate) for line in lines)
    return {
        "net": found.net,
        "vat": [{"rate": share.rate, "base": share.base, "amount": share.vat} for share in found.shares],
        "gross": found.gross,
        "deductions": [],
        "due": found.gross,
        "due_label": None,
    }


def checks(ticket: Ticket, use: Use) -> list[Data]:
    """The answered points of a questionnaire."""
    state = check_state(ticket, use).get(use.value)
    return [check_data(answer) for answer in state.points if answer.given] if state else []


def check_data(answer: Answer) -> Data:
    """A check point as documents want it."""
    tri = answer.item.type == ItemType.TRISTATE
    result = {"oui": "oui", "non": "non", "so": "sans objet"}.get(answer.value) if tri else None
    return {
        "label": answer.item.label,
        "result": result,
        "value": None if tri else (answer.words or None),
        "note": answer.note or None,
    }


def signature(title: str, name: str | None) -> Data:
    """An empty box to sign."""
    return {"title": title, "text": None, "image": None, "name": name, "date": None}
