"""Online payments by Stripe and HelloAsso (A8), over HTTP against the simulator: verified, at most once, read again."""

import pytest
import requests

from app.connectors.checkout import Order
from app.connectors.errors import PartnerError
from app.connectors.helloasso import HelloAsso, HelloAssoConfig, signature
from app.connectors.stripe import SignatureError, Stripe, StripeConfig, verify
from app.connectors.stripe.webhook import sign
from app.connectors.tokens import forget_tokens
from app.core.db import db, transaction
from app.core.partners import PartnerAccount, PartnerCall
from app.messaging.models import Task
from app.payments import jobs
from app.payments.models import Checkout, Payment, WebhookEvent
from app.payments.queries import credit_of
from app.payments.services import reminders
from app.payments.services.money_out import reverse
from app.payments.states import CheckoutState
from app.sales.models import SalesDocument
from app.sandbox import credentials
from tests.cast import Cast
from tests.factories.payments import an_online_account, owed, paid
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
BOTH = pytest.mark.parametrize("kind", ["stripe", "helloasso"])


def page_of(invoice: SalesDocument) -> str:
    with transaction():
        link = reminders.pay_link(db.session.get_one(SalesDocument, invoice.id))
    return "/payer/" + link.rpartition("/")[2]


class Buyer:
    """A client on the page of his invoice, and the partner behind it."""

    def __init__(self, browser: Browser, sandbox: Sandbox, kind: str, invoice: SalesDocument, **codes: str) -> None:
        self.browser, self.sandbox, self.kind = browser, sandbox, kind
        self.account = an_online_account(kind, sandbox, **codes).id
        self.address = page_of(invoice)

    def open(self) -> str:
        self.browser.get(self.address)
        self.browser.post(f"{self.address}/en-ligne/{self.account}")
        return self.browser.get(self.address).text

    def end(self, state: str = "paid", **more: object) -> dict[str, object]:
        return self.sandbox.end_checkout(self.sandbox.checkouts()[-1]["ref"], state, **more)

    def tell(self, event: dict[str, object]) -> int:
        address = f"/notifications/{self.kind}/{self.account}"
        answer = self.browser.client.post(address, data=event["body"], headers=event["headers"])
        db.session.expire_all()
        return answer.status_code


@pytest.fixture
def invoice(cast: Cast) -> SalesDocument:
    return owed(cast.karim, 12_300)


def settled(invoice: SalesDocument) -> bool:
    db.session.expire_all()
    return db.session.get_one(SalesDocument, invoice.id).settled


@BOTH
def test_the_client_pays_and_the_invoice_is_settled_once_however_often_it_is_told(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str
) -> None:
    buyer = Buyer(browser, sandbox, kind, invoice)
    assert sandbox.checkouts()[-1:] == []
    shown = buyer.open()
    assert "123,00" in shown
    assert ".example/" in shown
    event = buyer.end()
    assert not settled(invoice)
    assert [buyer.tell(event) for _time in range(3)] == [200, 200, 200]
    assert settled(invoice)
    assert db.session.query(Payment).count() == 1
    assert db.session.query(WebhookEvent).count() == 1
    assert "réglée" in browser.get(buyer.address).text


@BOTH
def test_an_event_that_is_not_theirs_is_refused_and_changes_nothing(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str
) -> None:
    buyer = Buyer(browser, sandbox, kind, invoice)
    buyer.open()
    event = buyer.end()
    forged = {name: value[:-4] + "0000" for name, value in event["headers"].items()}  # type: ignore[attr-defined]
    for headers in (forged, {}, {"Stripe-Signature": "t=é,v1=é", "x-ha-signature": "é"}):
        if kind == "stripe" or headers:
            assert (
                buyer.tell(
                    {"body": event["body"], "headers": {n: v.encode().decode("latin-1") for n, v in headers.items()}}
                )
                == 400
            )
    changed = str(event["body"]).replace("{", '{"montant": 1, ', 1)
    assert buyer.tell({"body": changed, "headers": event["headers"]}) == 400, "not the bytes that were signed"
    assert buyer.tell({"body": "pas du JSON", "headers": event["headers"]}) == 400
    assert db.session.query(Payment).count() == db.session.query(WebhookEvent).count() == 0
    assert not settled(invoice)
    assert browser.client.post("/notifications/stripe/99999", data="{}").status_code == 404


