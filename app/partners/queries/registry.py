"""What is done regularly with the accounts of a partner. A feature declares its tasks at start-up; the runner does the rest.

    declare_task("smoobu", PartnerTask(
        "stays", "Relever les séjours", timedelta(minutes=15), fetch=fetch_stays, keep=keep_stays,
        counts={"read": ("séjour lu", "séjours lus"), "new": ("nouveau", "nouveaux")}, pace=timedelta(milliseconds=100),
    ))

One **step** is one page of the partner:

1. `ask(account, cursor)` (optional) reads in the database what the call needs; what it returns is given to `fetch`.
   Without it, `fetch` is given the cursor.
2. `fetch(route, asked, watcher)` calls the partner, **outside any transaction**, and returns plain data. It writes nothing,
   does not touch the database, and may be done again: it raises PartnerError, whose `final`, `retry_after` and `uncertain`
   say what becomes of the run. A page is one or a few calls: give `watcher` to the connector, they are kept masked.
3. `keep(account, page, cursor)` writes what the page says, **in the transaction that also saves the cursor**, and returns a
   `Step`. It makes no call. Killed before the commit, the step is done again from the same cursor; after it, never. It may
   raise DomainError: nothing of the page is kept, the task stops and the manager reads the sentence.

The first cursor of an account, and that of « Reprendre depuis le début », is `{}`; every next run begins with the cursor that
the last step returned. A cursor is plain JSON. A page seen twice must change nothing the second time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.connectors.calls import Observer
from app.core.partners import PartnerAccount, Route

Cursor = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """What a page brought. `cursor`: where the next page begins; `more`: there is one now; `counts`: added to those of the run,
    by the codes of `PartnerTask.counts`; `note`: a whole French sentence that the manager should read, if any."""

    cursor: Mapping[str, Any]
    more: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


def _always(_account: PartnerAccount) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class PartnerTask:
    """Something done regularly with each account of a kind. `label` is in French, an infinitive; `every`: from the start of a
    run to the start of the next; `pace`: least time between two pages; `counts`: the French words of its counts, in order, of one and of several;
    `wanted`: False while there is no use for it (a feature that is switched off)."""

    code: str
    label: str
    every: timedelta
    fetch: Callable[[Route, Any, Observer], Any]
    keep: Callable[[PartnerAccount, Any, Cursor], Step]
    ask: Callable[[PartnerAccount, Cursor], Any] | None = None
    counts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    pace: timedelta = timedelta(0)
    wanted: Callable[[PartnerAccount], bool] = _always


_TASKS: dict[str, dict[str, PartnerTask]] = {}


def declare_task(kind: str, task: PartnerTask) -> None:
    """Start-up: have this done with every account of this kind."""
    _TASKS.setdefault(kind, {})[task.code] = task


def tasks_of(kind: str) -> list[PartnerTask]:
    """What is done with the accounts of this kind."""
    return list(_TASKS.get(kind, {}).values())


def task_of(kind: str, code: str) -> PartnerTask | None:
    """One of them; None when no feature does it any more."""
    return _TASKS.get(kind, {}).get(code)


def kinds_with_tasks() -> list[str]:
    """The kinds with which something is done."""
    return list(_TASKS)
