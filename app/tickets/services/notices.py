"""What clients are told about their ticket, and the link to follow it."""

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.history import record
from app.core.links import issue, token_of
from app.core.subject import subject_of
from app.core.urls import site
from app.messaging.services import tell
from app.tickets.models import Ticket


def status_link(ticket: Ticket, *, new: bool = False) -> str:
    """The address of the client's status page; made with the ticket (`new`), printed again as often as wanted."""
    subject = subject_of(ticket)
    token = ("" if new else token_of("status", subject)) or issue("status", subject)
    return site(f"/suivi/{token}")  # a stable address of docs/operations.md; the page itself is the portal's


def facts_of(ticket: Ticket, link: str = "") -> dict[str, str]:
    """What every message about a ticket may say; `link` when its address is known already."""
    ours = our_organisation()
    return {
        "dossier": ticket.number,
        "client": ticket.contact.name if ticket.contact else "",
        "appareil": ticket.title,
        "promis": clock.long_date(ticket.promised_on) if ticket.promised_on else "",
        "lien": link or status_link(ticket),
        "organisation": ours.name,
        "telephone": ours.phone,
    }


def answer_facts(ticket: Ticket) -> dict[str, str]:
    """What the templates put into an answer may say; the reason of a delay is left to whoever writes."""
    return {
        **facts_of(ticket),
        "issue": ticket.outcome.label if ticket.outcome else "",
        "raison": "",
        "transporteur": ticket.carrier,
        "suivi": ticket.tracking,
    }


def _tell(ticket: Ticket, code: str, *, link: str = "", **more: str) -> None:
    if ticket.contact is not None:
        tell(ticket.contact, code, about=subject_of(ticket), facts={**facts_of(ticket, link), **more})


def tell_received(ticket: Ticket, link: str) -> None:
    """The thing is in our hands: number, promised day, link (B8: the portal's link goes out with the slip)."""
    _tell(ticket, "ticket.received", link=link)


def tell_ready(ticket: Ticket) -> None:
    """It can be collected (B9: sent by itself)."""
    _tell(ticket, "ticket.ready", issue=ticket.outcome.label if ticket.outcome else "")


def tell_parts_arrived(ticket: Ticket) -> None:
    """Every part that it waited for is there: the repair goes on (D11)."""
    _tell(ticket, "ticket.parts_arrived")


def tell_shipped(ticket: Ticket) -> None:
    """It is on its way."""
    _tell(ticket, "ticket.shipped", transporteur=ticket.carrier, suivi=ticket.tracking)


def tell_delay(ticket: Ticket, reason: str) -> None:
    """It will be ready later."""
    _tell(ticket, "ticket.delayed", raison=reason)


def remind_pickup(ticket: Ticket, months: int) -> None:
    """Remind a client that his thing waits (law of 31 December 1903: it may be sold after a year, by a court order)."""
    record(ticket, "ticket.pickup_reminded", months=months)
    _tell(
        ticket,
        "ticket.pickup_reminder",
        mois=str(months),
        pret=clock.long_date(clock.local(ticket.ready_at).date(), year=True) if ticket.ready_at else "",
    )