@BOTH
def test_the_event_of_another_account_is_refused(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str
) -> None:
    buyer = Buyer(browser, sandbox, kind, invoice)
    buyer.open()
    event = buyer.end()
    other = an_online_account(kind, sandbox, webhook_secret="whsec_autre", signature_key="autre").id
    address = f"/notifications/{kind}/{other}"
    assert browser.client.post(address, data=event["body"], headers=event["headers"]).status_code == 400
    assert not settled(invoice)


@BOTH
def test_an_event_replayed_after_the_money_was_given_back_gives_nothing(
    browser: Browser, sandbox: Sandbox, cast: Cast, invoice: SalesDocument, kind: str
) -> None:
    buyer = Buyer(browser, sandbox, kind, invoice)
    buyer.open()
    event = buyer.end()
    buyer.tell(event)
    with transaction():
        reverse(db.session.query(Payment).one(), "Payé deux fois")
    assert not settled(invoice)
    assert [buyer.tell(event), buyer.tell(buyer.end())] == [200, 200], "the same event, then another of the same page"
    assert not settled(invoice)
    assert sum(payment.amount for payment in db.session.query(Payment)) == 0


@BOTH
def test_what_is_said_is_read_again_before_it_is_believed(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str
) -> None:
    buyer = Buyer(browser, sandbox, kind, invoice)
    buyer.open()
    event = buyer.end()
    buyer.end("expired")
    assert buyer.tell(event) == 200
    assert not settled(invoice)
    assert db.session.query(Payment).count() == 0


@BOTH
def test_another_amount_settles_nothing_and_asks_somebody_to_look(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str
) -> None:
    buyer = Buyer(browser, sandbox, kind, invoice)
    buyer.open()
    assert buyer.tell(buyer.end(cents=100)) == 200
    assert not settled(invoice)
    checkout = db.session.query(Checkout).one()
    assert checkout.state == CheckoutState.DISPUTED
    assert "à vérifier" in db.session.query(Task).one().label


@BOTH
def test_a_lost_notification_is_found_by_the_job_or_by_the_client(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str
) -> None:
    buyer = Buyer(browser, sandbox, kind, invoice)
    buyer.open()
    assert jobs.look_at_checkouts() == 0
    buyer.end()
    browser.post(f"{buyer.address}/verification")
    assert settled(invoice)
    assert jobs.look_at_checkouts() == 0
    assert db.session.query(Payment).count() == 1


@BOTH
def test_a_partner_that_fails_takes_nothing_and_is_asked_again(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str
) -> None:
    buyer = Buyer(browser, sandbox, kind, invoice)
    sandbox.fail(kind, "500", path="checkout")
    assert "Rien n'a été débité" in buyer.open().replace("’", "'").replace("&#39;", "'")
    buyer.open()
    event = buyer.end()
    sandbox.fail(kind, "500", path="checkout")
    assert buyer.tell(event) == 503
    assert not settled(invoice)
    assert buyer.tell(event) == 200
    assert settled(invoice)


def test_paid_at_the_desk_meanwhile_the_money_is_the_clients_credit(
    cast: Cast, browser: Browser, sandbox: Sandbox, invoice: SalesDocument
) -> None:
    buyer = Buyer(browser, sandbox, "stripe", invoice)
    buyer.open()
    paid(cast.karim, 10_000, invoice)
    assert buyer.tell(buyer.end()) == 200
    assert settled(invoice)
    assert credit_of(cast.karim.id) == 10_000


def test_opening_twice_gives_the_same_page(browser: Browser, sandbox: Sandbox, invoice: SalesDocument) -> None:
    buyer = Buyer(browser, sandbox, "stripe", invoice)
    buyer.open()
    buyer.open()
    assert len(sandbox.checkouts()) == 1


