"""How each connection fares: what the cards and the page of an account print."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.partner_kinds import GROUPS, KINDS, AccountKind
from app.core.partners import PartnerAccount, PartnerCall
from app.partners.models import PartnerRun
from app.partners.queries.registry import PartnerTask, task_of, tasks_of
from app.partners.queries.runs import last_runs
from app.partners.states import Health, Origin, RunState

SHOWN = 20


class Work(NamedTuple):
    """A task of an account, its last run, and when it is done next: None when it waits for somebody."""

    task: PartnerTask
    run: PartnerRun | None
    told: str
    next_at: datetime | None


class Card(NamedTuple):
    """A connection as the list shows it."""

    id: int
    kind: AccountKind
    label: str
    health: Health
    last_ok_at: datetime | None
    refusal: str
    refused_at: datetime | None
    active: bool
    works: Sequence[Work]

    @property
    def busy(self) -> bool:
        """True while something is being done with it."""
        return any(work.run is not None and work.run.state == RunState.RUNNING for work in self.works)


class ToldRun(NamedTuple):
    """A run as the page of its account shows it."""

    task: str
    state: RunState
    origin: Origin
    started_at: datetime
    seconds: int | None
    pages: int
    told: str
    note: str
    error: str


def cards_by_group() -> dict[str, list[Card]]:
    """The connections that were not removed, by what they are for; headings without any are left out."""
    columns = (
        PartnerAccount.id, PartnerAccount.kind, PartnerAccount.label, PartnerAccount.active, PartnerAccount.last_ok_at,
        PartnerAccount.last_error, PartnerAccount.refused_at,
    )  # fmt: skip
    rows = db.session.execute(
        select(*columns)
        .where(PartnerAccount.kind.in_(KINDS), PartnerAccount.archived_at.is_(None))
        .order_by(PartnerAccount.id)
    ).all()
    runs = last_runs([row.id for row in rows])
    cards = [_card(row, runs) for row in rows]
    found = {name: [card for card in cards if card.kind.group == name] for name in GROUPS}
    return {name: some for name, some in found.items() if some}


def card_of(account: PartnerAccount) -> Card:
    """The same, of one account."""
    return _card(account, last_runs([account.id]))


def _card(row: Any, runs: Mapping[tuple[int, str], PartnerRun]) -> Card:
    works = [_work(row, task, runs.get((row.id, task.code))) for task in tasks_of(row.kind)]
    return Card(
        row.id, KINDS[row.kind], row.label, _health(row, works), row.last_ok_at, row.last_error, row.refused_at, row.active,
        works,
    )  # fmt: skip


def _health(row: Any, works: Sequence[Work]) -> Health:
    states = {work.run.state for work in works if work.run is not None}
    if not row.active:
        return Health.PAUSED
    if RunState.FAILED not in states and RunState.WAITING in states:
        return Health.WAITS
    if RunState.FAILED in states or row.last_error:
        return Health.REFUSED
    return Health.WORKS if row.last_ok_at else Health.UNTRIED


def _work(row: Any, task: PartnerTask, run: PartnerRun | None) -> Work:
    next_at: datetime | None = clock.now()
    if run is not None and run.state == RunState.DONE:
        next_at = max(run.started_at + task.every, clock.now())
    elif run is not None:
        next_at = run.due_at
    return Work(task, run, told_counts(task, run), next_at if row.active else None)


def told_counts(task: PartnerTask | None, run: PartnerRun | None) -> str:
    """« 120 séjours lus, 3 nouveaux »; what is none is not told, nor anything of a run that has read no page."""
    if run is None or not run.pages:
        return ""
    words = task.counts if task else {}
    found = [(run.counts.get(code, 0), *pair) for code, pair in words.items()]
    parts = [f"{number} {_(several if number > 1 else one)}" for number, one, several in found if number]
    return ", ".join(parts) or _("rien de nouveau")


def told_runs(account: PartnerAccount) -> list[ToldRun]:
    """The last runs of an account, the newest first."""
    query = (
        select(PartnerRun).where(PartnerRun.account_id == account.id).order_by(PartnerRun.id.desc()).limit(SHOWN)
    )  # fmt: skip
    return [_told(account.kind, run) for run in db.session.scalars(query)]


def _told(kind: str, run: PartnerRun) -> ToldRun:
    task = task_of(kind, run.task)
    seconds = round((run.ended_at - run.started_at).total_seconds()) if run.ended_at else None
    return ToldRun(
        _(task.label) if task else run.task, run.state, run.origin, run.started_at, seconds, run.pages,
        told_counts(task, run), run.note, run.error,
    )  # fmt: skip


def last_calls(account_id: int) -> Sequence[PartnerCall]:
    """The last calls made for an account, the newest first."""
    query = (
        select(PartnerCall).where(PartnerCall.account_id == account_id).order_by(PartnerCall.id.desc()).limit(SHOWN)
    )  # fmt: skip
    return db.session.scalars(query).all()
