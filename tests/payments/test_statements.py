"""Statements of the bank (A8): CSV of any bank, OFX, any encoding, nothing read twice, bad files refused."""

from datetime import date
from io import BytesIO

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.core.money import euros
from app.payments.models import BankLine, BankStatement
from app.payments.services.bank import receiving
from app.payments.services.bank.ofx import read_ofx
from app.payments.services.bank.table import guess
from app.payments.states import StatementState
from tests.cast import Cast
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
PAGE = "/reglements/banque"
TODAY = clock.today()
DAY = f"{TODAY:%d/%m/%Y}"

OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>30006<ACCTID>00011234567<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261101<DTEND>20261122
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261120120000<TRNAMT>+175.00<FITID>A1<NAME>VIR REÇU BENYAHIA<MEMO>FACTURE &amp; SOLDE</STMTTRN>
<STMTTRN>
<TRNTYPE>DEBIT
<DTPOSTED>20261121
<TRNAMT>-12,90
<FITID>A2
<NAME>FRAIS TENUE COMPTE
</STMTTRN>
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def send(browser: Browser, text: str | bytes, name: str = "releve.csv", account: str = ""):  # type: ignore[no-untyped-def]
    data = text if isinstance(text, bytes) else text.encode()
    return browser.post(PAGE, data={"file": (BytesIO(data), name), "account": account})


