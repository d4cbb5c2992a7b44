"""A client who paid an invoice online, for what gives it back."""

import re
from datetime import timedelta

from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.jobs import JobRun, JobState
from app.payments.models import OnlineRefund, Payment
from app.payments.services import refunds as services
from app.sales.models import SalesDocument
from tests.payments.test_online import Buyer
from tests.sandbox_process import Sandbox
from tests.signing import Browser


class Paid:
    """A client who paid an invoice online, the manager who gives it back, the partner behind."""

    def __init__(self, browser: Browser, sandbox: Sandbox, kind: str, invoice: SalesDocument) -> None:
        self.kind, self.sandbox, self.invoice_id = kind, sandbox, invoice.id
        self.buyer = Buyer(browser, sandbox, kind, invoice)
        self.buyer.open()
        self.page = str(sandbox.checkouts()[-1]["ref"])
        assert self.buyer.tell(self.buyer.end()) == 200
        self.payment_id = db.session.query(Payment).filter(Payment.amount > 0).one().id
        self.boss = browser.as_("gerant")

    def ask(self, amount: str = "123,00", source: str = "due", **more: str) -> int:
        """The form, as the manager sends it."""
        address = f"/reglements/{self.payment_id}/remboursement"
        key = re.search(r'name="form_key"[^>]*value="([^"]+)"', self.boss.get(address).text)
        typed = {"amount": amount, "source": source, "form_key": key[1] if key else "k", **more}
        status = self.boss.post(address, data=typed).status_code
        db.session.expire_all()
        return status

    def run(self) -> JobState:
        """The worker takes the job of the last refund."""
        run = db.session.query(JobRun).filter_by(function=services.JOB).order_by(JobRun.id.desc()).first()
        assert run is not None
        with transaction():
            run.state, run.run_at, run.lease_until = JobState.QUEUED, clock.now(), None
        jobs.run(run.id)
        db.session.expire_all()
        return db.session.get_one(JobRun, run.id).state

    @property
    def refund(self) -> OnlineRefund:
        return db.session.query(OnlineRefund).populate_existing().one()

    @property
    def invoice(self) -> SalesDocument:
        return db.session.query(SalesDocument).populate_existing().filter_by(id=self.invoice_id).one()

    @property
    def given_back(self) -> int:
        """Cents of our movements."""
        return -sum(row.amount for row in db.session.query(Payment).filter(Payment.amount < 0))

    @property
    def shown(self) -> str:
        return self.boss.get(f"/reglements/{self.payment_id}").text.replace("’", "'").replace("&#39;", "'")


def unchanged_since(age: timedelta) -> None:
    with transaction():
        db.session.query(OnlineRefund).update({"updated_at": clock.now() - age})
    db.session.expire_all()
