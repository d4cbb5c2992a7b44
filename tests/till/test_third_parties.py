"""A repair handed over at the till with its bonus: the total, the part of the scheme, what the client pays (C6, D2, D8, D12)."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.contacts.models import Contact
from app.core import chain, clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.ledger.models import EntryLine
from app.ledger.services import catch_up, vat_summary
from app.operations.checks.ledger import unbalanced
from app.payments.queries import balance_of, open_documents, statement
from app.payments.queries.aged import aged_balance
from app.payments.queries.bank import open_items
from app.payments.services import receive
from app.payments.states import Method
from app.sales.models import ThirdPartyShare
from app.tickets.models import Ticket
from app.till import services
from app.till.models import TillClosing, TillSale
from app.till.queries import full_figures
from app.till.services import Paid, receipts
from app.till.services.closings import close_till
from app.till.services.sealing import chain_of, session_or_none
from app.till.states import Means
from tests.cast import Cast
from tests.factories.catalog import vat_rates
from tests.factories.contacts import a_contact
from tests.factories.quotes import a_priced_ticket
from tests.factories.sales import a_legal_seller
from tests.factories.till import a_line, a_sale, an_open_till
from tests.ledger.test_entries import lettered, sums
from tests.payments.test_intake import nothing_wrong
from tests.sales.test_third_parties import accepted, bonus, plain
from tests.signing import Browser
from tests.till.test_pages import Hand

pytestmark = [pytest.mark.row("C6"), pytest.mark.row("D2"), pytest.mark.row("D8"), pytest.mark.row("D12")]


def a_repair_with_bonus(client: Contact, scheme: Contact, **values: Any) -> Ticket:
    """143,00 € with tax, 25,00 € of which the scheme pays by the quote that the client accepted; ready."""
    a_legal_seller()
    vat_rates()
    ticket = a_priced_ticket(contact=client, **values)
    bonus(ticket, payer=scheme)
    accepted(ticket)
    with transaction():
        db.session.execute(text("update ticket set state = 'ready' where id = :id"), {"id": ticket.id})
    db.session.expire_all()
    return db.session.get_one(Ticket, ticket.id)


def shares() -> list[ThirdPartyShare]:
    query = select(ThirdPartyShare).where(ThirdPartyShare.till_sale_id.is_not(None)).order_by(ThirdPartyShare.id)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}))


def sold() -> TillSale:
    return db.session.scalars(select(TillSale).order_by(TillSale.id.desc()).limit(1)).one()


def test_from_the_hand_over_to_the_transfer_of_the_scheme(app: Flask, cast: Cast, browser: Browser) -> None:
    scheme, till = a_contact(name="Ecosystem"), an_open_till()
    ticket = a_repair_with_bonus(cast.karim, scheme)
    desk = Hand(browser.as_("accueil"), f"{till.code}?dossier={ticket.number}")
    desk.url = f"/caisse/{till.code}"
    said = plain(desk.answer.text)
    assert "Total TTC 143,00 € Bonus Réparation, pris en charge par Ecosystem −25,00 €" in said
    assert "À payer 118,00 €" in said
    assert "Encaisser 118,00 €" in said
    assert "118,00 €" in plain(desk.browser.get(f"/dossiers/{ticket.number}").text), "what is left at the hand-over"
    desk.does("payer:card")
    done = desk.does("encaisser")
    assert done.status_code == 303, plain(done.text)
    sale = sold()
    assert (sale.gross, sale.net, sale.vat) == (14_300, 11_917, 2_383), "the tax stays whole"
    assert [(row["means"], row["amount"]) for row in sale.means] == [("third", 2_500), ("card", 11_800)]
    page = plain(desk.browser.as_("gerant").get(f"/caisse/tickets/{sale.number}?fait=1").text)
    assert "Encaissé 118,00 €" in page
    assert (
        "Total TTC 143,00 € Bonus Réparation, pris en charge par Ecosystem −25,00 € À la charge du client 118,00 €"
        in page
    )
    printed = plain(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(receipts.render(sale, 0))).pages))
    assert re.search(r"Total TTC 143,00 € Bonus Réparation, pris en charge par Ecosystem\W+25,00 €", printed), printed
    assert "À la charge du client 118,00 €" in printed
    session = session_or_none(till.id)
    assert session is not None
    assert full_figures(session).received(Means.CASH) == 0
    with transaction():
        closing = close_till(till.id, {Means.CASH: 10_000, Means.CARD: 11_800})
    assert closing.facts["means"] == {"card": 11_800, "third": 2_500}
    assert sum(closing.facts["difference"].values()) == 0
    shown = plain(desk.browser.get(f"/caisse/clotures/{closing.number}").text)
    assert "Pris en charge par un tiers 25,00 €" in shown
    _paid_by_the_scheme(scheme, sale, desk.browser)
    assert vat_summary(clock.today(), clock.today()).collected == 2_383
    assert list(chain.faults(chain_of(till))) == []


def _paid_by_the_scheme(scheme: Contact, sale: TillSale, browser: Browser) -> None:
    """Its receivable, where it is seen, and the transfer that settles it."""
    catch_up()
    assert (sums()["467000"], sums()["511500"]) == (2_500, 11_800)
    (owed,) = open_documents(scheme.id)
    assert (owed.number, owed.left, owed.document_id) == (sale.number, 2_500, None)
    assert [row.total for row in aged_balance() if row.contact_id == scheme.id] == [2_500]
    assert [(row.number, row.left) for row in open_items()] == [(sale.number, 2_500)]
    account = plain(browser.get(f"/contacts/{scheme.id}").text)
    assert sale.number in account
    listed = browser.get(f"/reglements/encaisser?contact={scheme.id}").text
    assert "Bonus Réparation" in listed
    with transaction():
        payment = receive(scheme.id, Method.TRANSFER, 2_500, clock.today(), allocations=None)
    assert "Bonus Réparation" in browser.get(f"/reglements/{payment.id}").text
    assert open_documents(scheme.id) == []
    catch_up()
    assert (sums().get("467000", 0), sums()["512000"]) == (0, 2_500)
    assert (
        db.session.scalars(select(EntryLine.third_party).where(EntryLine.account == "467000")).all()
        == [f"T{scheme.id:05d}"] * 2
    )
    assert lettered() == 2
    assert statement(scheme.id, clock.today(), clock.today()).closing == 0
    nothing_wrong()


def test_with_what_was_paid_at_the_intake(app: Flask, cast: Cast, browser: Browser) -> None:
    scheme, till = a_contact(name="Ecosystem"), an_open_till()
    ticket = a_repair_with_bonus(cast.karim, scheme, paid_at_intake=13_000, paid_by="carte")
    desk = Hand(browser.as_("accueil"), f"{till.code}?dossier={ticket.number}")
    desk.url = f"/caisse/{till.code}"
    assert desk.does("encaisser").status_code == 303
    assert [(row["means"], row["amount"]) for row in sold().means] == [("third", 2_500), ("prepaid", 11_800)]
    nothing_wrong()


def test_typed_at_the_till_it_is_refused_above_the_total_and_may_be_taken_away(
    app: Flask, cast: Cast, browser: Browser
) -> None:
    vat_rates()
    insurer, till = a_contact(name="Assurances du Var"), an_open_till()
    desk = Hand(browser.as_("accueil"), till.code)
    desk.does("libre", label="Réparation", price="80", vat_code="normal")
    third = {"third": str(insurer.id), "third_text": "Assurances du Var", "third_label": "Garantie"}
    refused = desk.does("tiers", third_amount="80,01", **third)
    assert (refused.status_code, "dépasse ce qui reste à payer, 80,00 €" in plain(refused.text)) == (422, True)
    assert 'value="80,01"' in refused.text
    assert desk.does("tiers", third_amount="10", third="", third_label="").status_code == 422
    assert "À payer 60,00 €" in plain(desk.does("tiers", third_amount="20", **third).text)
    assert "À payer 80,00 €" in plain(desk.does("sans-tiers:0").text)
    desk.does("tiers", third_amount="80", **third)
    assert desk.does("encaisser").status_code == 303
    (share,) = shares()
    assert (share.amount, share.payer_id, share.piece) == (8_000, insurer.id, sold().number)


def test_nobody_pays_a_part_of_an_invoice_settled_at_the_till_nor_of_his_own_sale(app: Flask, cast: Cast) -> None:
    till, scheme = an_open_till(), a_contact(name="Ecosystem")
    with pytest.raises(DomainError, match="déjà le client"):
        a_sale(till, means=(Paid(Means.THIRD, 1_190, "Bonus", scheme.id),), contact_id=scheme.id)
    with pytest.raises(DomainError, match="existe plus"):
        a_sale(till, means=(Paid(Means.THIRD, 1_190, "Bonus", None),))
    assert shares() == []


def test_a_refund_gives_the_clients_money_first_then_the_part_of_the_scheme(app: Flask, cast: Cast) -> None:
    till, scheme = an_open_till(), a_contact(name="Ecosystem")
    lines = (a_line(price=6_000), a_line(price=4_000))
    sale = a_sale(till, *lines, means=(Paid(Means.THIRD, 5_000, "Bonus", scheme.id), Paid(Means.CASH, 5_000)))
    with transaction():
        receive(scheme.id, Method.TRANSFER, 5_000, clock.today(), allocations=None)
    assert services.worth_of(sale, {0: 1_000}) == 5_000, "40,00 € stay sold: 10,00 € go back to the scheme"
    with transaction():
        services.refund(till.id, sale, {0: 1_000}, (Paid(Means.CASH, 5_000),), form_key="un")
    assert [(share.amount, share.paid) for share in shares()] == [(5_000, 5_000), (-1_000, -1_000)]
    assert balance_of(scheme.id).credit == 1_000, "what it paid for nothing is its own"
    assert services.worth_of(sale, {1: 1_000}) == 0
    with transaction():
        services.refund(till.id, sale, {1: 1_000}, (), form_key="deux")
    assert balance_of(scheme.id).credit == 5_000
    a_sale(till, means=(Paid(Means.CARD, 1_190),))
    session = session_or_none(till.id)
    assert session is not None
    assert full_figures(session).received(Means.CASH) == 0
    with transaction():
        closing = close_till(till.id, {Means.CASH: 10_000})
    assert closing.facts["means"] == {"card": 1_190}
    catch_up()
    assert list(unbalanced()) == []
    assert statement(scheme.id, clock.today(), clock.today()).closing == -5_000
    assert list(chain.faults(chain_of(till))) == []


def test_a_refund_of_a_part_not_paid_yet_leaves_nothing_owed_even_on_another_day(app: Flask, cast: Cast) -> None:
    till, scheme = an_open_till(), a_contact(name="Ecosystem")
    sale = a_sale(
        till, a_line(price=6_000), means=(Paid(Means.THIRD, 2_500, "Bonus", scheme.id), Paid(Means.CARD, 3_500))
    )
    with transaction():
        close_till(till.id, {Means.CASH: 10_000})
    catch_up()
    assert sums()["467000"] == 2_500
    with clock.told_at(clock.now() + timedelta(days=1)):
        with transaction():
            services.open_till(till.id, 10_000)
        with transaction():
            services.refund(till.id, sale, {0: 1_000}, (Paid(Means.CARD, 3_500),), form_key="retour")
        assert open_documents(scheme.id) == []
        with transaction():
            closing = close_till(till.id, {Means.CASH: 10_000})
        assert closing.facts["means"] == {"card": -3_500, "third": -2_500}
        catch_up()
    assert sums() == {}
    assert lettered() >= 2


def test_at_the_school_nobody_owes_anything(app: Flask, cast: Cast) -> None:
    till, scheme = an_open_till(), a_contact(name="Ecosystem")
    with transaction():
        services.set_training(till.id, on=True)
    a_sale(till, means=(Paid(Means.THIRD, 1_190, "Bonus", scheme.id),))
    assert shares() == []


def test_it_is_sealed_with_its_ticket_and_the_database_keeps_it(app: Flask, cast: Cast) -> None:
    till, scheme = an_open_till(), a_contact(name="Ecosystem")
    a_sale(till, means=(Paid(Means.THIRD, 1_190, "Bonus", scheme.id),))
    (share,) = shares()
    number = share.id
    for change in (
        "amount = 1",
        "label = 'x'",
        "piece = 'x'",
        "owed_on = null",
        "till_sale_id = null, document_id = null",
    ):
        with pytest.raises(DatabaseError, match="what_is_sealed"), transaction():
            db.session.execute(text(f"update third_party_share set {change} where id = {number}"))
    with pytest.raises(DatabaseError, match="what_is_sealed"), transaction():
        db.session.execute(text(f"delete from third_party_share where id = {number}"))
    with transaction():
        db.session.add(ThirdPartyShare(till_sale_id=share.till_sale_id, payer_id=scheme.id, label="Autre", amount=5))
    assert [fault.subject for fault in chain.faults(chain_of(till))] != [], "a part that the seal does not tell"
    assert db.session.scalars(select(TillClosing)).all() == []
