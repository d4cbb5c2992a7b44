"""Tables are read whatever program wrote them, and what is no table is refused in words."""

import zipfile
from datetime import date
from io import BytesIO

import pytest

from app.core.reading import Layout, UnreadableTable, open_table, sniff
from tests.exchange.conftest import csv_of, xlsx_of
from tests.factories.files import a_pdf, a_photo

ROWS = [["id", "nom", "ville"], ["1", "Éloïse", "Brignoles"], ["2", "Loïc", "Le Val"]]


def read(data: bytes) -> tuple[list[str], list[list[str]]]:
    table = open_table(data, sniff(data))
    return table.headers, [row.cells for row in table.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_encoding_and_separator_are_found(encoding: str, separator: str) -> None:
    headers, rows = read(csv_of(ROWS, separator, encoding))
    assert headers == ["id", "nom", "ville"]
    assert rows == ROWS[1:]


def test_excel_says_its_separator_on_the_first_line() -> None:
    assert read(b"sep=;\r\n" + csv_of(ROWS, ";"))[1] == ROWS[1:]


def test_a_workbook_gives_the_same_lines_dates_and_numbers_as_texts() -> None:
    headers, rows = read(
        xlsx_of([["id", "achat", "prix", "à nous"], [12, date(2022, 3, 10), 12.5, True], [13, None, 40.0, False]])
    )
    assert headers == ["id", "achat", "prix", "à nous"]
    assert rows == [["12", "2022-03-10", "12.5", "oui"], ["13", "", "40", "non"]]


def test_a_quote_left_open_takes_its_own_line_only() -> None:
    data = b'id;nom;ville\n1;"Marchand;Brignoles\n2;Loic;Le Val\n3;"Mas ""Bleu""";Tourves\n'
    table = open_table(data, sniff(data))
    rows = list(table.rows())
    assert [(row.number, bool(row.fault)) for row in rows] == [(2, True), (3, False), (4, False)]
    assert rows[2].cells == ["3", 'Mas "Bleu"', "Tourves"]


def test_a_text_may_hold_line_breaks() -> None:
    data = b'id;panne\n1;"Fuit\nsous le bac"\n2;"Rien"\n'
    assert [(row.number, row.cells[1]) for row in open_table(data, sniff(data)).rows()] == [
        (2, "Fuit\nsous le bac"),
        (4, "Rien"),
    ]


def test_a_few_damaged_characters_do_not_turn_the_file_into_another_encoding() -> None:
    data = csv_of([["id", "nom"], *([str(n), "Éloïse Bénédicte"] for n in range(20))], ";").replace(
        b"\xc3\x89lo", b"\xc3lo", 1
    )
    assert sniff(data).encoding == "utf-8"
    assert read(data)[1][5] == ["5", "Éloïse Bénédicte"]


def hollow_zip() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "a")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vide"),
        (b" \r\n \r\n", "vide"),
        (b"id;nom\r\n", "une ligne de titres"),
        (bytes(range(256)) * 40, "n'est pas un tableau"),
        (a_photo(), "n'est pas un tableau|JPEG, pas un tableau"),
        (a_pdf(), "PDF, pas un tableau"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "ancien classeur Excel"),
        (b"PK\x03\x04" + bytes(60), "abîmé"),
        (hollow_zip(), "ni un CSV ni un classeur"),
        (xlsx_of([["id", "nom"], [1, "a"]])[:-300], "abîmé"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableTable) as refusal:
        open_table(data, sniff(data))
    assert any(part in refusal.value.message.replace("’", "'") for part in words.split("|"))


def test_a_wrong_separator_shows_a_single_column() -> None:
    data = csv_of(ROWS, ";")
    assert open_table(data, Layout("csv", "utf-8", "|")).headers == ["id;nom;ville"]
