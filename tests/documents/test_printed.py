"""A supplier's printed invoice is skimmed: number, dates, totals (C13); a file that resists says why."""

from datetime import date

import pytest

from app.documents.printed import flat, guess_invoice, text_of
from app.documents.printed.values import amounts_in, dates_in
from tests.factories import printed_invoices as made

pytestmark = pytest.mark.row("C13")

SAID = {
    "usual": ("F-2026-0815", date(2026, 11, 12), date(2026, 12, 12), 123_456, 24_691, 148_147, False),
    "two_columns": ("VA/2026/77", date(2026, 11, 3), date(2026, 12, 1), 200_000, 40_000, 240_000, False),
    "english": ("INV-20931", date(2026, 11, 3), date(2026, 12, 3), 250_000, 50_000, 300_000, False),
    "credit_note": ("AV-118", date(2026, 11, 20), None, 10_000, 2_000, 12_000, True),
    "two_rates": ("2026-4411", date(2026, 11, 5), date(2026, 12, 31), 120_000, 21_100, 141_100, False),
    "without_vat": ("2026-17", date(2026, 11, 8), None, 15_000, 0, 15_000, False),
    "owned": ("F-2026-0815", date(2026, 11, 12), date(2026, 12, 12), 123_456, 24_691, 148_147, False),
}


@pytest.mark.parametrize("layout", SAID)
def test_what_a_layout_says(layout: str) -> None:
    read = text_of(getattr(made, layout)())
    assert read.state == "read"
    guess = guess_invoice(read.text)
    told = (guess.number, guess.issued_on, guess.due_on, guess.net, guess.vat, guess.gross, guess.credit)
    assert told == SAID[layout], read.text


def test_who_sent_it_and_which_order_it_names() -> None:
    guess = guess_invoice(text_of(made.usual()).text)
    assert guess.sirets == ["73282932000074"]
    assert guess.vat_numbers == ["FR44732829320"]
    assert "CF-2026-0001" in guess.words
    assert guess.seen["gross"] == "Total TTC : 1 481,47"


@pytest.mark.parametrize(("layout", "state"), [("scan", "empty"), ("locked", "locked"), ("cut", "broken")])
def test_what_resists_says_why(layout: str, state: str) -> None:
    assert text_of(getattr(made, layout)()).state == state


def test_little_on_the_disk_and_huge_once_opened_is_given_up() -> None:
    assert text_of(made.swollen()).state in ("heavy", "broken", "empty")


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"\x00" * 5_000, b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj"]
)
def test_what_is_no_pdf_is_no_fault(data: bytes) -> None:
    assert text_of(data).state in ("broken", "empty")


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1 234,56 €", [123_456]), ("1\u202f234,56", [123_456]), ("1.234,56", [123_456]), ("1,234.56", [123_456]),
        ("1'234.56", [123_456]), ("12,5", []), ("1234,56", [123_456]), ("-12,00", [-1_200]), ("(12,00)", [-1_200]),
        ("12,00-", [-1_200]), ("20,00 %", []), ("TVA 20,00% 4,00", [400]), ("3  12,00  36,00", [1_200, 3_600]),
        ("1 234 567,89", [123_456_789]), ("12.11.2026", []), ("0,00", [0]), ("n° 12345,67890", []),
    ],
)  # fmt: skip
def test_amounts(text: str, cents: list[int]) -> None:
    assert [found.value for found in amounts_in(flat(text))] == cents


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("le 12/11/2026", date(2026, 11, 12)), ("12-11-26", date(2026, 11, 12)), ("12.11.2026", date(2026, 11, 12)),
        ("2026-11-12", date(2026, 11, 12)), ("1er août 2026", date(2026, 8, 1)), ("12 nov. 2026", date(2026, 11, 12)),
        ("November 12, 2026", date(2026, 11, 12)), ("31/02/2026", None), ("Tél. 03.22.11.20.26", None), ("12/11", None),
    ],
)  # fmt: skip
def test_days(text: str, day: date | None) -> None:
    assert [found.value for found in dates_in(flat(text))] == ([day] if day else [])
