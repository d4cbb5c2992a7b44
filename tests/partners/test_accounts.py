"""What becomes of a run when its account is paused, removed, changed into another, or read again."""

import pytest

from app.core.db import transaction
from app.core.errors import Conflict
from app.core.partners import PartnerAccount
from app.partners.jobs import step
from app.partners.services import change_account, switch_account
from app.partners.services import runs as services
from app.partners.services.accounts import archive_account
from app.partners.states import Origin, RunState
from tests.partners.conftest import SetClock, account_again, begin, bookings, calls, runs, watch, work
from tests.partners.reading import READING, kept
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.row("E2")
ALL = [str(key) for key in range(1, 251)]


def test_a_paused_account_waits_where_it_is(smoobu: PartnerAccount, sandbox: Sandbox, time: SetClock) -> None:
    bookings(sandbox, 250)
    run = begin(smoobu)
    step(run.id, run.step)
    with transaction():
        switch_account(account_again(smoobu), active=False)
    work()
    time.pass_(days=1)
    assert watch() == 0
    work()
    assert [(one.state, one.pages) for one in runs()] == [(RunState.WAITING, 1)]
    with transaction(), pytest.raises(Conflict):
        services.run_now(account_again(smoobu), READING)
    with transaction():
        switch_account(account_again(smoobu), active=True)
    work()
    assert [(one.state, one.pages) for one in runs()] == [(RunState.DONE, 3)]
    assert kept() == ALL


def test_a_removed_account_is_never_called_again(smoobu: PartnerAccount, time: SetClock) -> None:
    begin(smoobu)
    with transaction():
        archive_account(account_again(smoobu))
    work()
    time.pass_(days=1)
    assert watch() == 0
    assert [run.state for run in runs()] == [RunState.FAILED]
    assert calls() == []


def test_all_is_read_again_from_the_beginning_and_nothing_is_known_twice(
    smoobu: PartnerAccount, sandbox: Sandbox
) -> None:
    bookings(sandbox, 250)
    run = begin(smoobu)
    step(run.id, run.step)
    with transaction():
        services.replay(account_again(smoobu), READING)
    work()
    assert [(one.state, one.origin, one.pages) for one in runs()] == [
        (RunState.FAILED, Origin.HAND, 1), (RunState.DONE, Origin.REPLAY, 3),
    ]  # fmt: skip
    assert runs()[1].counts == {"read": 250, "new": 150}
    assert kept() == ALL


def test_another_address_is_another_account_read_from_its_beginning(smoobu: PartnerAccount, sandbox: Sandbox) -> None:
    bookings(sandbox, 250)
    run = begin(smoobu)
    step(run.id, run.step)
    with transaction():
        change_account(account_again(smoobu), "", {"base_url": f"{sandbox.url}/smoobu/"}, {})
    work()
    assert [(one.state, one.pages) for one in runs()] == [(RunState.FAILED, 1), (RunState.DONE, 3)]
