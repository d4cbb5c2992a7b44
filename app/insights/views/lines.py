"""Lines of the dashboard: what there is, and the one thing to do about it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from app.core import clock
from app.core.i18n import _, _n
from app.core.money import euros
from app.core.subject import Subject
from app.core.subjects import SUBJECTS
from app.insights.states import Segment
from app.sales.states import QuoteState
from app.tickets.queries import word
from app.tickets.states import MAY_WAIT, TicketKind, TicketState, Waiting

T = TicketState
Rights = frozenset[str]
NEXT = {
    T.RECEIVED: "Diagnostiquer", T.DIAGNOSING: "Diagnostiquer", T.QUOTED: "Relancer", T.REPAIRING: "Réparer", T.CHECKING: "Contrôler",
    T.OPENED: "Prendre", T.IN_PROGRESS: "Poursuivre", T.READY: "Remettre", T.SOLVED: "Fermer", T.SHIPPING: "Suivre",
}  # fmt: skip


@dataclass(slots=True)
class Badge:
    """A state as `badge_etat` reads it."""

    label: str
    icon: str
    colour: str


@dataclass(slots=True)
class Line:
    """One line. `action` is its button; `post` when the button changes something, `tel` when it calls."""

    segment: Segment
    title: str
    detail: str
    url: str
    action: str
    action_url: str
    client: str = ""
    phone: str = ""
    badge: Badge | None = None
    icon: str = ""
    colour: str = "gris"
    days: str = ""
    when: str = ""
    late: bool = False
    post: bool = False


def ticket_badge(row: Any) -> Badge:
    """The state in the organisation's words; what it waits for instead, when it waits."""
    if row.waiting != Waiting.NONE and row.state in MAY_WAIT:
        return Badge(row.waiting.label, row.waiting.icon, row.waiting.colour)
    return Badge(word(row.state), row.state.icon, row.state.colour)


def _ticket(row: Any, rights: Rights, detail: str) -> Line:
    url = url_for("tickets.show", number=row.number)
    hands_over = row.state == T.READY and "ticket.hand_over" in rights
    stuck = row.waiting != Waiting.NONE and row.state in MAY_WAIT
    works = not stuck and row.state != T.READY and ("ticket.work" in rights or row.state == T.QUOTED)
    return Line(
        segment=Segment.HAND_OVER if row.state in (T.READY, T.SOLVED) else Segment.REPAIRS,
        title=row.title, detail=detail, url=url, client=_("Notre matériel") if row.kind == TicketKind.FLEET else row.client or "", phone=row.phone or "",
        action=_(NEXT[row.state]) if hands_over or works else _("Ouvrir"),
        action_url=url_for("tickets.hand_over", number=row.number) if hands_over else url,
        badge=ticket_badge(row), icon=row.kind.icon,
    )  # fmt: skip


def due_ticket(row: Any, rights: Rights) -> Line:
    """A thing to hand over, or to finish today."""
    detail = ", ".join(filter(None, (row.number, row.assignee or _("non attribué"))))
    return _ticket(row, rights, detail)


def own_ticket(row: Any, rights: Rights, today: date) -> Line:
    """A ticket of one's own day, with when it is promised."""
    line = _ticket(row, rights, row.number)
    line.late = (
        row.promised_on is not None and row.promised_on < today and row.state not in (T.READY, T.SHIPPING, T.SOLVED)
    )
    if row.promised_on is not None:
        line.when = _("aujourd'hui") if row.promised_on == today else clock.card_date(row.promised_on)
    return line


def free_ticket(row: Any, rights: Rights) -> Line:
    """A ticket that nobody has taken."""
    line = _ticket(row, rights, ", ".join(filter(None, (row.number, row.client))))
    line.days = clock.since(row.received_at)
    line.action = _("Voir")
    line.colour = row.state.colour
    return line


def task(row: Any, today: date) -> Line:
    """A call or a chore."""
    about = Subject(row.subject_kind, row.subject_id) if row.subject_kind and row.subject_id else None
    lost = about is not None and about.kind == "message"
    url = (
        url_for("messaging.outbox_message", message_id=row.subject_id)
        if lost
        else url_for("messaging.task", task_id=row.id)
    )
    late = row.due_on is not None and row.due_on < today
    return Line(
        segment=Segment.CALLS, title=row.label, detail=_about(about), url=url, client=row.client or "", phone=row.phone or "",
        action=_("Corriger") if lost else (_("Appeler") if row.call else _("Faire")), action_url=url,
        badge=Badge(_("Appel"), "phone", "sarc") if row.call and not lost else Badge(_("Message non remis") if lost else _("Tâche"), "alert-triangle" if lost else "circle", "rouge" if lost else "gris"),
        icon="mail-exclamation" if lost else ("phone" if row.call else "circle-check"), colour="rouge" if lost or late else "sarc",
        days=days((today - row.due_on).days) if late else "", late=late or lost,
    )  # fmt: skip


def _about(about: Subject | None) -> str:
    if about is None or about.kind not in SUBJECTS:
        return ""
    return {
        "ticket": _("Au sujet d'un dossier"),
        "quote": _("Au sujet d'un devis"),
        "message": _("Message à corriger"),
    }.get(about.kind, "")


def late_ticket(row: Any, rights: Rights, today: date) -> Line:
    """A repair past its promised day, or a thing that nobody collects."""
    if row.state == T.READY:
        ready = clock.local(row.ready_at).date()
        line = _ticket(
            row, rights, _("%(client)s, prêt le %(day)s", client=row.client or row.number, day=clock.table_date(ready))
        )
        line.icon, line.colour, line.days = "package-export", "bleu", days((today - ready).days)
        line.action, line.action_url = _("Relancer"), line.url
    else:
        line = _ticket(row, rights, ", ".join(filter(None, (ticket_badge(row).label, row.assignee or row.client))))
        line.icon, line.colour, line.days = "tool", "terre", days((today - row.promised_on).days)
        may_tell = "ticket.edit" in rights
        line.action, line.action_url = (
            (_("Prévenir"), url_for("tickets.delays", number=row.number)) if may_tell else (_("Ouvrir"), line.url)
        )
    return line


def quote(row: Any, rights: Rights, today: date) -> Line:
    """A quote that waits for too long."""
    sent = clock.local(row.sent_at).date()
    expired = row.state == QuoteState.EXPIRED
    url = url_for("sales.show", number=row.number)
    reminds = not expired and "quote.send" in rights
    detail = _("%(number)s, expiré sans suite") if expired else _("%(number)s du %(day)s, sans réponse")
    return Line(
        segment=Segment.CALLS, title=row.title, detail=detail % {"number": row.number, "day": clock.table_date(sent)}, url=url, client=row.client,
        action=_("Relancer") if reminds else _("Ouvrir"), action_url=url_for("sales.remind", number=row.number) if reminds else url,
        icon="calendar-x" if expired else "file-text", colour="ambre", days=days((today - sent).days), post=reminds,
        when=euros(row.gross),
    )  # fmt: skip


def days(count: int) -> str:
    """« 9 jours »."""
    return _n("%(num)s jour", "%(num)s jours", count)
