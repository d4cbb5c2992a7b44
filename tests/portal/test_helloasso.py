"""A client pays by HelloAsso from his space, his ticket or his quote (A8), over HTTP against the simulator."""

import re
from urllib.parse import urlsplit

import pytest

from app.core.db import db, transaction
from app.core.settings import change_setting
from app.payments.models import Checkout, Payment, WebhookEvent
from app.payments.services.online import CHOICE
from app.payments.states import CheckoutState, Method
from app.sales import services as quotes
from app.sales.models import SalesDocument
from app.sales.services import Signer
from app.sales.states import DocumentKind, Means
from tests.cast import Cast
from tests.factories.offers import a_sent_offer, link_to
from tests.factories.payments import an_online_account, owed
from tests.portal.conftest import Visitor
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")


def plain(text: str) -> str:
    return re.sub("[\u202f\xa0]", " ", text).replace("’", "'").replace("&#39;", "'")


def settled(invoice: SalesDocument) -> bool:
    db.session.expire_all()
    return db.session.get_one(SalesDocument, invoice.id).settled


class Client:
    """A signed-in client who pays, and HelloAsso behind."""

    def __init__(self, browser: Browser, sandbox: Sandbox, invoice: SalesDocument, account_id: int) -> None:
        self.page, self.sandbox, self.invoice, self.account_id = browser.as_("client"), sandbox, invoice, account_id

    def goes_to_pay(self) -> str:
        self.page.get("/portail/factures")
        answer = self.page.post(f"/portail/factures/{self.invoice.id}/payer", follow=True)
        self.address = answer.request.path
        return plain(answer.text)

    def comes_back(self, state: str, **more: object) -> tuple[str, dict[str, object]]:
        """What the page says to whom the partner sends back, and the event that the partner sends us."""
        event = self.sandbox.end_checkout(self.sandbox.checkouts()[-1]["ref"], state, **more)
        back = urlsplit(str(event["back"]))
        assert back.path == self.address
        return plain(self.page.get(f"{back.path}?{back.query}").text), event

    def told(self, event: dict[str, object]) -> int:
        answer = self.page.client.post(
            f"/notifications/helloasso/{self.account_id}", data=event["body"], headers=event["headers"]
        )
        db.session.expire_all()
        return answer.status_code


@pytest.fixture
def invoice(cast: Cast) -> SalesDocument:
    return owed(cast.karim, 12_300)


@pytest.fixture
def client_of(browser: Browser, sandbox: Sandbox, invoice: SalesDocument) -> Client:
    return Client(browser, sandbox, invoice, an_online_account("helloasso", sandbox).id)


def test_he_pays_from_his_space_and_the_invoice_is_settled_once_it_was_read_again(
    client_of: Client, invoice: SalesDocument
) -> None:
    shown = client_of.goes_to_pay()
    assert "HelloAsso. Revenez ici" in shown
    assert "https://helloasso.example/" in shown
    shown, event = client_of.comes_back("paid")
    assert "Nous attendons la confirmation de HelloAsso" in shown
    assert not settled(invoice), "the address one comes back by proves nothing"
    assert [client_of.told(event) for _time in range(3)] == [200, 200, 200]
    assert settled(invoice)
    payment = db.session.query(Payment).one()
    assert (payment.method, payment.amount) == (Method.HELLOASSO, 12_300)
    assert db.session.query(WebhookEvent).count() == 1
    assert "Tout est réglé" in plain(client_of.page.get("/portail/factures").text)


def test_coming_back_as_if_paid_settles_nothing(client_of: Client, invoice: SalesDocument) -> None:
    client_of.goes_to_pay()
    shown = plain(client_of.page.get(f"{client_of.address}?checkoutIntentId=60000&code=succeeded&orderId=1").text)
    assert "Vérifier maintenant" in shown
    assert "pas encore confirmé" in plain(client_of.page.post(f"{client_of.address}/verification", follow=True).text)
    assert not settled(invoice)


def test_without_any_notification_he_has_it_looked_at(client_of: Client, invoice: SalesDocument) -> None:
    client_of.goes_to_pay()
    client_of.comes_back("paid")
    assert "réglée" in client_of.page.post(f"{client_of.address}/verification", follow=True).text
    assert settled(invoice)


@pytest.mark.parametrize("how", ["refused", "expired"])
def test_after_a_refusal_he_is_told_and_tries_again_on_another_page(
    client_of: Client, invoice: SalesDocument, how: str
) -> None:
    client_of.goes_to_pay()
    first = client_of.sandbox.checkouts()[-1]["ref"]
    shown, event = client_of.comes_back(how)
    assert "n'a pas abouti" in shown
    assert f"checkout/{first}" not in shown, "the page that failed is not offered again"
    assert client_of.told(event) == 200
    assert (settled(invoice), db.session.query(Payment).count()) == (False, 0)
    again = {"refused": first}
    for _click in range(2):
        client_of.page.post(f"{client_of.address}/en-ligne/{client_of.account_id}", data=again)
    assert len(client_of.sandbox.checkouts()) == 2, "a double click opens one page"
    _shown, event = client_of.comes_back("paid")
    assert client_of.told(event) == 200
    assert settled(invoice)


