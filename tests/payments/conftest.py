"""What the tests of online payments given back share."""

import pytest

from app.sales.models import SalesDocument
from tests.cast import Cast
from tests.factories.payments import owed
from tests.payments.paid_online import Paid
from tests.sandbox_process import Sandbox
from tests.signing import Browser


@pytest.fixture
def invoice(cast: Cast) -> SalesDocument:
    return owed(cast.karim, 12_300)


@pytest.fixture
def stripe(browser: Browser, sandbox: Sandbox, invoice: SalesDocument) -> Paid:
    return Paid(browser, sandbox, "stripe", invoice)


@pytest.fixture
def asso(browser: Browser, sandbox: Sandbox, invoice: SalesDocument) -> Paid:
    return Paid(browser, sandbox, "helloasso", invoice)
