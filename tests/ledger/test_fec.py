"""The tax office's file (D12): what the ledger writes is good, and the checker tells a bad file from a good one."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.core import clock
from app.ledger.services import catch_up, check_fec, fec
from app.payments.states import Method
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.payments import owed, paid
from tests.factories.sales import a_legal_seller, again, an_issued_invoice
from tests.signing import Browser

pytestmark = pytest.mark.row("D12")

NAMES = (
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\t"
    "EcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise"
)
DEBIT = "VT\tVentes\t1\t20261105\t411000\tClients\tC1\tMartin\tF-1\t20261105\tFacture\t120,00\t0,00\t\t\t20261106\t\t"
SALE = "VT\tVentes\t1\t20261105\t706000\tPrestations\t\t\tF-1\t20261105\tFacture\t0,00\t100,00\t\t\t20261106\t\t"
TAX = "VT\tVentes\t1\t20261105\t445710\tTVA\t\t\tF-1\t20261105\tFacture\t0,00\t20,00\t\t\t20261106\t\t"
GOOD = (NAMES, DEBIT, SALE, TAX)
FILE = "732829320FEC20261231.txt"


def written(*rows: str) -> bytes:
    return "".join(f"{row}\r\n" for row in rows).encode("iso-8859-15")


def test_a_good_file_has_no_fault() -> None:
    assert check_fec(written(*GOOD), FILE) == []
    assert check_fec(written(*(row.replace("\t", "|") for row in GOOD)), FILE) == []


@pytest.mark.parametrize(
    ("rows", "name", "says"),
    [
        ((NAMES, DEBIT.replace("120,00", "120.00"), SALE, TAX), FILE, "un point au lieu de la virgule"),
        ((NAMES, DEBIT.replace("20261105", "20261131"), SALE, TAX), FILE, "n'est pas une date"),
        ((NAMES, DEBIT.replace("411000", "CLI"), SALE, TAX), FILE, "commencer par trois chiffres"),
        ((NAMES, DEBIT.replace("\t20261106\t", "\t\t"), SALE, TAX), FILE, "pas de valeur pour le champ ValidDate"),
        ((NAMES, DEBIT, SALE, TAX.replace("20,00", "19,99")), FILE, "ne s'équilibre pas"),
        ((NAMES, DEBIT.replace("0,00\t\t\t", "0,00\tAAA\t\t"), SALE, TAX), FILE, "EcritureLet va avec DateLet"),
        ((NAMES, DEBIT + "\t", SALE, TAX), FILE, "19 champs au lieu de 18"),
        ((NAMES, DEBIT.replace("Facture", ""), SALE, TAX), FILE, "EcritureLib est vide"),
        ((NAMES, DEBIT.replace("\t0,00\t", "\t120,00\t"), SALE, TAX), FILE, "tous deux remplis"),
        ((NAMES, *(row.replace("\t1\t2026", "\t2\t2026") for row in GOOD[1:])), FILE, "ne se suivent pas"),
        ((NAMES, *(row.replace("20261105", "20251105") for row in GOOD[1:])), FILE, "n'est pas de l'exercice"),
        ((NAMES.replace("Debit\tCredit", "Credit\tDebit"), DEBIT, SALE, TAX), FILE, "18 champs"),
        ((NAMES,), FILE, "aucune écriture"),
        (GOOD, "FEC2026.txt", "n'est pas SIREN"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_by_its_fault(rows: tuple[str, ...], name: str, says: str) -> None:
    said = [fault.sentence.replace("\u2019", "'").replace("\u00a0", " ") for fault in check_fec(written(*rows), name)]
    assert any(says in sentence for sentence in said), said


def a_year_of_work(cast: Cast) -> None:
    a_legal_seller()
    invoice = an_issued_invoice(contact=cast.karim)
    paid(cast.karim, 17_500, again(invoice))
    odd = a_contact(name="Łukasz O\u2019Brien | Fils — œuvre\tétrange")
    paid(odd, 3_000, owed(odd, 9_000, share=(a_contact(name="Ville de Brignoles"), 1_000)), method=Method.CASH)


def test_what_the_ledger_writes_passes_the_checker_with_its_letters(cast: Cast) -> None:
    a_year_of_work(cast)
    catch_up()
    content = fec(clock.today().year)
    assert check_fec(content, f"732829320FEC{clock.today().year}1231.txt") == []
    text = content.decode("iso-8859-15")
    assert text.startswith(NAMES + "\r\n")
    assert "175,00\t0,00\tAAA\t" in text
    assert "Lukasz O'Brien / Fils - œuvre étrange" in text.replace("?", "L", 1)


def test_the_command_writes_the_file_and_its_description(cast: Cast, app: Flask, tmp_path: Path) -> None:
    a_year_of_work(cast)
    year = clock.today().year
    runner: FlaskCliRunner = app.test_cli_runner()
    done = runner.invoke(args=["ledger", "fec", str(year), "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"732829320FEC{year}1231-description.txt", f"732829320FEC{year}1231.txt",
    ]  # fmt: skip
    assert "ISO-8859-15" in (tmp_path / f"732829320FEC{year}1231-description.txt").read_text("iso-8859-15")
    empty = runner.invoke(args=["ledger", "fec", "2001", "-o", str(tmp_path)])
    assert "Aucune écriture dans l" in empty.output
    assert empty.exit_code == 1


def test_the_accountant_downloads_it_and_others_do_not(cast: Cast, browser: Browser) -> None:
    a_year_of_work(cast)
    accountant = browser.as_("compta")
    assert "attend" in accountant.get("/comptabilite").text or "pas encore" in accountant.get("/comptabilite").text
    assert accountant.post("/comptabilite/rattraper").status_code == 303
    year = clock.today().year
    got = accountant.get(f"/comptabilite/fec/{year}.txt")
    assert f"732829320FEC{year}1231.txt" in got.headers["Content-Disposition"]
    assert check_fec(got.data) == []
    assert accountant.get("/comptabilite/fec/2001.txt").status_code == 422
    for path in (
        "",
        "/journaux",
        "/grand-livre?auxiliaires=1",
        "/grand-livre/411000",
        "/tva",
        "/export.csv?format=ebp&journal=VT",
    ):
        assert accountant.get(f"/comptabilite{path}").status_code == 200, path
    assert browser.as_("technicien").get(f"/comptabilite/fec/{year}.txt").status_code == 403


def test_without_a_siret_the_refusal_says_where_to_complete_it(cast: Cast, browser: Browser) -> None:
    owed(cast.karim, 1_000)
    catch_up()
    refused = browser.as_("compta").get(f"/comptabilite/fec/{clock.today().year}.txt")
    assert refused.status_code == 422
    assert "SIRET" in refused.text


def test_a_wrong_account_is_refused_with_what_was_typed(cast: Cast, browser: Browser) -> None:
    manager = browser.as_("gerant")
    refused = manager.post(
        "/comptabilite/plan-comptable", data={"client.code": "CLIENT", "client.label": "Mes clients"}
    )
    assert refused.status_code == 422
    assert 'value="CLIENT"' in refused.text
    assert "Mes clients" in refused.text
