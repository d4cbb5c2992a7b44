"""« Lancer octobre »: the month is counted by a job, one at a time."""

from sqlalchemy import select

from app.concierge.models import RentalMonth
from app.concierge.services import fetching
from app.core.db import db, require_transaction
from app.core.i18n import _
from app.core.jobs import JobRun, JobState, later
from app.core.queue import HEAVY
from app.statements.models import Month

COUNT = "app.concierge.jobs.count_month"


def launch(row: RentalMonth) -> JobRun:
    """Have the stays read, then the month counted; the run that is under way when there is one."""
    require_transaction()
    return under_way(row) or later(COUNT, row.id, fetching.ask(), label=_("Mois de gérance : calcul"), queue_name=HEAVY)


def under_way(row: RentalMonth) -> JobRun | None:
    """The count that waits or runs."""
    runs = [run for run in last_runs(row) if not run.finished]
    return runs[0] if runs else None


def last_failure(row: RentalMonth) -> JobRun | None:
    """The last count, when it failed."""
    runs = last_runs(row)
    return runs[0] if runs and runs[0].state == JobState.FAILED else None


def last_runs(row: RentalMonth) -> list[JobRun]:
    """Its counts among the last ones of the house, the newest first."""
    query = select(JobRun).where(JobRun.function == COUNT).order_by(JobRun.id.desc()).limit(20)
    return [run for run in db.session.scalars(query) if run.arguments[0] == row.id]


def month_named(text: str) -> Month | None:
    """« 2026-10 » as a month; None when it is none."""
    year, dash, number = text.partition("-")
    right = dash and year.isdecimal() and number.isdecimal() and len(year) == 4 and len(number) == 2
    return Month(int(year), int(number)) if right and 1 <= int(number) <= 12 and int(year) >= 2000 else None
