"""A client who is asked for a deposit and gives it online; the manager who gives it back; the partner behind."""

from collections import defaultdict

from sqlalchemy import select

from app.contacts.models import Contact
from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.jobs import JobRun, JobState
from app.ledger.models import EntryLine
from app.ledger.services import catch_up
from app.payments.models import Payment, SecurityDeposit
from app.payments.services import deposits, refunds
from app.payments.states import Method
from tests.factories.payments import an_online_account
from tests.payments.test_online import Buyer
from tests.sandbox_process import Sandbox
from tests.signing import Browser


class Giver(Buyer):
    """A client on the page of his deposit."""

    def __init__(self, browser: Browser, sandbox: Sandbox, kind: str, contact: Contact, cents: int = 15_000) -> None:
        self.browser, self.sandbox, self.kind = browser, sandbox, kind
        self.account = an_online_account(kind, sandbox).id
        with transaction():
            deposit = deposits.ask(contact, cents, Method.CHEQUE)
            self.deposit_id, link = deposit.id, deposits.pay_link(deposit)
        self.address = "/caution/" + link.rpartition("/")[2]

    def give(self) -> dict[str, object]:
        """He pays; the event that tells it, sent once."""
        self.open()
        event = self.end()
        assert self.tell(event) == 200
        return event

    @property
    def page_ref(self) -> str:
        """The partner's name of the page."""
        return str(self.sandbox.checkouts()[-1]["ref"])

    @property
    def deposit(self) -> SecurityDeposit:
        return db.session.query(SecurityDeposit).populate_existing().filter_by(id=self.deposit_id).one()

    def close(self, act: str = "back", **typed: str) -> int:
        """The manager says what becomes of it."""
        answer = self.browser.as_("gerant").post(f"/reglements/cautions/{self.deposit_id}", data={"act": act, **typed})
        db.session.expire_all()
        return answer.status_code

    @property
    def shown(self) -> str:
        """The manager's page of it."""
        page = self.browser.as_("gerant").get(f"/reglements/cautions/{self.deposit_id}").text
        return page.replace("’", "'").replace("&#39;", "'").replace("\u202f", " ").replace("\xa0", " ")


def run_refund() -> JobState:
    """The worker takes the job of the last refund."""
    run = db.session.query(JobRun).filter_by(function=refunds.JOB).order_by(JobRun.id.desc()).first()
    assert run is not None
    with transaction():
        run.state, run.run_at, run.lease_until = JobState.QUEUED, clock.now(), None
    jobs.run(run.id)
    db.session.expire_all()
    return db.session.get_one(JobRun, run.id).state


def moved() -> list[int]:
    """The amounts of all payments, in their order; cents."""
    return list(db.session.scalars(select(Payment.amount).order_by(Payment.id)))


def sums() -> dict[str, int]:
    """Debit less credit by account once the books are up to date, in cents; nothing for those at zero."""
    assert catch_up().faults == []
    found: dict[str, int] = defaultdict(int)
    for account, debit, credit in db.session.execute(select(EntryLine.account, EntryLine.debit, EntryLine.credit)):
        found[account] += debit - credit
    return {account: amount for account, amount in found.items() if amount}