def test_an_ofx_is_read_at_once_and_again_adds_nothing(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("compta")
    assert send(desk, OFX.encode("cp1252"), "r.ofx").status_code == 303
    first, second = db.session.query(BankLine).order_by(BankLine.id)
    assert (first.booked_on, first.amount, first.label) == (
        date(2026, 11, 20),
        17_500,
        "VIR REÇU BENYAHIA FACTURE & SOLDE",
    )
    assert (second.amount, second.account) == (-1_290, "00011234567")
    send(desk, OFX.encode("cp1252"), "encore.ofx")
    assert db.session.query(BankLine).count() == 2
    assert "2 déjà connues" in desk.get(PAGE).text


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_an_ofx_of_version_2_reads_in_any_encoding(encoding: str) -> None:
    text = (
        "<?xml version='1.0'?><?OFX OFXHEADER='200'?><OFX><BANKTRANLIST><STMTTRN><DTPOSTED>20261120</DTPOSTED>"
        "<TRNAMT>5.00</TRNAMT><FITID>1</FITID><NAME>Café</NAME></STMTTRN></BANKTRANLIST></OFX>"
    )
    (movement,) = read_ofx(text.encode(encoding)).movements
    assert (movement.label, movement.amount) == ("Café", 500)


BANKS = {
    "debit and credit, under a preamble": (
        ("Compte n° 00011234567;;;\nSolde au 22/11/2026;1 234,56;;\n\nDate;Libellé;Débit euros;Crédit euros\n"
        f'{DAY};VIR M BENYAHIA;;"1 175,00"\n{DAY};FRAIS;-12,90;\n;;;\nSolde final;;;99\n'), "cp1252", [117_500, -1_290],
    ),
    "one amount, commas": (
        f'Date opération,Libellé opération,Montant\n{TODAY:%Y-%m-%d},"Virement, reçu",12.50\n{TODAY:%Y-%m-%d},Retrait,-20.00\n',
        "utf-8", [1_250, -2_000],
    ),
    "tabs, utf-16": (f"Date\tDescription\tMontant EUR\n{DAY}\tVIREMENT ÉLÈVE\t+35,00\n", "utf-16", [3_500]),
    "two columns of words": (
        f"Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Debit;Credit\n{DAY};BENYAHIA;VIR F-2026-0001;R77;;10,00\n",
        "utf-8-sig", [1_000],
    ),
}  # fmt: skip


@pytest.mark.parametrize("bank", BANKS)
def test_the_csv_of_any_french_bank_reads_after_a_look_at_its_columns(cast: Cast, browser: Browser, bank: str) -> None:
    text, encoding, amounts = BANKS[bank]
    desk = browser.as_("compta")
    answer = send(desk, text.encode(encoding))
    assert answer.status_code == 303
    statement = db.session.query(BankStatement).one()
    assert statement.state == StatementState.MAPPING
    shown = desk.get(answer.location).text
    assert euros(amounts[0]) in shown
    form = {
        "field": statement.mapping,
        "encoding": statement.layout["encoding"],
        "separator": statement.layout["separator"],
    }
    assert desk.post(answer.location, data={**form, "do": "lire"}).status_code == 303
    assert [row.amount for row in db.session.query(BankLine).order_by(BankLine.id)] == amounts
    again = send(desk, text.encode(encoding))
    assert again.location.endswith(PAGE), "titles known: read at once"
    assert db.session.query(BankLine).count() == len(amounts)


def test_two_like_lines_of_one_day_are_two_and_an_overlap_is_not_doubled(cast: Cast) -> None:
    head = "Date;Libellé;Montant\n"
    same = f"{DAY};CB BOULANGERIE;-1,20\n"
    mapping = ["date", "label", "amount"]

    def read(text: str) -> BankStatement:
        with transaction():
            statement = receiving.receive(text.encode(), "r.csv", by="Claude")
            receiving.change(statement, mapping) if statement.state == StatementState.MAPPING else None
            return receiving.read(statement.id)

    assert read(head + same + same).added == 2
    following = read(head + same + same + f"{DAY};VIR DUPONT;50,00\n")
    assert (following.added, following.known) == (1, 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "vide"), (b"%PDF-1.4 rien", "PDF"), (b"\xd0\xcf\x11\xe0 vieux", "xls"), (b"bonjour\nmonde\n", "une colonne"),
        (b"<OFX><BANKTRANLIST></BANKTRANLIST></OFX>", "aucun mouvement"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_statement_is_refused_with_what_to_do(
    cast: Cast, browser: Browser, text: bytes, words: str
) -> None:
    answer = send(browser.as_("compta"), text)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.query(BankStatement).count() == 0


def test_wrong_columns_are_said_and_nothing_is_written(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("compta")
    answer = send(desk, f"Quand;Quoi;Combien\n{DAY};VIR DUPONT;50,00\n")
    form = {"encoding": "utf-8", "separator": ";", "do": "lire"}
    unsaid = desk.post(answer.location, data={**form, "field": ["", "", ""]})
    assert unsaid.status_code == 422
    assert "Dites où sont la date" in unsaid.text
    wrong = desk.post(answer.location, data={**form, "field": ["label", "date", "amount"]})
    assert wrong.status_code == 422
    assert "VIR DUPONT" in wrong.text
    assert db.session.query(BankLine).count() == 0
    right = desk.post(answer.location, data={**form, "field": ["date", "label", "amount"]})
    assert right.status_code == 303
    assert db.session.query(BankLine).one().amount == 5_000


def test_another_encoding_is_chosen_when_the_words_look_wrong(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("compta")
    answer = send(desk, f"Date;Libellé;Montant\n{DAY};VIR ÉLÈVE;5,00\n".encode("cp1252"))
    wrong = desk.post(
        answer.location, data={"encoding": "utf-16", "separator": ";", "field": ["date", "label", "amount"]}
    )
    assert wrong.status_code == 422
    desk.post(
        answer.location,
        data={"encoding": "cp1252", "separator": ";", "field": ["date", "label", "amount"], "do": "lire"},
    )
    assert db.session.query(BankLine).one().label == "VIR ÉLÈVE"


def test_lines_that_do_not_read_are_named_and_the_others_kept(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("compta")
    answer = send(desk, f"Date;Libellé;Montant\n{DAY};VIR A;50,00\n31/02/2026;VIR B;1,00\n{DAY};VIR C;beaucoup\n")
    form = {"encoding": "utf-8", "separator": ";", "field": ["date", "label", "amount"], "do": "lire"}
    desk.post(answer.location, data=form)
    assert "3, 4" in desk.get(PAGE).text
    assert db.session.query(BankLine).count() == 1


def test_titles_are_known_whatever_their_case_and_accents() -> None:
    assert guess(["DATE", "LIBELLE", "DEBIT", "CREDIT"]) == ["date", "label", "debit", "credit"]
    assert guess(["Date de valeur", "Date opération", "Intitulé", "Montant"])[1:] == ["date", "label", "amount"]