def test_paid_after_all_he_does_not_pay_twice(client_of: Client, invoice: SalesDocument) -> None:
    client_of.goes_to_pay()
    client_of.comes_back("refused")
    ref = client_of.sandbox.checkouts()[-1]["ref"]
    client_of.sandbox.end_checkout(ref)  # his bank took its time
    client_of.page.post(f"{client_of.address}/en-ligne/{client_of.account_id}", data={"refused": ref})
    assert settled(invoice)
    assert len(client_of.sandbox.checkouts()) == 1


def test_told_too_early_it_is_believed_when_told_again(client_of: Client, invoice: SalesDocument) -> None:
    client_of.goes_to_pay()
    ref = client_of.sandbox.checkouts()[-1]["ref"]
    event = client_of.sandbox.end_checkout(ref)
    client_of.sandbox.end_checkout(ref, "expired")  # what is read is not yet what is told
    assert (client_of.told(event), settled(invoice)) == (200, False)
    client_of.sandbox.end_checkout(ref)
    assert (client_of.told(event), settled(invoice)) == (200, True)


def test_a_forged_notification_settles_nothing(client_of: Client, invoice: SalesDocument) -> None:
    client_of.goes_to_pay()
    _shown, event = client_of.comes_back("paid")
    assert client_of.told({**event, "headers": {"x-ha-signature": "0" * 64}}) == 400
    assert not settled(invoice)


def test_the_deposit_of_a_quote_is_paid_by_its_link(visitor: Visitor, cast: Cast, sandbox: Sandbox) -> None:
    account_id = an_online_account("helloasso", sandbox).id
    quote = a_sent_offer(cast.karim, deposit_share=3000)
    with transaction():
        quotes.accept(quote.id, Signer("Karim Benyahia", Means.PHONE))
    deposit = db.session.query(SalesDocument).filter_by(kind=DocumentKind.DEPOSIT).one()
    visitor.get(link_to(quote))
    assert "HelloAsso. Revenez ici" in visitor.post(f"{link_to(quote)}/factures/{deposit.id}/payer").text
    event = sandbox.end_checkout(sandbox.checkouts()[-1]["ref"])
    assert (
        visitor.client.post(
            f"/notifications/helloasso/{account_id}", data=event["body"], headers=event["headers"]
        ).status_code
        == 200
    )
    assert settled(deposit)
    assert "réglé, merci" in plain(visitor.get(link_to(quote)).text)


def test_when_both_partners_are_connected_the_client_chooses_once(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument
) -> None:
    helloasso, stripe = an_online_account("helloasso", sandbox), an_online_account("stripe", sandbox)
    client = Client(browser, sandbox, invoice, helloasso.id)
    shown = client.goes_to_pay()
    assert sandbox.checkouts() == [], "nothing is opened before he chose"
    assert (shown.count("Par HelloAsso"), shown.count("Par carte bancaire")) == (1, 1)
    assert len(re.findall(r'class="bt[^"]* p[ "]', shown)) == 1
    client.page.post(f"{client.address}/en-ligne/{helloasso.id}")
    shown = plain(client.page.get(client.address).text)
    assert "HelloAsso. Revenez ici" in shown
    client.page.post(f"{client.address}/en-ligne/{stripe.id}")
    assert "Carte en ligne. Revenez ici" in plain(client.page.get(client.address).text), "he changed his mind"


@pytest.mark.parametrize(
    ("choice", "words"), [("helloasso", "HelloAsso. Revenez ici"), ("stripe", "Carte en ligne. Revenez ici")]
)
def test_the_organisation_chooses_by_whom_clients_pay(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, choice: str, words: str
) -> None:
    accounts = {kind: an_online_account(kind, sandbox) for kind in ("stripe", "helloasso")}
    with transaction():
        change_setting(CHOICE, choice)
    client = Client(browser, sandbox, invoice, accounts[choice].id)
    assert words in client.goes_to_pay()
    other = accounts["stripe" if choice == "helloasso" else "helloasso"]
    refused = client.page.post(f"{client.address}/en-ligne/{other.id}", follow=True)
    assert "n'est plus proposé" in plain(refused.text)
    assert db.session.query(Checkout).filter_by(state=CheckoutState.OPEN).count() == 1


def test_the_manager_chooses_in_the_settings(cast: Cast, browser: Browser) -> None:
    assert "Paiement en ligne de vos clients" in browser.as_("gerant").get("/reglages/reglements").text
