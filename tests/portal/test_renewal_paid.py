"""The rent of a renewal (A8): its price is said before it is asked for; it is invoiced once, then paid online."""

import re

import pytest
from sqlalchemy import event

from app.accounts.services import change_organisation
from app.accounts.states import Role
from app.assets.models import Asset
from app.catalog.states import Nature
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.lending.models import Loan
from app.lending.queries.terms import Terms
from app.lending.services import charges, locked
from app.lending.services.fees import rent_units
from app.lending.services.renewing import renewal_end
from app.lending.services.terms import set_terms
from app.lending.states import RentPer
from app.messaging.models import Task
from app.payments.models import Payment
from app.payments.queries import balance_of
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.states import DocumentState
from tests.cast import Cast
from tests.factories.accounts import a_user
from tests.factories.catalog import an_article
from tests.factories.contacts import a_contact
from tests.factories.lending import a_unit, lent
from tests.factories.members import a_home
from tests.factories.payments import an_online_account
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
PRICE = 1000


def plain(text: str) -> str:
    return re.sub("[\u202f\xa0]", " ", text).replace("\u2019", "'").replace("&#39;", "'")


def a_rented_unit(renewals: int = 2) -> Asset:
    """Let at ten euros a week, tax aside."""
    unit, article = (
        a_unit(),
        an_article(label="Location d'un violon", price=PRICE, nature=Nature.SERVICES, stocked=False),
    )
    with transaction():
        set_terms(
            unit.family_id,
            Terms(rent_article_id=article.id, rent_per=RentPer.WEEK, renewals=renewals, renewal_days=14),
        )
    return unit


class Keeper:
    """A parent who keeps his child's violin longer."""

    def __init__(self, browser: Browser, loan: Loan, who: str = "client") -> None:
        self.page, self.home, self.loan_id = browser.as_(who), f"/portail/prets/{loan.number}", loan.id
        with transaction():
            end = clock.local(renewal_end(locked(loan))).date()
        self.weeks = rent_units(RentPer.WEEK, clock.today(), end) - rent_units(
            RentPer.WEEK, clock.today(), clock.local(loan.due_at).date()
        )

    @property
    def shown(self) -> str:
        return plain(self.page.get(self.home).text)

    @property
    def fields(self) -> dict[str, str]:
        """What the form of the page sends."""
        found = re.findall(r'name="(jusqu|loyer)" value="([^"]*)"', self.page.get(self.home).text)
        return dict(found)

    def keep(self, **typed: str) -> str:
        """He asks; where he is led."""
        answer = self.page.post(f"{self.home}/prolongation", data=typed)
        db.session.rollback()
        return answer.headers["Location"]

    @property
    def loan(self) -> Loan:
        return db.session.query(Loan).populate_existing().filter_by(id=self.loan_id).one()

    @property
    def words(self) -> str:
        """What the page says after he asked."""
        return plain(self.page.get(self.home).text)


def invoices() -> list[SalesDocument]:
    db.session.rollback()
    return list(db.session.query(SalesDocument).populate_existing().order_by(SalesDocument.id))


@pytest.fixture
def keeper(browser: Browser, cast: Cast, lina: Contact) -> Keeper:
    return Keeper(browser, lent(lina, a_rented_unit(), days=7))


def test_the_price_is_said_then_it_is_invoiced_and_paid(keeper: Keeper, sandbox: Sandbox, cast: Cast) -> None:
    account = an_online_account("stripe", sandbox).id
    price = 1200 * keeper.weeks
    assert f"coûte {price // 100},00 € de loyer, à régler tout de suite en ligne" in keeper.shown
    assert f"Prolonger et payer {price // 100},00 €" in keeper.shown
    assert invoices() == [], "nothing is asked by looking"
    fields, due = keeper.fields, keeper.loan.due_at
    led = keeper.keep(**fields)
    assert led.startswith("/payer/")
    [invoice] = invoices()
    assert (invoice.state, invoice.due, invoice.contact_id) == (DocumentState.ISSUED, price, cast.karim.id)
    assert (keeper.loan.renewals, keeper.loan.due_at > due) == (1, True)
    assert f"Payer {price // 100},00 €" in plain(keeper.page.get(led).text), "the only means is already open"
    assert db.session.query(Task).count() == 0
    told = sandbox.end_checkout(sandbox.checkouts()[-1]["ref"], "paid")
    for _time in range(2):
        keeper.page.client.post(f"/notifications/stripe/{account}", data=told["body"], headers=told["headers"])
    assert invoices()[0].settled
    assert db.session.query(Payment).count() == 1


