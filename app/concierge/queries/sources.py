"""The services of stays whose last reading did not succeed. Reads only."""

from app.partners.queries import due_accounts, last_runs
from app.partners.states import RunState

#: Kinds of accounts that tell stays.
SOURCES = ("smoobu", "calendar")


def behind() -> bool:
    """Whether a service in service could not be read: stays may be missing."""
    accounts = [account.id for account in due_accounts(SOURCES)]
    return any(run.state in (RunState.FAILED, RunState.WAITING) for run in last_runs(accounts).values())
