"""An invoice payable at several dates (C3, C12): typed or in equal parts, to the cent; printed, told to machines, sealed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.core import clock
from app.core.chain import faults as chain_faults
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.sales.models import Dated, SalesDocument
from app.sales.models.parts import parts_of
from app.sales.services import documents
from app.sales.services.documents import LineData, instalments, orders, schedule
from app.sales.services.documents.issuing import CHAIN, told
from app.sales.services.facturx.page import page_data
from app.sales.services.facturx.rules import check
from app.sales.services.facturx.terms import business_terms
from app.sales.services.facturx.xml import xml_of
from app.sales.states import DocumentKind
from tests.cast import Cast
from tests.factories.sales import a_business, again, an_invoice, an_issued_invoice
from tests.signing import Browser

pytestmark = pytest.mark.row("C12")


def plain(words: str) -> str:
    return words.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def days(*after: int) -> list[date]:
    return [clock.today() + timedelta(days=count) for count in after]


def scheduled(document: SalesDocument, *dated: tuple[int, int]) -> SalesDocument:
    """The draft with these (days from today, cents)."""
    with transaction():
        rows = [Dated(clock.today() + timedelta(days=after), cents) for after, cents in dated]
        return documents.put_schedule(documents.locked(document), rows)


def issued(*dated: tuple[int, int], **values: object) -> SalesDocument:
    """An invoice of 175,00 € issued with these dates."""
    draft = scheduled(an_invoice(**values), *dated)  # type: ignore[arg-type]
    with transaction():
        documents.issue(draft)
    return again(draft)


THREE = (0, 5_834), (31, 5_833), (62, 5_833)


# --- splitting ------------------------------------------------------------------------------------------------------


@given(st.integers(1, 10**9), st.integers(1, instalments.MOST))
def test_equal_parts_make_the_whole_to_the_cent_and_differ_by_one_at_most(cents: int, count: int) -> None:
    parts = instalments.split(cents, count)
    assert sum(parts) == cents
    assert len(parts) == count
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


@given(st.lists(st.integers(1, 10**7), min_size=2, max_size=24), st.integers(1, 10**9))
def test_parts_spread_again_make_the_new_whole_to_the_cent(amounts: list[int], cents: int) -> None:
    again_ = instalments.spread_again(amounts, cents)
    assert sum(again_) == cents
    assert all(
        abs(part * sum(amounts) - amount * cents) <= sum(amounts) for part, amount in zip(again_, amounts, strict=True)
    )


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=24), st.integers(0, 3 * 10**7))
def test_what_is_paid_settles_the_oldest_first_and_what_is_left_is_the_rest(amounts: list[int], paid: int) -> None:
    parts = parts_of(
        [Dated(date(2026, 1, 1) + timedelta(days=rank), amount) for rank, amount in enumerate(amounts)], paid
    )
    assert sum(part.left for part in parts) == max(0, sum(amounts) - paid)
    begun = [part for part in parts if part.left < part.amount]
    assert begun == parts[: len(begun)], "nothing of a date is settled before the dates that come first"
    assert all(part.left == 0 for part in begun[:-1])


# --- the draft ------------------------------------------------------------------------------------------------------


def test_the_page_proposes_three_equal_parts_a_month_apart_then_keeps_them(cast: Cast, browser: Browser) -> None:
    draft = an_invoice(contact=cast.karim)
    desk = browser.as_("accueil")
    assert "Payer en plusieurs fois" in desk.get(f"/ventes/{draft.id}").text
    page = desk.get(f"/ventes/{draft.id}/echeancier").text
    for value in ("58,34", "58,33"):
        assert f'value="{value}"' in page
    assert f'value="{clock.today().isoformat()}"' in page
    four = plain(desk.get(f"/ventes/{draft.id}/echeancier?fois=4&premiere=2030-01-31").text)
    for value in ("2030-01-31", "2030-02-28", "2030-03-31", "2030-04-30", "43,75"):
        assert f'value="{value}"' in four
    first, second = days(10, 40)
    rows = {
        "rows-0-due_on": second.isoformat(), "rows-0-amount": "100", "rows-1-due_on": first.isoformat(), "rows-1-amount": "75",
        "rows-2-due_on": "", "rows-2-amount": "", "version": str(again(draft).version),
    }  # fmt: skip
    page = plain(desk.post(f"/ventes/{draft.id}/echeancier", data=rows, follow=True).text)
    assert "Échéancier enregistré" in page
    assert page.count("75,00 €") >= 2, "in the list of the dates, and on the paper of the preview"
    assert "Première échéance" in page
    kept = again(draft)
    assert [(row.due_on, row.amount) for row in kept.instalments] == [(first, 7_500), (second, 10_000)]
    assert kept.due_on == first
    page = desk.post(
        f"/ventes/{draft.id}/echeancier", data={"once": "1", "version": str(kept.version)}, follow=True
    ).text
    assert "Payable en une fois." in page
    assert again(draft).instalments == []


def test_one_more_is_proposed_as_the_client_had_it_last_time(cast: Cast, browser: Browser) -> None:
    issued((0, 10_000), (30, 7_500), contact=cast.karim)
    draft = an_invoice(contact=cast.karim)
    page = browser.as_("accueil").get(f"/ventes/{draft.id}/echeancier").text
    assert page.count('value="87,50"') == 2


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(0, "100"), (30, "70")], "Les échéances font 170,00 €, la facture demande 175,00 € : ajoutez 5,00 €."),
        ([(0, "100"), (30, "80")], "retirez 5,00 €"),
        ([(-1, "100"), (30, "75")], "vient avant la facture"),
        ([(5, "100"), (5, "75")], "Deux échéances ont la même date"),
        ([(5, "175")], "de 2 à 24 échéances"),
        ([(5, "175"), (6, "0")], "au-dessus de zéro"),
        ([(5, "100"), (None, "75")], "Chaque échéance a une date"),
        ([(5, "cent"), (6, "75")], "cent"),
    ],
)
def test_a_schedule_that_does_not_add_up_says_what_to_do_and_keeps_what_was_typed(
    cast: Cast, browser: Browser, rows: list[tuple[int | None, str]], words: str
) -> None:
    draft = an_invoice(contact=cast.karim)
    data = {"version": str(draft.version)}
    for rank, (after, amount) in enumerate(rows):
        day = "" if after is None else (clock.today() + timedelta(days=after)).isoformat()
        data |= {f"rows-{rank}-due_on": day, f"rows-{rank}-amount": amount}
    answer = browser.as_("accueil").post(f"/ventes/{draft.id}/echeancier", data=data)
    assert answer.status_code == 422
    assert words in plain(answer.text)
    assert all(f'value="{amount}"' in answer.text for _after, amount in rows)
    assert again(draft).instalments == []


def test_a_total_that_changed_is_said_before_the_issue_and_spread_again(cast: Cast, browser: Browser) -> None:
    draft = scheduled(an_invoice(contact=cast.karim), *THREE)
    with transaction():
        documents.add_line(documents.locked(draft), LineData("Vis", 1000, 1_000, "normal"))
    desk = browser.as_("accueil")
    page = plain(desk.get(f"/ventes/{draft.id}").text)
    assert "Les échéances font 175,00 €, la facture demande 187,00 € : ajoutez 12,00 €." in page
    with transaction(), pytest.raises(DomainError, match="187,00"):
        documents.issue(draft)
    page = desk.get(f"/ventes/{draft.id}/echeancier?repartir=1").text
    assert "187,00" in plain(page)
    assert page.count('value="62,33"') + page.count('value="62,34"') == 3


def test_only_a_draft_invoice_has_dates(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    done = an_issued_invoice(contact=cast.karim)
    assert desk.get(f"/ventes/{done.number}/echeancier").status_code == 422
    assert "echeancier" not in desk.get(f"/ventes/{done.number}").text
    order = an_invoice(contact=cast.karim, kind=DocumentKind.ORDER)
    with transaction(), pytest.raises(DomainError, match="Seule une facture"):
        documents.put_schedule(documents.locked(order), [Dated(day, 8_750) for day in days(1, 2)])


# --- the issue ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("business", [False, True])
def test_the_invoice_prints_its_dates_and_tells_them_to_machines(cast: Cast, business: bool) -> None:
    done = issued(*THREE, contact=a_business() if business else cast.karim)
    first, second, third = days(0, 31, 62)
    assert done.due_on == first
    paper = page_data(done)
    assert [plain(" ".join(row)) for row in paper["schedule"]["rows"]] == [
        f"{rank}. {plain(clock.written_date(day))} {amount}"
        for rank, day, amount in ((1, first, "58,34 €"), (2, second, "58,33 €"), (3, third, "58,33 €"))
    ]
    terms = business_terms(done, done.lines)
    assert terms["BT-9"] == first.isoformat(), "EN 16931-1: for partial payments, the first net due date"
    assert plain(terms["BT-20"]).startswith(
        f"Payable en 3 fois : 58,34 € le {plain(clock.written_date(first))} ; 58,33 € le "
    )
    assert terms["BT-115"] == "175.00"
    assert check(xml_of(done), business=business) == []


def test_the_seal_holds_the_dates_and_the_database_refuses_their_change(cast: Cast, session: Session) -> None:
    done = issued(*THREE, contact=cast.karim)
    assert list(chain_faults(CHAIN)) == []
    sealed = told(done.id)
    assert sealed is not None
    assert [row[2:] for row in sealed["instalments"]] == [
        [cents, day.isoformat()] for (_after, cents), day in zip(THREE, days(0, 31, 62), strict=True)
    ]
    assert "instalments" not in (told(an_issued_invoice(contact=cast.karim).id) or {}), (
        "those sealed before still verify"
    )
    columns = "document_id, position, label, share, amount, event, due_on, created_at, updated_at"
    added = f"insert into instalment (id, {columns}) select id + 999, {columns} from instalment"
    for change in (
        "update instalment set amount = amount + 1", "update instalment set due_on = '2030-01-01'", "delete from instalment",
        f"update instalment set document_id = {done.id} + 1", added,
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="what_is_sealed"), session.begin_nested():
            session.execute(text(change))


def test_the_schedule_of_an_order_still_goes_its_way(cast: Cast) -> None:
    order = an_invoice(contact=cast.karim, kind=DocumentKind.ORDER)
    with transaction():
        orders.confirm(order)
        row = schedule.add_instalment(order, schedule.Due("À la pose", share=4_000, due_on=clock.today()))
        made = schedule.ask(order, row.id)
    with transaction():
        documents.put_schedule(documents.locked(made), [Dated(day, made.due // 2) for day in days(1, 31)])
    with transaction():
        documents.issue(made)
    db.session.expire_all()
    assert len(again(made).instalments) == 2
    assert len(again(order).instalments) == 1


def test_a_date_the_law_does_not_want_between_businesses_is_said_and_hinders_nothing(
    cast: Cast, browser: Browser
) -> None:
    desk, month = browser.as_("gerant"), (31, 8_750)
    late = scheduled(an_invoice(contact=a_business()), month, (120, 8_750))
    words = plain(desk.get(f"/ventes/{late.id}").text)
    assert "Entre professionnels, la loi ne permet pas de payer après le" in words
    assert "Émettre" in words
    for fine in (
        scheduled(an_invoice(contact=a_business()), month, (60, 8_750)),
        scheduled(an_invoice(contact=cast.karim), month, (120, 8_750)),
    ):
        assert "Entre professionnels" not in plain(desk.get(f"/ventes/{fine.id}").text)
