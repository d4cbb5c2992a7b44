"""Closings: a day when its session is closed, a month and a year once they are over; each carries the perpetual totals."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.core import chain, clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict
from app.core.i18n import _
from app.core.numbers import next_number
from app.core.settings import setting
from app.core.subject import subject_of
from app.till.models import Till, TillClosing, TillSession
from app.till.queries.drawer import expected_of, full_figures
from app.till.services.sealing import chain_of, locked_till, moment_for, open_session_of, operator, payload_of, ring
from app.till.services.selling import last_totals
from app.till.states import EventKind, Means, Period, SessionState


def close_till(
    till_id: int, counted: Mapping[str, int], *, coins: Mapping[str, int] | None = None, note: str = ""
) -> TillClosing:
    """Count and close the session: {means: cents counted}. The difference is written, never hidden.

    Raises Conflict when the till is closed already.
    """
    till = locked_till(till_id)
    session = open_session_of(till)
    figures = full_figures(session)
    expected = expected_of(session, figures)
    seen = {means: int(counted.get(means, amount if means != Means.CASH else 0)) for means, amount in expected.items()}
    gaps = {means: seen[means] - amount for means, amount in expected.items()}
    ring(
        till,
        EventKind.COUNT,
        session=session.id,
        counted=seen,
        expected=expected,
        coins=dict(coins or {}),
        note=note.strip(),
    )
    facts = figures.told() | {
        "float": session.float_amount, "expected": expected, "counted": seen, "difference": gaps, "note": note.strip(),
        "coins": dict(coins or {}),
    }  # fmt: skip
    opened = clock.local(session.opened_at).date()
    closing = _seal(
        till, Period.DAY, opened, max(opened, clock.local(moment_for(till)).date()), facts, session=session,
        sums=(figures.tickets, figures.net, figures.vat, figures.gross),
    )  # fmt: skip
    session.state, session.closed_at, session.closed_by = SessionState.CLOSED, closing.at, closing.by
    session.counted, session.difference = seen, sum(gaps.values())
    db.session.flush()
    return closing


def expected_now(till_id: int) -> dict[str, int]:
    """What should be counted of each means, in cents, were the session closed now."""
    session = open_session_of(locked_till(till_id))
    return expected_of(session, full_figures(session))


def _seal(
    till: Till,
    period: Period,
    begins: date,
    ends: date,
    facts: dict[str, Any],
    *,
    sums: tuple[int, int, int, int],
    session: TillSession | None = None,
) -> TillClosing:
    perpetual, absolute = last_totals(till.id)
    closing = TillClosing(
        till_id=till.id, session_id=session.id if session else None, number=next_number(f"Z{till.code}", width=6),
        period=period, begins_on=begins, ends_on=ends, at=moment_for(till), by=operator(), sales=sums[0], net=sums[1],
        vat=sums[2], gross=sums[3], perpetual=perpetual, absolute=absolute, facts=facts,
    )  # fmt: skip
    db.session.add(closing)
    db.session.flush()
    chain.seal(chain_of(till), subject_of(closing), payload_of(closing))
    return closing


# --- months and years -----------------------------------------------------------------------------------------


def close_period(till_id: int, period: Period, begins: date) -> TillClosing:
    """Close a month or a year that is over, from the closings of its days.

    Raises Conflict when it is closed already, is not over, or has a day that is still open.
    """
    require_transaction()
    till = locked_till(till_id)
    ends = end_of(period, begins)
    if ends >= clock.today():
        raise Conflict(_("Cette période n'est pas finie : elle se clôture à partir du lendemain de son dernier jour."))
    if _exists(till.id, period, begins):
        raise Conflict(_("Cette période est déjà clôturée."))
    if _still_open(till.id, ends):
        raise Conflict(_("Une journée de cette période est encore ouverte. Clôturez-la d'abord."))
    days = _days(till.id, begins, ends)
    sums = tuple(sum(getattr(day, key) for day in days) for key in ("sales", "net", "vat", "gross"))
    facts = merged(day.facts for day in days) | {"days": len(days)}
    return _seal(till, period, begins, ends, facts, sums=(sums[0], sums[1], sums[2], sums[3]))


def end_of(period: Period, begins: date) -> date:
    """The last day of the month or of the year that begins that day."""
    if period == Period.MONTH:
        return begins.replace(day=monthrange(begins.year, begins.month)[1])
    first = date(begins.year + 1, begins.month, 1)
    return date.fromordinal(first.toordinal() - 1)


def start_of(period: Period, day: date) -> date:
    """The first day of the month or of the (fiscal) year that holds a day."""
    if period == Period.MONTH:
        return day.replace(day=1)
    month = int(setting("till.year_starts"))
    return date(day.year if day.month >= month else day.year - 1, month, 1)


def periods_to_close(till_id: int) -> list[tuple[Period, date]]:
    """Months and years of a till that are over and not closed, the oldest first, months before their year."""
    first = db.session.scalar(select(func.min(TillSession.opened_at)).where(TillSession.till_id == till_id))
    if first is None:
        return []
    found, begun, today = [], clock.local(first).date(), clock.today()
    for period in (Period.MONTH, Period.YEAR):
        begins = start_of(period, begun)
        while end_of(period, begins) < today:
            if not _exists(till_id, period, begins):
                found.append((period, begins))
            begins = date.fromordinal(end_of(period, begins).toordinal() + 1)
    return sorted(found, key=lambda item: (end_of(*item), item[0] == Period.YEAR))


def _exists(till_id: int, period: Period, begins: date) -> bool:
    query = select(TillClosing.id).where(
        TillClosing.till_id == till_id, TillClosing.period == period, TillClosing.begins_on == begins
    )
    return db.session.scalar(query) is not None


def _still_open(till_id: int, ends: date) -> bool:
    after = clock.start_of(date.fromordinal(ends.toordinal() + 1))
    query = select(TillSession.id).where(
        TillSession.till_id == till_id, TillSession.state == SessionState.OPEN, TillSession.opened_at < after
    )
    return db.session.scalar(query.limit(1)) is not None


def _days(till_id: int, begins: date, ends: date) -> Sequence[TillClosing]:
    query = select(TillClosing).where(
        TillClosing.till_id == till_id, TillClosing.period == Period.DAY, TillClosing.begins_on.between(begins, ends)
    )
    return db.session.scalars(query.order_by(TillClosing.id)).all()


_ADDED = ("refunds", "refunded", "discounts", "account_paid", "vouchers_sold", "cash_in", "cash_out")
_BY_MEANS = ("means", "settled", "beside", "difference")


def merged(facts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The facts of several days as those of one period."""
    days = list(facts)
    found: dict[str, Any] = {key: sum(day[key] for day in days) for key in _ADDED}
    for key in _BY_MEANS:
        names = sorted({name for day in days for name in day[key]})
        found[key] = {name: sum(day[key].get(name, 0) for day in days) for name in names}
    rates: dict[tuple[str, int], list[int]] = {}
    for day in days:
        for row in day["rates"]:
            sums = rates.setdefault((row["code"], row["rate"]), [0, 0, 0])
            for place, key in enumerate(("base", "vat", "gross")):
                sums[place] += row[key]
    found["rates"] = [
        {"code": code, "rate": rate, "base": sums[0], "vat": sums[1], "gross": sums[2]}
        for (code, rate), sums in sorted(rates.items())
    ]
    numbers = [day for day in days if day["first"]]
    return found | {"first": numbers[0]["first"] if numbers else "", "last": numbers[-1]["last"] if numbers else ""}
