"""What was approved is numbered, invoiced, printed and sent, each once; nothing before."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.concierge import jobs
from app.concierge.models import MandateTerms, MonthEntry, OwnerStatement, StatementLine
from app.concierge.queries.progress import progress
from app.concierge.services import approving, making
from app.concierge.services.counting import count, the_month
from app.concierge.states import StatementState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.outbox import OutboxMessage
from app.documents import services as files
from app.documents.models import StoredFile
from app.ledger.models import EntryLine
from app.ledger.services.posting import catch_up
from app.payments.models import Payment
from app.payments.services import receive
from app.payments.states import Method
from app.sales.models import SalesDocument
from app.sales.states import DocumentKind
from app.statements.models import Base, Month, Terms
from app.statements.states import LineKind, Mode, Service
from tests.concierge.houses import a_house, a_stay
from tests.factories.contacts import a_contact
from tests.factories.sales import a_legal_seller

OCTOBER = Month(2026, 10)
pytestmark = [pytest.mark.row("E5"), pytest.mark.usefixtures("november")]
MANDATE = Terms(
    date(2026, 1, 1), Mode.MANDATE, 1850, Base(after_platform=True), platforms=(("Airbnb", 1500),), cleaning=Service.GUEST,
)  # fmt: skip
SERVICE = Terms(date(2026, 1, 1), Mode.SERVICE, 2000, platforms=(("Airbnb", 1500),))


@pytest.fixture
def november(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 3))
    a_legal_seller()


def an_owner(**values: Any) -> Contact:
    known = {"email": "jeanne@exemple.example", "address": "3 rue du Port", "postcode": "56000", "town": "Vannes"}
    return a_contact(**known | values)


def counted(month: Month = OCTOBER) -> list[OwnerStatement]:
    with transaction():
        row = the_month(month)
        count(row)
    query = select(OwnerStatement).where(OwnerStatement.month_id == row.id).order_by(OwnerStatement.id)
    return list(db.session.scalars(query))


def approved(month: Month = OCTOBER) -> list[OwnerStatement]:
    found = counted(month)
    with transaction():
        approving.approve([row.id for row in found])
    return found


def made(month: Month = OCTOBER) -> list[OwnerStatement]:
    ids = [row.id for row in approved(month)]
    jobs.make_statements(ids)
    return [again(statement_id) for statement_id in ids]


def again(statement_id: int) -> OwnerStatement:
    return db.session.get_one(OwnerStatement, statement_id, populate_existing=True)


def bill(statement: OwnerStatement) -> SalesDocument:
    return db.session.get_one(SalesDocument, statement.invoice_id)


def messages() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.template == "concierge.statement")))


def test_an_approved_month_is_numbered_invoiced_printed_and_sent() -> None:
    a_stay(a_house(an_owner(), terms=MANDATE), date(2026, 10, 3), date(2026, 10, 10), 124_000, cleaning=6_000)
    [statement] = made()
    invoice = bill(statement)
    assert (statement.fault, statement.state, statement.number) == ("", StatementState.SENT, "RG-2026-0001")
    assert invoice.gross == statement.fees
    [message] = messages()
    assert message.attachments == [statement.file_id, invoice.file_id]
    names = [db.session.get_one(StoredFile, file_id).name for file_id in message.attachments]
    assert names == ["RG-2026-0001.pdf", f"{invoice.number}.pdf"]
    assert "octobre 2026" in message.subject
    assert progress(statement.month_id) == (1, 1, 1, [])


def test_nothing_leaves_before_approval() -> None:
    a_stay(a_house(an_owner(), terms=MANDATE), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    ids = [row.id for row in counted()]
    jobs.make_statements(ids)
    assert (again(ids[0]).state, again(ids[0]).number, messages()) == (StatementState.PREVIEW, None, [])


def test_what_is_missing_is_named_and_the_others_are_approved() -> None:
    a_stay(a_house(an_owner(name="Sans Courriel", email="")), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    a_stay(a_house(an_owner()), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    without, ready = counted()
    with transaction():
        told = approving.approve([without.id, ready.id])
    assert told.number == 1
    assert "Sans Courriel n’a pas d’adresse de courriel" in told.refused[0]
    assert again(without.id).fault
    assert (again(without.id).state, again(ready.id).state) == (StatementState.PREVIEW, StatementState.APPROVED)
    with pytest.raises(DomainError, match="courriel"), transaction():
        approving.approve([without.id])


def test_the_vat_of_the_invoice_is_that_of_the_statement_to_the_cent() -> None:
    owner = an_owner()
    for cents in (33_333, 12_347, 77_771):
        a_stay(a_house(owner, terms=MANDATE), date(2026, 10, 3), date(2026, 10, 10), cents, cleaning=4_999)
    [statement] = made()
    told = select(StatementLine).where(StatementLine.statement_id == statement.id, StatementLine.kind == LineKind.VAT)
    assert bill(statement).vat == sum(line.cents for line in db.session.scalars(told))
    assert (bill(statement).gross, statement.fault) == (statement.fees, "")


def test_a_vat_that_our_regime_does_not_allow_is_refused_with_its_words() -> None:
    a_legal_seller(vat_regime="franchise", vat_number="")
    a_stay(a_house(an_owner()), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    [statement] = counted()
    with pytest.raises(DomainError, match="Corrigez les conditions du mandat"), transaction():
        approving.approve([statement.id])


def test_under_a_mandate_the_invoice_is_paid_from_the_rents_and_says_so() -> None:
    a_stay(a_house(an_owner(), terms=MANDATE), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    [statement] = made()
    invoice = bill(statement)
    assert (invoice.settled, invoice.left, invoice.content["already"][0]["cents"]) == (True, 0, statement.fees)
    [payment] = db.session.scalars(select(Payment).where(Payment.method == Method.RETAINED))
    assert (payment.amount, payment.reference) == (statement.fees, statement.number)


def test_rents_that_do_not_suffice_leave_what_the_owner_owes_and_the_next_month_takes_it() -> None:
    owner = an_owner()
    house = a_house(owner, terms=MANDATE)
    a_stay(house, date(2026, 9, 3), date(2026, 9, 10), 30_000)
    with transaction():
        row = the_month(Month(2026, 9))
        plumber = MonthEntry(
            month_id=row.id, owner_id=owner.id, kind=LineKind.DISBURSED, label="Plombier", cents=25_000
        )
        db.session.add(plumber)
    [september] = made(Month(2026, 9))
    assert september.closing < 0
    assert bill(september).left == -september.closing
    a_stay(house, date(2026, 10, 3), date(2026, 10, 10), 124_000)
    [october] = made()
    db.session.expire_all()
    assert october.closing > 0
    assert (bill(september).left, bill(october).left) == (0, 0)


def test_without_a_mandate_to_hold_rents_the_invoice_is_owed() -> None:
    a_stay(a_house(an_owner(), terms=SERVICE), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    [statement] = made()
    assert bill(statement).left == statement.fees == -statement.closing
    assert "Il vous reste à nous régler" in messages()[0].text


def test_fees_below_zero_make_a_credit_note_that_the_next_invoice_uses() -> None:
    owner = an_owner()
    house = a_house(owner, terms=SERVICE)
    for rank, (month, discount) in enumerate(((8, 0), (9, -40_000), (10, 0))):
        a_stay(house, date(2026, month, 3), date(2026, month, 10), 124_000 + rank)
        with transaction():
            row = the_month(Month(2026, month))
            if discount:
                entry = {"kind": LineKind.OTHER, "label": "Geste commercial", "cents": discount}
                db.session.add(MonthEntry(month_id=row.id, owner_id=owner.id, **entry))
        [statement] = made(Month(2026, month))
        assert statement.fault == ""
    august, september, october = (
        db.session.get_one(SalesDocument, row.invoice_id)
        for row in db.session.scalars(select(OwnerStatement).order_by(OwnerStatement.id))
    )
    assert (september.kind, september.origin_id, september.gross) == (DocumentKind.CREDIT, august.id, 18_240)
    assert august.left + october.left == august.gross + october.gross - september.gross


def test_a_month_without_fees_has_its_statement_and_no_invoice() -> None:
    owner = an_owner()
    with transaction():
        row = the_month(OCTOBER)
        db.session.add(
            MonthEntry(month_id=row.id, owner_id=owner.id, kind=LineKind.DISBURSED, label="Clés", cents=4_000)
        )
    [statement] = made()
    assert (statement.state, statement.invoice_id) == (StatementState.SENT, None)


def test_the_terms_that_counted_a_month_are_kept_for_good() -> None:
    house = a_house(an_owner(), terms=MANDATE)
    a_stay(house, date(2026, 10, 3), date(2026, 10, 10), 124_000)
    with transaction():
        late = MandateTerms(mandate_id=house.id, since=date(2026, 12, 1), terms={})
        db.session.add(late)
    approved()
    query = select(MandateTerms.used_at).where(MandateTerms.mandate_id == house.id).order_by(MandateTerms.since)
    assert [used is not None for used in db.session.scalars(query)] == [True, False]


def test_done_twice_nothing_is_made_nor_sent_again() -> None:
    a_stay(a_house(an_owner(), terms=MANDATE), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    [statement] = made()
    jobs.make_statements([statement.id])
    jobs.help_statements([statement.id])
    assert len(messages()) == 1
    assert db.session.query(SalesDocument).count() == 1


def test_one_that_is_stopped_says_why_and_the_others_go_on() -> None:
    a_stay(a_house(an_owner(), terms=MANDATE), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    other = an_owner(name="Paul Le Gall")
    a_stay(a_house(other, terms=MANDATE), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    ids = [row.id for row in approved()]
    with transaction():
        db.session.get_one(Contact, other.id).email = ""
    jobs.make_statements(ids)
    assert [again(row).state for row in ids] == [StatementState.SENT, StatementState.MADE]
    [stopped] = progress(again(ids[1]).month_id).stopped
    assert "Paul Le Gall n’a pas d’adresse" in stopped.fault
    with transaction():
        db.session.get_one(Contact, other.id).email = "paul@exemple.example"
        making.resume(again(ids[1]).month_id)
    jobs.make_statements(ids)
    assert again(ids[1]).state == StatementState.SENT
    assert len(messages()) == 2


def test_receipts_of_what_was_paid_for_him_leave_with_the_statement() -> None:
    owner = an_owner()
    with transaction():
        row = the_month(OCTOBER)
        receipt = files.keep(files.prepare_as_is(b"%PDF-1.7", "plombier.pdf", "application/pdf"), by="Nous")
        entry = {"kind": LineKind.DISBURSED, "label": "Plombier", "cents": 14_300, "file_id": receipt.id}
        db.session.add(MonthEntry(month_id=row.id, owner_id=owner.id, **entry))
    [statement] = made()
    assert messages()[0].attachments == [statement.file_id, receipt.id]


def test_rents_held_and_fees_retained_are_on_the_account_of_owners() -> None:
    a_stay(a_house(an_owner(), terms=MANDATE), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    [statement] = made()
    catch_up()
    rows = db.session.execute(select(EntryLine.account, EntryLine.debit, EntryLine.credit)).all()
    assert ("467200", statement.fees, 0) in [tuple(row) for row in rows]


def test_what_an_owner_pays_of_his_invoice_comes_on_his_next_account_once() -> None:
    owner = an_owner()
    a_stay(a_house(owner, terms=SERVICE), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    [october] = made()
    with transaction():
        receive(
            owner.id, Method.TRANSFER, october.fees, date(2026, 11, 3), allocations=[(october.invoice_id, october.fees)]
        )
    for _twice in range(2):
        [november] = counted(Month(2026, 11))
        assert (november.opening, november.receipts, november.closing) == (-october.fees, october.fees, 0)
