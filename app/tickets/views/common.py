"""What the pages of a ticket share: the fetch that authorises, and the card of a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request
from flask_login import current_user

from app.core import clock
from app.core.clock import card_date, table_date
from app.core.i18n import _
from app.core.web import or_404
from app.tickets.models import Ticket
from app.tickets.queries import Counts, counts, state_words, ticket_for
from app.tickets.states import FINAL, GROUPS, MAY_WAIT, Group, TicketKind, TicketState, Waiting


def the_ticket(number: str) -> Ticket:
    """The ticket of the address, when this person may see it; 404 otherwise."""
    return or_404(ticket_for(current_user, number))


def our_counts() -> Counts:
    """Open and late tickets of this person, counted once a request."""
    if "ticket_counts" not in g:
        g.ticket_counts = counts(current_user)
    found: Counts = g.ticket_counts
    return found


@dataclass(frozen=True, slots=True)
class Mark:
    """A coloured line on a card."""

    label: str
    colour: str
    icon: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a card or a line of the list shows: values alone, so that the same ones give the same markup."""

    id: int
    number: str
    url: str
    title: str
    client: str
    state: TicketState
    state_label: str
    priority: int
    due: str
    due_iso: str
    late: bool
    assignee: str
    waiting: Mark | None
    received: str
    version: int
    moves: str


_DONE = (Group.FINISHED, Group.SHIPPING, Group.OUT)


def cards(rows: Iterable[Any], moves: Mapping[tuple[TicketKind, TicketState], str] | None = None) -> list[Card]:
    """The cards of rows of `queries.board` or `queries.listing`; `moves` says where each may go."""
    prefix, called = _prefix(), state_words()
    return [_card(row, prefix, called[row.state], moves[row.kind, row.state] if moves else "") for row in rows]


def _card(row: Any, prefix: str, state: str, moves: str) -> Card:
    late = row.promised_on is not None and row.promised_on < clock.today() and GROUPS[row.state] not in _DONE
    return Card(
        row.id, row.number, prefix + row.number, row.title, row.client or _("Matériel de l'organisation"), row.state,
        state, int(row.priority), card_date(row.promised_on) if row.promised_on else "",
        row.promised_on.isoformat() if row.promised_on else "", late, row.assignee or "", _mark(row),
        table_date(clock.local(row.received_at).date()), row.version, moves,
    )  # fmt: skip


def _mark(row: Any) -> Mark | None:
    if row.waiting != Waiting.NONE and row.state in MAY_WAIT:
        return Mark(row.waiting_note or row.waiting.label, row.waiting.colour, row.waiting.icon)
    if row.state == TicketState.QUOTED:
        return Mark(_("Client : %(age)s", age=_age(row.state_since)), "ambre", "hourglass")
    if row.state == TicketState.READY:
        return Mark(_("Prêt depuis %(age)s", age=_age(row.state_since)), "vert", "bell")
    return None


def _age(moment: Any) -> str:
    days = (clock.today() - clock.local(moment).date()).days
    if days <= 0:
        return _("aujourd'hui")
    return _("%(n)s jour", n=days) if days == 1 else _("%(n)s jours", n=days)


def _prefix() -> str:
    """« /dossiers/ »: building 50 addresses one by one costs more than the page."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None  # noqa: S101
    return adapter.build("tickets.show", {"number": "-"})[:-1]


def finished(state: TicketState) -> bool:
    """For templates."""
    return state in FINAL
