"""The work slip, and the check-point report."""

from typing import Any

from app.core import clock
from app.core.i18n import _
from app.documents.letterhead import head
from app.questionnaires.states import Use
from app.tickets.models import Ticket
from app.tickets.queries import lines_of, word
from app.tickets.queries.checks import check_state
from app.tickets.services.slips.pieces import (
    Data,
    Images,
    check_data,
    checks,
    client_party,
    device_party,
    line_data,
    rows,
    signature,
    totals_data,
)
from app.tickets.states import LineKind, Waiting


def work(ticket: Ticket) -> tuple[Data, Images]:
    """Work slip (B4)."""
    data, images = head(_("Bon d'intervention"), ticket.number, clock.today())
    lines = lines_of(ticket)
    data |= {
        "particulars": rows(
            (_("Reçu le"), clock.full(ticket.received_at)),
            (_("Promis pour"), clock.long_date(ticket.promised_on, year=True) if ticket.promised_on else ""),
            (_("Confié à"), ticket.assignee.name if ticket.assignee else ""),
            (_("État"), f"{word(ticket.state)} ({ticket.group.label.lower()})"),
        ),
        "client": client_party(ticket),
        "device": device_party(ticket),
        "fault": ticket.fault or None,
        "diagnosis": ticket.diagnosis or None,
        "report": ticket.report or None,
        "waiting": _waiting(ticket),
        "parts": [line_data(line) for line in lines if line.kind != LineKind.LABOUR],
        "labour": [line_data(line) for line in lines if line.kind == LineKind.LABOUR],
        "totals": totals_data(lines) if lines else None,
        "checks": checks(ticket, Use.CHECK_OUT),
        "signatures": [
            signature(_("Technicien"), ticket.assignee.name if ticket.assignee else None),
            signature(_("Client"), ticket.contact.name if ticket.contact else None),
        ],
    }
    return data, images


def _waiting(ticket: Ticket) -> Data | None:
    if ticket.waiting == Waiting.NONE:
        return None
    return {"title": ticket.waiting.label, "text": ticket.waiting_note or None, "tone": "ambre"}


def report(ticket: Ticket) -> tuple[Data, Images]:
    """Check-in and check-out side by side (D4)."""
    data, images = head(_("Rapport de contrôle"), ticket.number, clock.today())
    states = check_state(ticket, Use.CHECK_IN, Use.CHECK_OUT)
    entry, leaving = states.get(Use.CHECK_IN.value), states.get(Use.CHECK_OUT.value)
    points: dict[str, Data] = {}
    for side, state in (("intake", entry), ("exit", leaving)):
        for answer in state.points if state else []:
            point = points.setdefault(
                answer.item.label, {"label": answer.item.label, "compulsory": False, "intake": None, "exit": None}
            )
            point["compulsory"] |= answer.item.compulsory
            point[side] = check_data(answer) if answer.given else None
    data |= {
        "particulars": rows((_("Reçu le"), clock.full(ticket.received_at)), (_("État"), word(ticket.state))),
        "client": client_party(ticket),
        "device": device_party(ticket),
        "summary": None,
        "intake": _done(_("Entrée"), entry),
        "exit": _done(_("Sortie"), leaving),
        "groups": [{"title": None, "points": list(points.values())}],
        "photos": [],
        "signatures": [],
    }
    return data, images


def _done(title: str, state: Any) -> Data | None:
    if state is None or state.response is None:
        return None
    when = state.response.completed_at or state.response.updated_at
    return {"title": title, "by": _("le %(when)s, par %(who)s", when=clock.full(when), who=state.response.by)}