def test_left_unpaid_it_is_an_invoice_like_any_other(keeper: Keeper, sandbox: Sandbox, cast: Cast) -> None:
    an_online_account("stripe", sandbox)
    keeper.keep(**keeper.fields)
    [invoice] = invoices()
    assert (invoice.paid, balance_of(cast.karim.id).owed) == (0, invoice.due)
    shown = plain(keeper.page.get("/portail/factures").text)
    assert invoice.number is not None
    assert invoice.number in shown
    assert keeper.loan.renewals == 1


def test_a_double_click_keeps_it_once_and_asks_for_one_invoice(keeper: Keeper, sandbox: Sandbox) -> None:
    an_online_account("stripe", sandbox)
    fields = keeper.fields
    assert keeper.keep(**fields).startswith("/payer/")
    assert keeper.keep(**fields) == keeper.home
    assert "vient d'être prolongé" in keeper.words
    assert (len(invoices()), keeper.loan.renewals) == (1, 1)
    assert keeper.keep(**keeper.fields).startswith("/payer/"), "a second term, asked for on its own page"
    assert (len(invoices()), keeper.loan.renewals) == (2, 2)


def test_at_another_price_than_the_one_shown_nothing_is_done(keeper: Keeper, sandbox: Sandbox) -> None:
    an_online_account("stripe", sandbox)
    fields, due = keeper.fields, keeper.loan.due_at
    for typed in ({}, {**fields, "loyer": "1"}, {**fields, "loyer": "x"}):
        assert keeper.keep(**typed) == keeper.home
        assert "Relisez, puis confirmez" in keeper.words
    assert (invoices(), keeper.loan.due_at) == ([], due)


def test_without_means_online_the_desk_is_asked_to_invoice(keeper: Keeper) -> None:
    assert "qui vous seront facturés" in keeper.shown
    assert keeper.keep(**keeper.fields) == keeper.home
    assert (invoices(), keeper.loan.renewals) == ([], 1)
    assert "de loyer à facturer" in db.session.query(Task).one().label


def test_what_cannot_be_invoiced_is_kept_all_the_same_and_the_desk_has_a_task(keeper: Keeper, sandbox: Sandbox) -> None:
    an_online_account("stripe", sandbox)
    fields = keeper.fields
    with transaction():
        change_organisation(siret="")
    assert keeper.keep(**fields) == keeper.home
    assert "Nous vous enverrons la facture du loyer" in keeper.words
    assert (invoices(), keeper.loan.renewals) == ([], 1)
    assert "de loyer à facturer" in db.session.query(Task).one().label


def test_the_other_parent_keeps_it_longer_but_commits_nobody_s_money(
    browser: Browser, sandbox: Sandbox, cast: Cast, lina: Contact
) -> None:
    an_online_account("stripe", sandbox)
    mother = a_contact(name="Salma Haddad", user_id=a_user(Role.CLIENT, email="salma@demo.example", name="Salma").id)
    a_home(mother, lina)
    loan = lent(lina, a_rented_unit(), days=7)
    with transaction():
        payer = charges.payer_of(db.session.get_one(Contact, lina.id)).id
    other, own = ("salma", "client") if payer == cast.karim.id else ("client", "salma")
    keeper = Keeper(browser, loan, other)
    assert "qui vous seront facturés" in keeper.shown
    assert keeper.keep(**keeper.fields) == keeper.home
    assert (invoices(), keeper.loan.renewals) == ([], 1)
    assert db.session.query(Task).count() == 1
    assert "à régler tout de suite en ligne" in Keeper(browser, loan, own).shown
    stranger = browser.as_("dan")
    assert stranger.post(f"/portail/prets/{loan.number}/prolongation").status_code == 404


def test_the_first_rent_is_still_the_desk_s_to_invoice_and_nothing_twice(keeper: Keeper, sandbox: Sandbox) -> None:
    an_online_account("stripe", sandbox)
    keeper.keep(**keeper.fields)
    with transaction():
        loan = locked(keeper.loan)
        left = [row for row in charges.owed_for(loan) if row.billed is None]
        assert [(row.units, "facturée à part" in row.detail) for row in left] == [(1, True)]
        first = charges.bill(loan, [left[0].key], {})
    assert first.due == 1200
    with transaction():
        assert [row for row in charges.owed_for(locked(keeper.loan)) if row.billed is None] == []
    keeper.keep(**keeper.fields)
    with transaction():
        assert [row for row in charges.owed_for(locked(keeper.loan)) if row.billed is None] == []
    assert len(invoices()) == 3
    with transaction():
        documents.cancel(documents.locked(invoices()[1]))
        assert [row.units for row in charges.owed_for(locked(keeper.loan)) if row.billed is None] == [1]


def test_the_page_asks_no_more_of_the_database_than_others(keeper: Keeper, sandbox: Sandbox) -> None:
    an_online_account("stripe", sandbox)
    keeper.page.get(keeper.home)
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    keeper.page.get(keeper.home)
    asked = [one for one in seen if one.startswith("SELECT")]
    assert len(asked) <= 19