def test_no_secret_is_kept_of_the_calls(browser: Browser, sandbox: Sandbox, invoice: SalesDocument) -> None:
    for kind in ("stripe", "helloasso"):
        Buyer(browser, sandbox, kind, invoice).open()
    kept = " ".join(call.request + call.response for call in db.session.query(PartnerCall))
    assert "checkout" in kept
    for secret in (credentials.STRIPE_SECRET_KEY, credentials.HELLOASSO_CLIENT_SECRET):
        assert secret not in kept


def test_an_unsigned_helloasso_account_believes_only_what_it_reads(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument
) -> None:
    buyer = Buyer(browser, sandbox, "helloasso", invoice, signature_key="")
    with transaction():
        found = db.session.get_one(PartnerAccount, buyer.account)
        found.secrets = {**found.secrets, "signature_key": ""}
    buyer.open()
    said = {
        "body": f'{{"eventType":"Order","data":{{"checkoutIntentId":{sandbox.checkouts()[-1]["ref"]}}}}}',
        "headers": {},
    }
    assert buyer.tell(said) == 200
    assert not settled(invoice)
    buyer.end()
    assert buyer.tell({**said, "body": str(said["body"]) + " "}) == 200
    assert settled(invoice)


def test_the_manager_tries_an_account(cast: Cast, browser: Browser, sandbox: Sandbox) -> None:
    good, bad = (
        an_online_account("stripe", sandbox).id,
        an_online_account("helloasso", sandbox, client_secret="faux").id,
    )
    boss = browser.as_("gerant")
    assert "Stripe" in boss.get("/reglages/connexions").text
    assert "Le compte répond" in boss.post(f"/reglages/connexions/{good}/essayer", follow=True).text
    forget_tokens()
    assert "refuse vos identifiants" in boss.post(f"/reglages/connexions/{bad}/essayer", follow=True).text


def test_signatures_are_those_of_the_partners() -> None:
    body = b'{"id":"evt_test","object":"event"}'
    known = "abcbc1b4153a7a0de591686b21deb245e6391f666d3e207ec2bc9594e2391f26"
    assert sign("whsec_test", 1790000000, body) == known
    assert verify("whsec_test", f"t=1790000000,v0=x,v1=bad,v1={known}", body, 1790000200)["id"] == "evt_test"
    for header, now in (
        (f"t=1790000000,v1={known}", 1790000301),
        (f"v1={known}", 1790000000),
        ("", 0),
        (f"t=1,v1={known}", 1),
    ):
        with pytest.raises(SignatureError):
            verify("whsec_test", header, body, now)
    assert signature("ha_test_key", b'{"eventType":"Order","data":{"id":1},"metadata":{"rental":"42"}}').startswith(
        "ec82bfea"
    )


def test_a_lost_answer_of_stripe_is_asked_again_and_gives_one_page(sandbox: Sandbox) -> None:
    client = Stripe(StripeConfig(credentials.STRIPE_SECRET_KEY, f"{sandbox.url}/stripe"))
    order = Order("F-1-abc", 500, "Facture", "https://exemple.example/payer/x")
    sandbox.fail("stripe", "cut-after-accept")
    with pytest.raises(PartnerError) as lost:
        client.create(order)
    assert lost.value.uncertain
    client.create(order)
    assert len(sandbox.checkouts()) == 1


def test_helloasso_refuses_an_address_in_clear_and_a_wrong_association(sandbox: Sandbox) -> None:
    forget_tokens()
    right = HelloAssoConfig(
        credentials.HELLOASSO_CLIENT_ID,
        credentials.HELLOASSO_CLIENT_SECRET,
        credentials.HELLOASSO_SLUG,
        f"{sandbox.url}/helloasso",
    )
    with pytest.raises(PartnerError):
        HelloAsso(right).create(Order("r", 500, "Don", "http://exemple.example/"))
    assert HelloAsso(right).create(Order("r", 500, "Don", "https://exemple.example/")).url.startswith("https://")
    assert (
        requests.get(f"{sandbox.url}/helloasso/v5/organizations/autre/checkout-intents/1", timeout=5).status_code == 401
    )
