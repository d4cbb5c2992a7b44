"""The dashboard: today's work with one action each, what is late, figures below. /tableau-de-bord."""

from collections.abc import Iterable
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.models import User
from app.accounts.queries import allowed
from app.accounts.states import Role
from app.core import clock
from app.core.i18n import _, _n
from app.core.panels import panels
from app.core.permissions import signed_in
from app.core.web import go, page
from app.insights.queries import day, money
from app.insights.queries.workshop import workshop
from app.insights.states import Segment
from app.insights.views import lines, tiles
from app.insights.views.blueprint import bp
from app.insights.views.lines import Line
from app.messaging.queries import counts as message_counts
from app.sales.queries import waiting as waiting_quotes

Data = dict[str, Any]
SHOWN = 8
CHASED = {"ticket": 3, "uncollected": 1, "quote": 2, "task": 2}
ALL_CHASED = 50
OWN = (Role.TECHNICIAN, Role.REPAIRER)


@bp.get("/tableau-de-bord")
@signed_in
def dashboard() -> Response:
    """Each role's version: the day of those who repair, money for the accountant, the workshop for the others."""
    user: User = current_user
    if user.is_client:
        return go(url_for("portal.home"))
    if user.role == Role.ACCOUNTANT:
        shown = _money(user)
    elif user.role in OWN:
        shown = _own_day(user)
    else:
        shown = _team(user)
    return page("insights/dashboard.html", block="jour", top=_panels("dashboard", user), today=clock.today(), context=_context(shown), **shown)


def _context(shown: Data) -> str:
    week = _("Semaine %(week)s", week=clock.today().isocalendar().week)
    return f"{week} · {shown['summary']}"


def _panels(slot: str, user: User) -> list[tuple[str, Data]]:
    """(template, values) of the panels of a slot that this person may see and that have something to show."""
    found = ((panel.template, panel.render(user)) for panel in panels(slot) if panel.permission is None or allowed(user, panel.permission))
    return [(template, values) for template, values in found if values is not None]


# --- the workshop -----------------------------------------------------------------------------------------------------


def _team(user: User) -> Data:
    figures, today = workshop(user), clock.today()
    shown = tiles.ticket_tiles(figures)
    if allowed(user, "quote.view"):
        shown.append(tiles.quote_tile(waiting_quotes(user)))
    tasks: list[Line] = []
    if allowed(user, "message.view"):
        shown += tiles.message_tiles(message_counts())
        tasks = [lines.task(row, today) for row in day.due_tasks(user)]
    todo = [lines.due_ticket(row, user) for row in day.due_tickets(user)] + [line for line in tasks if not line.late]
    promised = figures.due()
    return {
        "version": "team", "title": clock.long_date(today), "tiles": shown, "summary": _n("%(num)s promis aujourd'hui", "%(num)s promis aujourd'hui", promised),
        "charts": _panels("dashboard.charts", user), **_todo(todo), **_chase(user, [line for line in tasks if line.late]),
    }  # fmt: skip


def _todo(found: list[Line]) -> Data:
    """The lines of the segment that the address names; only the next one to do is filled."""
    asked = request.args.get("voir", "")
    segment = Segment(asked) if asked in list(Segment) else Segment.ALL
    chosen = [line for line in found if segment in (Segment.ALL, line.segment)]
    everything = request.args.get("tout") == "1"
    return {
        "todo": chosen if everything else chosen[:SHOWN], "more": 0 if everything else max(0, len(chosen) - SHOWN), "segment": segment,
        "segments": [_segment(one, one == segment) for one in Segment],
    }  # fmt: skip


def _segment(segment: Segment, active: bool) -> Data:
    chosen = None if segment == Segment.ALL else segment.value
    return {"label": _(segment.label), "url": url_for("insights.dashboard", voir=chosen), "active": active}


def _chase(user: User, late_tasks: list[Line]) -> Data:
    """What is late, by kind then age: a few of each, or all that there is."""
    today, everything = clock.today(), request.args.get("relances") == "tout"
    caps = dict.fromkeys(CHASED, ALL_CHASED) if everything else CHASED
    rows = day.late_tickets(user, caps["ticket"])
    quotes = day.quotes_to_chase(user, caps["quote"]) if allowed(user, "quote.view") else []
    chase = [lines.late_ticket(row, user, today) for row in rows if not row.uncollected or row.rank <= caps["uncollected"]]
    chase += [lines.quote(row, user, today) for row in quotes]
    chase += late_tasks[: caps["task"]]
    total = sum({row.uncollected: row.rows for row in rows}.values()) + _rows(quotes) + len(late_tasks)
    return {"chase": chase, "chase_total": total, "chase_all": everything or total <= len(chase)}


def _rows(rows: Iterable[Any]) -> int:
    return next((int(row.rows) for row in rows), 0)


# --- those who repair -------------------------------------------------------------------------------------------------


def _own_day(user: User) -> Data:
    figures, today = workshop(user), clock.today()
    mine = [lines.own_ticket(row, user, today) for row in day.own_tickets(user, today)]
    tasks = [lines.task(row, today) for row in day.due_tasks(user)] if allowed(user, "message.view") else []
    free = [lines.free_ticket(row, user) for row in day.unassigned_tickets(user)] if user.role == Role.TECHNICIAN else []
    return {
        "version": "own", "title": _("Ma journée"), "tiles": tiles.own_tiles(figures, user), "mine": mine, "tasks": tasks[:SHOWN], "free": free,
        "summary": clock.long_date(today), "charts": _panels("dashboard.charts", user),
    }  # fmt: skip


# --- money ------------------------------------------------------------------------------------------------------------


def _money(user: User) -> Data:
    today = clock.today()
    year, _before = money.quote_months(today)
    waiting = waiting_quotes(user)
    rows = day.quotes_to_chase(user, ALL_CHASED)
    return {
        "version": "money", "title": clock.long_date(today), "tiles": tiles.money_tiles(waiting, year[-1]), "chase_total": _rows(rows),
        "chase": [lines.quote(row, user, today) for row in rows], "chase_all": True, "charts": _panels("dashboard.money", user),
        "summary": _n("%(num)s devis attend une réponse", "%(num)s devis attendent une réponse", waiting.sent),
    }  # fmt: skip
