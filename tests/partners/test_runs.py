"""The runner: page after page, nothing lost, nothing twice, whatever the partner answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.connectors.calls import Observer
from app.connectors.errors import PartnerError
from app.core import jobs
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.jobs import JobRun, JobState
from app.core.partners import PartnerAccount, Route
from app.messaging.states import TaskState
from app.partners.jobs import step
from app.partners.models import PartnerRun
from app.partners.services import PartnerTask, Step, change_account, declare_task
from app.partners.services import runs as services
from app.partners.services.accounts import note_trial, try_route
from app.partners.services.runs import start
from app.partners.services.watching import forget_old
from app.partners.states import Origin, RunState
from tests.partners.conftest import (
    SECRETS,
    SetClock,
    account_again,
    begin,
    bookings,
    calls,
    runs,
    told,
    watch,
    work,
)
from tests.partners.reading import READING, kept
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.row("E2")
ALL = [str(key) for key in range(1, 251)]


def test_a_task_reads_all_the_pages_and_tells_what_it_brought(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    bookings(sandbox, 250)
    assert watch() == 1
    work()
    (run,) = runs()
    assert (run.state, run.origin, run.pages, run.counts) == (
        RunState.DONE,
        Origin.RHYTHM,
        3,
        {"read": 250, "new": 250},
    )
    assert kept() == ALL
    assert account_again(smoobu).last_ok_at is not None


def test_a_task_is_done_again_when_its_time_has_come(smoobu: PartnerAccount, sandbox: Sandbox, time: SetClock) -> None:
    watch()
    work()
    time.pass_(minutes=14)
    assert watch() == 0
    bookings(sandbox, 2)
    time.pass_(minutes=1)
    assert watch() == 1
    work()
    assert [run.counts for run in runs()] == [{"read": 0, "new": 0}, {"read": 2, "new": 2}]


def test_two_runs_of_a_task_are_never_under_way_at_once(smoobu: PartnerAccount) -> None:
    begin(smoobu)
    with transaction():
        assert start(smoobu, READING, Origin.RHYTHM) is None
    with transaction(), pytest.raises(Conflict):
        services.run_now(smoobu, READING)
    assert watch() == 0
    assert len(runs()) == 1


def test_the_database_itself_refuses_a_second_run(smoobu: PartnerAccount) -> None:
    begin(smoobu)
    with pytest.raises(Exception, match=r"(?i)unique"), transaction() as session:
        session.add(PartnerRun(account_id=smoobu.id, task="reading"))


def test_a_step_carried_twice_is_kept_once(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    bookings(sandbox, 3)
    run = begin(smoobu)
    number = run.step
    step(run.id, number)
    step(run.id, number)
    assert [one.pages for one in runs()] == [1]
    assert len(calls()) == 1


def test_two_workers_on_one_page_keep_it_once(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    """One lost its lease while the partner was slow; the other has done the step meanwhile."""
    bookings(sandbox, 250)
    run = begin(smoobu)
    number = run.step

    def slow(route: Route, cursor: dict[str, Any], watcher: Observer) -> Any:
        declare_task("smoobu", READING)
        step(run.id, number)
        return READING.fetch(route, cursor, watcher)

    declare_task("smoobu", PartnerTask("reading", "Relever", READING.every, slow, READING.keep))
    step(run.id, number)
    assert [(one.pages, one.counts) for one in runs()] == [(1, {"read": 100, "new": 100})]
    work()
    assert [(one.pages, one.counts) for one in runs()] == [(3, {"read": 250, "new": 250})]
    assert kept() == ALL


@pytest.mark.parametrize(
    ("fault", "wait"),
    [("429", 7), ("500", 60), ("503", 60), ("timeout", 60), ("malformed", 60), ("cut-after-accept", 60)],
)
def test_a_failure_worth_it_is_tried_again_when_the_partner_said_or_a_minute_later(
    smoobu: PartnerAccount, sandbox: Sandbox, time: SetClock, fault: str, wait: int
) -> None:
    bookings(sandbox, 3)
    plan = {"seconds": 0.1} if fault == "timeout" else {}
    sandbox.fail("smoobu", fault, **plan)
    time.moment = datetime.now(UTC)  # the partner gives a moment of the real clock
    begin(smoobu)
    work()
    (run,) = runs()
    assert run.state == RunState.WAITING
    assert run.due_at is not None
    assert wait - 3 <= (run.due_at - run.started_at).total_seconds() <= wait + 3
    assert run.error
    assert "Nouvel essai" not in run.error
    assert account_again(smoobu).last_error == run.error
    assert told() == []
    with transaction():
        services.run_now(account_again(smoobu), READING)
    work()
    assert [one.state for one in runs()] == [RunState.DONE]
    assert kept() == ["1", "2", "3"]
    assert account_again(smoobu).last_error == ""
    assert account_again(smoobu).refused_at is None


def test_waits_grow_and_the_manager_is_told_in_the_end(
    smoobu: PartnerAccount, sandbox: Sandbox, time: SetClock
) -> None:
    sandbox.fail("smoobu", "500", count=50)
    begin(smoobu)
    waits = []
    for _try in range(6):
        work()
        due = runs()[0].due_at
        assert due is not None
        waits.append((due - time.moment).total_seconds() / 60)
        assert len(told()) == (len(waits) == 6)
        time.moment = due
    assert waits == [1, 5, 30, 120, 120, 120]
    sandbox.fail("smoobu", "500", count=0)
    sandbox.reset()
    work()
    assert [run.state for run in runs()] == [RunState.DONE]
    assert [task.state for task in told()] == [TaskState.DONE]


def test_refused_codes_stop_the_task_and_ask_the_manager_once(
    smoobu: PartnerAccount, sandbox: Sandbox, time: SetClock
) -> None:
    bookings(sandbox, 3)
    with transaction():
        change_account(account_again(smoobu), "Locations du lac", smoobu.settings, {"key": "perimee", "secret": "x"})
    begin(smoobu)
    work()
    (run,) = runs()
    assert run.state == RunState.FAILED
    assert "refuse la clé" in run.error
    time.pass_(days=2)
    assert watch() == 0
    (task,) = told()
    assert (task.subject_kind, task.subject_id, task.state) == ("partner_account", smoobu.id, TaskState.OPEN)
    assert "Locations du lac" in task.label
    refused_at = account_again(smoobu).refused_at
    with transaction():
        services.run_now(account_again(smoobu), READING)
    work()
    assert len(told()) == 1
    assert account_again(smoobu).refused_at == refused_at
    with transaction():
        change_account(account_again(smoobu), "Locations du lac", smoobu.settings, SECRETS)
    work()
    assert [(run.state, run.origin) for run in runs()][-1] == (RunState.DONE, Origin.MENDED)
    assert [task.state for task in told()] == [TaskState.DONE]
    assert kept() == ["1", "2", "3"]


def test_a_trial_that_works_sets_a_stopped_task_going_from_its_cursor(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    bookings(sandbox, 250)
    run = begin(smoobu)
    step(run.id, run.step)
    sandbox.fail("smoobu", "401", path="reservations")
    work()
    assert [one.state for one in runs()] == [RunState.FAILED]
    trial = try_route(Route(smoobu.id, "smoobu", smoobu.settings, SECRETS))
    assert trial.works
    with transaction():
        note_trial(account_again(smoobu), trial)
    work()
    assert [(one.pages, one.state) for one in runs()] == [(1, RunState.FAILED), (2, RunState.DONE)]
    assert kept() == ALL


def test_what_may_have_been_accepted_is_not_asked_again_by_itself(smoobu: PartnerAccount, tasks: object) -> None:
    def send(_route: Route, _asked: Any, _watcher: Observer) -> None:
        raise PartnerError("La connexion a été coupée : l'envoi est peut-être parti.", final=False, uncertain=True)

    declare_task("smoobu", PartnerTask("reading", "Envoyer", timedelta(hours=1), send, READING.keep))
    begin(smoobu)
    work()
    assert [run.state for run in runs()] == [RunState.FAILED]
    assert "chez le partenaire" in told()[0].notes


def test_a_page_that_cannot_be_kept_is_not_kept_at_all(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    bookings(sandbox, 3)

    def keep(account: PartnerAccount, page: Any, cursor: dict[str, Any]) -> Step:
        READING.keep(account, page, cursor)
        raise ZeroDivisionError

    declare_task("smoobu", PartnerTask("reading", "Relever", READING.every, READING.fetch, keep))
    begin(smoobu)
    work()
    (run,) = runs()
    assert (run.state, run.pages, run.cursor) == (RunState.FAILED, 0, {})
    assert "journal" in run.error
    assert kept() == []
    assert len(calls()) == 1
    assert len(told()) == 1


def test_what_to_ask_that_cannot_be_told_stops_the_task(smoobu: PartnerAccount) -> None:
    def ask(_account: PartnerAccount, _cursor: dict[str, Any]) -> None:
        raise ZeroDivisionError

    declare_task("smoobu", PartnerTask("reading", "Relever", READING.every, READING.fetch, READING.keep, ask=ask))
    begin(smoobu)
    assert work() == 1
    assert watch() == 0
    assert [run.state for run in runs()] == [RunState.FAILED]
    assert calls() == []


def test_codes_that_the_server_cannot_read_any_more_stop_the_task(smoobu: PartnerAccount) -> None:
    with transaction():
        account_again(smoobu).sealed_secrets = "scelle-par-une-autre-cle"
    begin(smoobu)
    work()
    assert "Saisissez-les de nouveau" in runs()[0].error
    assert calls() == []


def test_a_refusal_of_ours_is_told_in_its_own_words(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    def keep(_account: PartnerAccount, _page: Any, _cursor: dict[str, Any]) -> Step:
        raise DomainError("Le logement « Loft » n'est rattaché à aucun mandat.")

    declare_task("smoobu", PartnerTask("reading", "Relever", READING.every, READING.fetch, keep))
    begin(smoobu)
    work()
    assert [run.error for run in runs()] == ["Le logement « Loft » n'est rattaché à aucun mandat."]


def test_a_task_that_would_ask_the_same_page_for_ever_is_stopped(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    def keep(_account: PartnerAccount, _page: Any, cursor: dict[str, Any]) -> Step:
        return Step(cursor, more=True)

    declare_task("smoobu", PartnerTask("reading", "Relever", READING.every, READING.fetch, keep))
    begin(smoobu)
    assert work() == 1
    assert [run.state for run in runs()] == [RunState.FAILED]


def test_a_run_whose_job_was_lost_is_taken_up(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    bookings(sandbox, 3)
    run = begin(smoobu)
    with transaction():
        job = db.session.get_one(JobRun, run.job_id)
        job.state = JobState.FAILED
    assert work() == 0
    assert watch() == 1
    work()
    assert [one.state for one in runs()] == [RunState.DONE]


def test_the_pace_of_a_partner_is_kept_between_two_pages(
    smoobu: PartnerAccount, sandbox: Sandbox, time: SetClock
) -> None:
    bookings(sandbox, 250)
    slow = PartnerTask("reading", "Relever", READING.every, READING.fetch, READING.keep, pace=timedelta(seconds=30))
    declare_task("smoobu", slow)
    begin(smoobu)
    assert work() == 1
    time.pass_(seconds=29)
    assert work() == 0
    time.pass_(seconds=1)
    assert work() == 1
    assert [one.pages for one in runs()] == [2]


def test_old_runs_are_forgotten_but_for_the_last_whose_cursor_serves(smoobu: PartnerAccount, time: SetClock) -> None:
    for _day in range(3):
        begin(smoobu)
        work()
        time.pass_(days=20)
    with transaction():
        assert len(forget_old()) == 2
    time.pass_(days=100)
    with transaction():
        assert len(forget_old()) == 0
    assert len(runs()) == 1


def test_no_secret_and_no_guest_is_kept_in_the_calls(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    bookings(sandbox, 3)
    sandbox.fail("smoobu", "500")
    begin(smoobu)
    work()
    with transaction():
        services.run_now(account_again(smoobu), READING)
    work()
    assert len(calls()) == 2
    for call in calls():
        for text in (call.url, call.request, call.response):
            assert not any(word in text for word in (*SECRETS.values(), "Anne Dupont", "anne@dupont.example"))


def test_a_job_done_twice_by_the_queue_brings_nothing_more(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    bookings(sandbox, 3)
    run = begin(smoobu)
    job_id = run.job_id
    assert job_id is not None
    work()
    jobs.run(job_id)
    step(run.id, 1)
    assert [one.counts for one in runs()] == [{"read": 3, "new": 3}]
