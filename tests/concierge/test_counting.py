"""A month counted: what each owner is told, what must be looked at, what a later change becomes."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app.concierge.models import OwnerStatement, RentalMonth, StatementLine, Stay
from app.concierge.services.counting import count, the_month
from app.concierge.services.entries import NewEntry, add_entry, pay_out, put_aside, take_back
from app.concierge.states import MonthState, StatementState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.documents.models import FileKind, StoredFile
from app.statements.models import Month
from app.statements.states import LineKind, Oddity
from tests.concierge.houses import a_house, a_stay
from tests.factories.contacts import a_contact

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
pytestmark = [pytest.mark.row("E6"), pytest.mark.usefixtures("november")]


@pytest.fixture
def november(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 3))


def counted(month: Month = OCTOBER) -> RentalMonth:
    with transaction():
        row = the_month(month)
        count(row)
    return row


def statement(owner: Contact, month: Month = OCTOBER) -> OwnerStatement:
    return db.session.scalars(
        select(OwnerStatement)
        .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
        .where(OwnerStatement.contact_id == owner.id, RentalMonth.month == month.month)
    ).one()


def lines(of: OwnerStatement) -> list[tuple[str, str, int]]:
    rows = select(StatementLine).where(StatementLine.statement_id == of.id).order_by(StatementLine.position)
    return [(line.kind.value, line.formula, line.cents) for line in db.session.scalars(rows)]


def approved(of: OwnerStatement) -> None:
    with transaction():
        of.state, of.approved_at = StatementState.APPROVED, clock.now()


def test_an_owner_finds_his_rents_the_platform_s_part_and_our_commission_with_their_sums() -> None:
    owner = a_contact()
    a_stay(a_house(owner), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    row = counted()
    found = statement(owner)
    assert row.state == MonthState.COUNTED
    assert [(kind, cents) for kind, _formula, cents in lines(found)] == [
        ("rent", 124_000), ("platform", 18_600), ("commission", 21_080), ("vat", 4216),
    ]  # fmt: skip
    assert lines(found)[2][1] == (
        "1\u202f240,00\u00a0€ de loyer − 186,00\u00a0€ de commission Airbnb (15\u00a0%) = 1\u202f054,00\u00a0€\u202f; "
        "20\u00a0% de 1\u202f054,00\u00a0€ = 210,80\u00a0€"
    )
    assert (found.opening, found.receipts, found.expenses, found.fees, found.closing) == (
        0,
        124_000,
        18_600,
        25_296,
        80_104,
    )


def test_a_month_counted_twice_holds_nothing_twice() -> None:
    owner = a_contact()
    a_stay(a_house(owner), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    counted()
    before = lines(statement(owner)), statement(owner).id
    counted()
    assert (lines(statement(owner)), statement(owner).id) == before
    assert db.session.scalar(select(func.count(OwnerStatement.id)).where(OwnerStatement.contact_id == owner.id)) == 1


def test_two_owners_share_to_the_cent_in_their_own_statements() -> None:
    one, other = a_contact(), a_contact()
    a_stay(a_house(one, other, shares=(6000, 4000)), date(2026, 10, 3), date(2026, 10, 5), 10_001)
    counted()
    assert [statement(each).receipts for each in (one, other)] == [6001, 4000]


def test_what_is_missing_or_odd_is_named() -> None:
    owner = a_contact(email="")
    house = a_house(owner)
    unmapped = a_stay(None, date(2026, 10, 3), date(2026, 10, 5), 20_000)
    no_price = a_stay(house, date(2026, 10, 3), date(2026, 10, 5), None)
    unknown = a_stay(house, date(2026, 10, 12), date(2026, 10, 15), 30_000, channel="Camping.fr")
    early = a_stay(house, date(2025, 12, 30), date(2026, 10, 1), 1000)
    row = counted()
    found = {(each["what"], each["stay"], each["owner"]) for each in row.oddities}
    assert {
        (Oddity.NO_PROPERTY.value, unmapped.id, None),
        (Oddity.NO_PRICE.value, no_price.id, None),
        (Oddity.NO_CHANNEL.value, unknown.id, None),
        (Oddity.NO_TERMS.value, early.id, None),
        ("no_email", None, owner.id),
    } <= found


def test_what_is_approved_is_neither_counted_again_nor_changed() -> None:
    owner = a_contact()
    stay = a_stay(a_house(owner), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    counted()
    approved(statement(owner))
    before = lines(statement(owner))
    with transaction():
        db.session.get_one(Stay, stay.id).rent = 1
    counted()
    assert lines(statement(owner)) == before
    with pytest.raises(DBAPIError), transaction():
        db.session.scalars(
            select(StatementLine).where(StatementLine.statement_id == statement(owner).id)
        ).first().cents = 5  # type: ignore[union-attr]
    with pytest.raises(DBAPIError), transaction():
        statement(owner).closing = 5


def test_a_stay_cancelled_after_its_month_was_approved_is_corrected_in_the_next_one_once() -> None:
    owner = a_contact()
    house = a_house(owner)
    stay = a_stay(house, date(2026, 9, 3), date(2026, 9, 10), 100_000)
    counted(SEPTEMBER)
    approved(statement(owner, SEPTEMBER))
    closing = statement(owner, SEPTEMBER).closing
    with transaction():
        row = db.session.get_one(Stay, stay.id)
        row.state, row.rent, row.changed_at = row.state.CANCELLED, 0, clock.now()
    counted()
    found = statement(owner)
    assert [(kind, cents) for kind, _told, cents in lines(found)] == [
        ("commission", -17_000), ("platform", -15_000), ("rent", -100_000), ("vat", -3400),
    ]  # fmt: skip
    assert lines(found)[0][1] == "0,00\u00a0€ au lieu de 170,00\u00a0€"
    assert found.opening == closing
    assert found.closing == 0
    approved(found)
    a_stay(house, date(2026, 11, 1), date(2026, 11, 2), 10_000)
    counted(Month(2026, 11))
    assert all(line.of_month is None for line in db.session.scalars(
        select(StatementLine).where(StatementLine.statement_id == statement(owner, Month(2026, 11)).id)
    ))  # fmt: skip


def test_a_stay_that_comes_late_is_counted_in_the_next_month() -> None:
    owner = a_contact()
    house = a_house(owner)
    a_stay(house, date(2026, 9, 3), date(2026, 9, 10), 100_000)
    counted(SEPTEMBER)
    approved(statement(owner, SEPTEMBER))
    a_stay(house, date(2026, 9, 20), date(2026, 9, 22), 20_000)
    counted()
    found = statement(owner)
    assert [(kind, cents) for kind, _told, cents in lines(found)][:3] == [
        ("commission", 3400), ("platform", 3000), ("rent", 20_000),
    ]  # fmt: skip
    labels = db.session.scalars(select(StatementLine.label).where(StatementLine.statement_id == found.id)).all()
    assert "Correction (septembre 2026)\u00a0: Loyer" in labels


def test_a_line_added_is_counted_at_once_and_all_that_we_owe_may_be_paid_out() -> None:
    owner = a_contact()
    house = a_house(owner)
    a_stay(house, date(2026, 10, 3), date(2026, 10, 10), 124_000)
    counted()
    with transaction():
        add_entry(statement(owner), NewEntry(LineKind.DISBURSED, "Plombier", 8000, house.id))
    assert statement(owner).closing == 80_104 - 8000
    with transaction():
        pay_out(statement(owner))
    assert (statement(owner).payouts, statement(owner).closing) == (72_104, 0)
    with transaction(), pytest.raises(DomainError, match="est à verser"):
        pay_out(statement(owner))


def test_an_owner_put_aside_waits_and_comes_back() -> None:
    one, other = a_contact(), a_contact()
    for owner in (one, other):
        a_stay(a_house(owner), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    counted()
    with transaction():
        put_aside(statement(one), "Attend une facture")
    counted()
    assert statement(one).state == StatementState.EXCLUDED
    with transaction():
        take_back(statement(one))
    assert statement(one).state == StatementState.PREVIEW


def test_a_month_that_has_not_begun_is_refused() -> None:
    with transaction(), pytest.raises(DomainError, match="commencé"):
        the_month(Month(2027, 1))


def test_the_receipt_of_a_disbursement_is_kept_with_its_line() -> None:
    owner = a_contact()
    a_stay(a_house(owner), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    counted()
    with transaction():
        file = StoredFile(
            key="k1", kind=FileKind.DOCUMENT, name="facture.pdf", mime="application/pdf", size=1, sha256="0" * 64
        )
        db.session.add(file)
        db.session.flush()
        entry = add_entry(statement(owner), NewEntry(LineKind.DISBURSED, "Serrure", 4000, file=file))
    assert entry.file_id == file.id
