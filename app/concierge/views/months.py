"""The month: counted, looked at owner by owner, what is odd first."""

from typing import Any

from flask import Response, request, url_for

from app.concierge.models import RentalMonth
from app.concierge.queries import months as q
from app.concierge.queries.oddities import odd_owners, odd_things
from app.concierge.services import running
from app.concierge.services.counting import the_month
from app.concierge.states import Notice, StatementState
from app.concierge.views.blueprint import MONTHS, VIEW, bp
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.labels import LabelEnum
from app.core.pages import asked_page, page_address
from app.core.permissions import requires
from app.core.web import go, or_404, page, say, wants_fragment
from app.statements.models import Month
from app.statements.states import Oddity


def asked_month(name: str) -> Month:
    """The month of the address, else 404."""
    return or_404(running.month_named(name))


@bp.get("/")
@requires(VIEW)
def home() -> Response:
    """The month that one counts now."""
    return go(url_for("concierge.month", name=q.month_key(q.usual_month())))


@bp.get("/mois/<name>")
@requires(VIEW)
def month(name: str) -> Response:
    """A month: its sums, what is odd, its owners; asked again by itself while it is counted."""
    asked = asked_month(name)
    row = q.row_of(asked)
    run = running.under_way(row) if row else None
    if wants_fragment() and run is None:  # the count that the page waited for is over: all of it is read again
        return go(url_for("concierge.month", name=name))
    return page(
        "concierge/month.html", block="mois", month=asked, name=name, row=row, title=clock.month_name(asked.first),
        before=q.month_key(asked.previous), after=q.month_key(asked.next), begun=asked.first <= clock.today(),
        figures=q.figures(row), last=q.figures(q.row_of(asked.previous)), states=StatementState,
        run=run, failed=running.last_failure(row) if row else None,
        **_counted(row, asked),
    )  # fmt: skip


def _counted(row: RentalMonth | None, asked: Month) -> dict[str, Any]:
    """What there is to see once it was counted."""
    if row is None or row.counted_at is None:
        return {"rows": None, "odd": {}, "changed": 0}
    state = request.args.get("etat", "")
    chosen = StatementState(state) if state in frozenset(StatementState) else None
    flagged = odd_owners(row)
    only = list(flagged) if request.args.get("a_regarder") else None
    rows = q.statements(row, chosen, only, asked_page()[0])
    ids = [one.contact_id for one in rows.rows]
    return {
        "rows": rows, "address": page_address, "chosen": chosen, "only": only is not None, "flagged": flagged,
        "odd": {_word(what): found for what, found in odd_things(row).items()}, "changed": q.changed_since(row),
        "fees": q.fees_before(asked, ids), "stays": q.counts_of_stays([one.id for one in rows.rows]),
    }  # fmt: skip


def _word(what: str) -> LabelEnum:
    return Notice(what) if what in frozenset(Notice) else Oddity(what)


@bp.post("/mois/<name>/compter")
@requires(MONTHS)
def count_month(name: str) -> Response:
    """« Lancer octobre »: a job counts it."""
    asked = asked_month(name)
    try:
        with transaction():
            running.launch(the_month(asked))
    except DomainError as error:
        say(error.message, "error")
    else:
        say(_("Le calcul est lancé : cette page se met à jour."), "info")
    return go(url_for("concierge.month", name=name))


@bp.get("/mois")
@requires(VIEW)
def months() -> Response:
    """The months that were counted."""
    return page("concierge/months.html", rows=q.months_known(36), names=clock.MONTHS)
