"""The dashboard: today's work with one action each, what is late, figures below. /tableau-de-bord."""

from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.models import User
from app.accounts.queries import rights_of
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
from app.insights.views.lines import Line, Rights
from app.messaging.queries import counts as message_counts
from app.messaging.queries import lost_count
from app.sales.queries import waiting as waiting_quotes

Data = dict[str, Any]
SHOWN, OWN_SHOWN, MONEY_SHOWN, ALL = 8, 25, 12, 60
CHASED = {"ticket": 3, "uncollected": 1, "quote": 2, "task": 2}
OWN = (Role.TECHNICIAN, Role.REPAIRER)


@bp.get("/tableau-de-bord")
@signed_in
def dashboard() -> Response:
    """Each role's version: the day of those who repair, money for the accountant, the workshop for the others."""
    user: User = current_user._get_current_object()  # the person himself: asked often below
    if user.is_client:
        return go(url_for("portal.home"))
    if user.role == Role.ACCOUNTANT:
        shown = _money(user)
    elif user.role in OWN:
        shown = _own_day(user)
    else:
        shown = _team(user)
    return page(
        "insights/dashboard.html",
        block="jour",
        top=_panels("dashboard", user),
        today=clock.today(),
        context=_context(shown),
        **shown,
    )


def _context(shown: Data) -> str:
    week = _("Semaine %(week)s", week=clock.today().isocalendar().week)
    return f"{week} · {shown['summary']}"


def _panels(slot: str, user: User) -> list[tuple[str, Data]]:
    """(template, values) of the panels of a slot that this person may see and that have something to show."""
    return panels(slot, user, rights_of(user.role))


# --- the workshop -----------------------------------------------------------------------------------------------------


def _team(user: User) -> Data:
    figures, today, rights = workshop(user), clock.today(), rights_of(user.role)
    shown = tiles.ticket_tiles(figures) if "ticket.view" in rights else []
    if "quote.view" in rights:
        shown.append(tiles.quote_tile(waiting_quotes(user)))
    if "loan.view" in rights:
        shown += tiles.loan_tiles()
    if "concierge.view" in rights:
        shown += tiles.letting_tiles(today)
    tasks: list[Line] = []
    if "message.view" in rights:
        shown += tiles.message_tiles(message_counts(), lost_count())
        tasks = [lines.task(row, today) for row in day.due_tasks(user)]
    return {
        "version": "team", "title": clock.long_date(today), "tiles": shown,
        "summary": _n("%(num)s promis aujourd'hui", "%(num)s promis aujourd'hui", figures.due()), "charts": _panels("dashboard.charts", user),
        **_todo(user, rights, [line for line in tasks if not line.late]), **_chase(user, rights, [line for line in tasks if line.late]),
    }  # fmt: skip


def _todo(user: User, rights: Rights, calls: list[Line]) -> Data:
    """The lines of the segment that the address names: things first, then calls."""
    asked = request.args.get("voir", "")
    segment = Segment(asked) if asked in list(Segment) else Segment.ALL
    limit = ALL if request.args.get("tout") == "1" else SHOWN
    due = day.due_tickets(user, segment, limit)
    calls = calls if segment in (Segment.ALL, Segment.CALLS) else []
    todo = [*(lines.due_ticket(row, rights) for row in due.rows), *calls][:limit]
    return {
        "todo": todo, "more": 0 if limit == ALL else due.total + len(calls) - len(todo), "segment": segment,
        "segments": [_segment(one, one == segment) for one in Segment],
    }  # fmt: skip


def _segment(segment: Segment, active: bool) -> Data:
    chosen = None if segment == Segment.ALL else segment.value
    return {"label": _(segment.label), "url": url_for("insights.dashboard", voir=chosen), "active": active}


def _chase(user: User, rights: Rights, late_tasks: list[Line]) -> Data:
    """What is late, by kind then age: a few of each, or all that there is."""
    today, everything = clock.today(), request.args.get("relances") == "tout"
    caps = dict.fromkeys(CHASED, ALL) if everything else CHASED
    late, uncollected = day.late_tickets(user, caps["ticket"])
    waits = uncollected.rows[: caps["uncollected"]]
    quotes = day.quotes_to_chase(user, caps["quote"]) if "quote.view" in rights else day.Some([], 0)
    chase = [lines.late_ticket(row, rights, today) for row in (*late.rows, *waits)]
    chase += [lines.quote(row, rights, today) for row in quotes.rows] + late_tasks[: caps["task"]]
    total = late.total + uncollected.total + quotes.total + len(late_tasks)
    return {"chase": chase, "chase_total": total, "chase_all": everything or total <= len(chase)}


# --- those who repair -------------------------------------------------------------------------------------------------


def _own_day(user: User) -> Data:
    figures, today, rights = workshop(user), clock.today(), rights_of(user.role)
    mine = [lines.own_ticket(row, rights, today) for row in day.own_tickets(user, OWN_SHOWN)]
    tasks = [lines.task(row, today) for row in day.due_tasks(user)] if "message.view" in rights else []
    free = (
        [lines.free_ticket(row, rights) for row in day.unassigned_tickets(user)] if user.role == Role.TECHNICIAN else []
    )
    return {
        "version": "own", "title": _("Ma journée"), "tiles": tiles.own_tiles(figures, user), "mine": mine, "tasks": tasks[:SHOWN], "free": free,
        "summary": clock.long_date(today), "charts": _panels("dashboard.charts", user),
    }  # fmt: skip


# --- money ------------------------------------------------------------------------------------------------------------


def _money(user: User) -> Data:
    today, rights = clock.today(), rights_of(user.role)
    year, _before = money.quote_months(today)
    waiting = waiting_quotes(user)
    quotes = day.quotes_to_chase(user, MONEY_SHOWN) if "quote.view" in rights else day.Some([], 0)
    return {
        "version": "money", "title": clock.long_date(today), "tiles": tiles.money_tiles(waiting, year[-1]) if "quote.view" in rights else [],
        "chase": [lines.quote(row, rights, today) for row in quotes.rows], "chase_total": quotes.total, "chase_all": True,
        "charts": _panels("dashboard.money", user), "summary": _n("%(num)s devis attend une réponse", "%(num)s devis attendent une réponse", waiting.sent),
    }  # fmt: skip
