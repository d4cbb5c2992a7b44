"""What is free: of a family or of what the words say, over a period; a tap leads to the loan, filled in."""

from datetime import date, datetime, time, timedelta

from flask import Response, request

from app.assets.queries import families
from app.core import clock
from app.core.fields import chosen_id
from app.core.permissions import requires
from app.core.web import page
from app.lending.forms import CLOSES, OPENS, USUAL, day_of
from app.lending.queries.find import Found, find, over
from app.lending.queries.words import asked
from app.lending.views.blueprint import VIEW, bp
from app.planning.queries.availability import OF_FAMILIES


@bp.get("/prets/disponibles")
@requires(VIEW)
def free() -> Response:
    """`?famille=12`, or `?q=violon 3/4, du 2 au 20 décembre`; `?du=`, `?au=` are days."""
    typed, family = asked(request.args.get("q", "")[:200]), chosen_id(request.args.get("famille"))
    first = typed.first or day_of(request.args.get("du", "")) or clock.today()
    last = max(typed.last or day_of(request.args.get("au", "")) or first + USUAL, first)
    start, due = _at(first, OPENS), _at(last, CLOSES)
    if first == clock.today():
        start = min(clock.now(), due - timedelta(minutes=1))
    found = Found()
    if typed.words:
        found = find(typed.words, start, due)
    elif family is not None:
        found = over(OF_FAMILIES, start, due, families=[family])
    return page(
        "lending/free.html", block="libres", found=found, words=typed.words, family=family, families=families(),
        first=first, last=last, asked=bool(typed.words or family),
    )  # fmt: skip


def _at(day: date, hour: time) -> datetime:
    return clock.at(day, hour.hour, hour.minute)
