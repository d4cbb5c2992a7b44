"""Issue = number + seal (§3, §4): without a hole, frozen by the database, told by the chain; credit notes never exceed (C3)."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.accounts.states import VatRegime
from app.core import chain, clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import JobRun
from app.core.subject import subject_of
from app.sales.services import documents
from app.sales.services.documents import LineData
from app.sales.states import CheckState, DocumentKind, DocumentState
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.sales import a_business, a_legal_seller, again, an_invoice, an_issued_invoice

pytestmark = pytest.mark.row("C3")


def test_a_draft_has_no_number_and_adds_up(cast: Cast) -> None:
    invoice = an_invoice()
    assert invoice.number is None
    assert (invoice.net, invoice.vat, invoice.gross, invoice.due) == (15_000, 2_500, 17_500, 17_500)
    assert [(share["rate"], share["base"], share["vat"]) for share in invoice.shares] == [
        (2000, 10_000, 2_000), (1000, 5_000, 500),
    ]  # fmt: skip


def test_issuing_numbers_without_a_gap_seals_and_asks_for_the_check(cast: Cast, session: Session) -> None:
    year = clock.today().year
    first, second = an_issued_invoice(), an_issued_invoice()
    numbers = [first.number, second.number]
    assert numbers == [f"F-{year}-0001", f"F-{year}-0002"]
    assert again(first).state == DocumentState.ISSUED
    assert again(first).check == CheckState.WAITING
    assert [link.rank for link in (chain.seal_of(subject_of(first)), chain.seal_of(subject_of(second))) if link] == [
        1,
        2,
    ]
    assert list(chain.faults("sales")) == []
    jobs = [run for run in session.query(JobRun) if run.function == "app.sales.jobs.render_and_check"]
    assert [run.arguments for run in jobs] == [[first.id], [second.id]]


def test_a_refused_issue_takes_no_number(cast: Cast) -> None:
    empty = an_invoice(LineData("Pompe", 1000, 10_000), contact=a_business(siret="", vat_number=""))
    with pytest.raises(DomainError, match="SIRET"), transaction():
        documents.issue(empty)
    assert again(empty).number is None
    assert str(an_issued_invoice().number).endswith("-0001")


@pytest.mark.parametrize(
    "statement",
    [
        "update sales_document set gross = gross + 1", "update sales_document set number = 'F-2020-0001'",
        "update sales_document set issued_at = null", "delete from sales_document", "update document_line set net = net - 1",
        "delete from document_line", "update seal set payload = '{}'", "delete from seal",
        (
            "insert into document_line (document_id, position, kind, label, reference, detail, quantity, unit, unit_price, "
            "discount, net, vat_code, vat_rate, cost) "
            "select id, 9, 'item', 'x', '', '', 1000, 'u', 1, 0, 1, 'normal', 2000, 0 from sales_document"
        ),
    ],
)  # fmt: skip
def test_the_database_refuses_any_change_of_what_is_issued(cast: Cast, statement: str) -> None:
    an_issued_invoice()
    with pytest.raises(DatabaseError, match="what_is_sealed_does_not_change"), transaction():
        db.session.execute(text(statement))


def test_a_changed_byte_is_found_and_named(cast: Cast, app: Flask) -> None:
    first, second = an_issued_invoice(), an_issued_invoice()
    with transaction():
        trigger = "drop trigger sales_document_frozen_update"
        db.session.execute(text(trigger if db.engine.dialect.name == "sqlite" else f"{trigger} on sales_document"))
        db.session.execute(text("update sales_document set notes = 'x' where id = :id"), {"id": second.id})
    found = list(chain.faults("sales"))
    assert [(fault.rank, fault.subject.id) for fault in found] == [(2, second.id)]
    assert "ne dit plus" in found[0].sentence
    assert first.id != second.id


def test_what_is_issued_is_changed_by_no_service(cast: Cast) -> None:
    invoice = an_issued_invoice()
    with pytest.raises(DomainError, match="avoir"), transaction():
        documents.change(documents.locked(invoice.id), title="Autre")
    with pytest.raises(DomainError, match="avoir"), transaction():
        documents.cancel(invoice)


def test_the_clock_set_back_issues_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    an_issued_invoice()
    draft = an_invoice()
    yesterday = clock.now().replace(year=clock.today().year - 1)
    monkeypatch.setattr(clock, "now", lambda: yesterday)
    with pytest.raises(DomainError, match="horloge"), transaction():
        documents.issue(draft)


# --- VAT cases --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regime", "mention"),
    [(VatRegime.FRANCHISE, "art. 293 B du CGI"), (VatRegime.ASSOCIATION, "art. 261-7-1° du CGI")],
)
def test_a_seller_without_vat_never_charges_it(cast: Cast, regime: VatRegime, mention: str) -> None:
    a_legal_seller(vat_regime=regime, vat_number="")
    invoice = an_issued_invoice()
    assert (invoice.vat, invoice.gross) == (0, 15_000)
    assert [mention in share["reason"] for share in invoice.shares] == [True]


def test_reverse_charge_wants_the_number_of_the_buyer(cast: Cast) -> None:
    line = LineData("Sous-traitance", 1000, 100_000, "reverse")
    with pytest.raises(DomainError, match="autoliquidation"):
        an_issued_invoice(line, contact=a_business(vat_number=""))
    issued = an_issued_invoice(line, contact=a_business())
    assert (issued.vat, issued.shares[0]["category"], issued.shares[0]["reason"]) == (0, "AE", "Autoliquidation")


def test_a_disbursement_stays_outside_vat_beside_taxed_lines(cast: Cast) -> None:
    issued = an_issued_invoice(
        LineData("Ménage", 1000, 10_000), LineData("Timbre fiscal avancé", 1000, 2_500, "disbursement")
    )
    assert (issued.net, issued.vat, issued.gross) == (12_500, 2_000, 14_500)
    assert [share["category"] for share in issued.shares] == ["S", "O"]


def test_two_codes_of_the_same_rate_stay_apart(cast: Cast) -> None:
    issued = an_issued_invoice(
        LineData("Export", 1000, 10_000, "zero"),
        LineData("Sous-traitance", 1000, 5_000, "reverse"),
        contact=a_business(),
    )
    assert {share["code"]: share["base"] for share in issued.shares} == {"zero": 10_000, "reverse": 5_000}


def test_a_business_gets_its_delay_and_a_person_pays_at_once(cast: Cast) -> None:
    to_person, to_business = an_issued_invoice(), an_issued_invoice(contact=a_business())
    assert to_person.due_on == clock.today()
    assert to_business.due_on is not None
    assert (to_business.due_on - clock.today()).days == 30
    assert "PMT" in to_business.content["notes"]
    assert "PMT" not in to_person.content["notes"]


def test_what_is_printed_is_copied_and_no_longer_follows(cast: Cast) -> None:
    client = a_business(name="Campings du Littoral")
    invoice = an_issued_invoice(contact=client)
    with transaction():
        client.name = "Autre nom"
        db.session.merge(client)
    assert again(invoice).content["buyer"]["name"] == "Campings du Littoral"
    assert again(invoice).content["seller"]["siret"] == "73282932000074"


def test_a_third_partys_part_comes_after_the_total(cast: Cast) -> None:
    draft, town = an_invoice(), a_contact(name="Écosystème")
    with transaction():
        documents.add_third_party(
            documents.locked(draft.id), db.session.merge(town, load=False), "Bonus Réparation", 2_500
        )
    with pytest.raises(DomainError, match="dépasse"), transaction():
        documents.add_third_party(documents.locked(draft.id), db.session.merge(town, load=False), "Trop", 99_999)
    with transaction():
        issued = documents.issue(draft)
    assert (issued.gross, issued.vat, issued.third_party, issued.due) == (17_500, 2_500, 2_500, 15_000)
    assert issued.content["thirds"] == [{"label": "Bonus Réparation", "cents": 2_500, "payer": "Écosystème"}]


# --- credit notes -----------------------------------------------------------------------------------------------


def test_a_credit_note_takes_all_back_with_its_origin(cast: Cast) -> None:
    invoice = an_issued_invoice()
    with transaction():
        made = documents.credit(invoice)
    assert made.kind == DocumentKind.CREDIT
    assert made.number == f"A-{clock.today().year}-0001"
    assert (made.net, made.vat, made.gross) == (15_000, 2_500, 17_500)
    assert made.content["origin"]["number"] == invoice.number
    assert made.content["origin"]["date"] == clock.today().isoformat()
    with pytest.raises(DomainError, match="déjà reprise"), transaction():
        documents.credit(invoice)


def test_credit_notes_in_part_never_exceed_and_end_to_the_cent(cast: Cast) -> None:
    invoice = again(an_issued_invoice(LineData("Vis", 3000, 333, "reduced")))  # 9,99 € and 0,55 €
    line = invoice.lines[0].id
    for _each in range(2):
        with transaction():
            documents.credit(invoice, [(line, 1000)])
    with pytest.raises(DomainError, match="dépasse"), transaction():
        documents.credit(invoice, [(line, 2000)])
    with transaction():
        last = documents.credit(invoice, [(line, 1000)])
    assert documents.left_gross(again(invoice)) == 0
    assert last.gross + 2 * (333 + 18) == invoice.gross


def test_a_draft_takes_no_credit_note(cast: Cast) -> None:
    draft = an_invoice()
    with pytest.raises(DomainError, match="brouillon"), transaction():
        documents.credit(draft)
