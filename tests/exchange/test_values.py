"""Cells as French people write them."""

from datetime import date

import pytest

from app.contacts.states import ContactKind
from app.exchange import values
from app.exchange.values import Doubt


@pytest.mark.parametrize(
    "text",
    [
        "24/11/2022",
        "24-11-2022",
        "24.11.22",
        "2022-11-24",
        "2022-11-24 00:00:00",
        "20221124",
        "24 novembre 2022",
        "jeudi 24 nov. 2022",
        "44889",
    ],
)
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert values.day(text) == date(2022, 11, 24)


@pytest.mark.parametrize(
    "text", ["31/02/2022", "vers 2010", "2022", "11/24/2022", "0000-00-00", "24/11/1822", "24/11/2190"]
)
def test_a_date_that_cannot_be_is_doubtful(text: str) -> None:
    with pytest.raises(Doubt):
        values.day(text)


def test_a_telephone_that_a_spreadsheet_took_for_a_figure_is_mended() -> None:
    assert values.phone("612345678") == "06\u00a012\u00a034\u00a056\u00a078"


@pytest.mark.parametrize(("text", "value"), [("Oui", True), ("VRAI", True), ("x", True), ("non", False), ("0", False)])
def test_yes_and_no(text: str, value: bool) -> None:
    assert values.yes_no(text) is value


def test_amounts_and_countries() -> None:
    assert values.amount("1 234,5 €") == 123450
    assert values.country("Belgique") == values.country("BEL") == values.country("be") == "BE"


def test_a_word_is_known_by_its_label_its_value_or_another_word() -> None:
    read = values.choice(ContactKind, {"entreprise": ContactKind.COMPANY})
    assert read("Société") == read("company") == read("ENTREPRISE") == ContactKind.COMPANY
    with pytest.raises(Doubt) as doubt:
        read("truc")
    assert "Particulier" in doubt.value.remedy


def test_the_mark_of_our_own_exports_is_taken_off() -> None:
    assert values.tidy("'=1+1") == "=1+1"
    assert values.tidy(" l'eau\x00 ") == "l'eau"
