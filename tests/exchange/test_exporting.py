"""What goes out can come back, and runs nothing in a spreadsheet."""

import csv
import io
import json
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.contacts.states import ContactKind
from tests.cast import Cast
from tests.exchange.conftest import Importer, ords, ords_row
from tests.factories.assets import an_asset
from tests.factories.contacts import a_contact
from tests.factories.tickets import a_ticket
from tests.signing import Browser


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


@pytest.mark.row("F4")
@pytest.mark.parametrize("kind", ["contacts", "assets", "tickets"])
def test_what_goes_out_comes_back_and_changes_nothing(
    cast: Cast, browser: Browser, bring_in: Importer, kind: str
) -> None:
    bring_in(ords(ords_row(1), ords_row(2, event_date="?")))
    a_ticket(contact=cast.karim, asset=an_asset(owner_id=cast.karim.id, notes="=rare"))
    answer = browser.as_("gerant").get(f"/export/{kind}.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    known = rows(answer.text)
    run = bring_in(answer.data, kind)
    assert run.kind == kind
    assert (run.added, run.refused, run.unchanged) == (0, 0, len(known) - 1)
    book = browser.as_("gerant").get(f"/export/{kind}.xlsx").data
    again = bring_in(book, kind, name=f"{kind}.xlsx")
    assert (again.added, again.refused, again.unchanged) == (0, 0, len(known) - 1)


def test_another_installation_takes_the_contacts_once(cast: Cast, browser: Browser, bring_in: Importer) -> None:
    text = browser.as_("gerant").get("/export/contacts.csv").text
    elsewhere = text.replace("@", "@x").encode()
    assert bring_in(elsewhere, "contacts").added == len(rows(text)) - 1
    assert bring_in(elsewhere, "contacts").added == 0


@pytest.mark.row("F4")
def test_no_cell_is_a_formula(cast: Cast, browser: Browser) -> None:
    for name in ("=cmd|' /C calc'!A0", "@SUM(1)", "+33 rue", "-2+3"):
        a_contact(name=name)
    boss = browser.as_("gerant")
    names = [row[2] for row in rows(boss.get("/export/contacts.csv").text)]
    assert {"'=cmd|' /C calc'!A0", "'@SUM(1)", "'+33 rue", "'-2+3"} <= set(names)
    sheet = load_workbook(io.BytesIO(boss.get("/export/contacts.xlsx").data)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_an_export_follows_the_filters_of_its_list(cast: Cast, browser: Browser) -> None:
    a_contact(name="Duval SARL", kind=ContactKind.COMPANY)
    boss = browser.as_("gerant")
    assert [row[2] for row in rows(boss.get("/export/contacts.csv?type=company").text)[1:]] == ["Duval SARL"]
    assert "/export/contacts.csv?type=company" in boss.get("/contacts?type=company").text


@pytest.mark.row("B1")
@pytest.mark.parametrize(
    ("who", "kind", "status"),
    [
        ("gerant", "contacts", 200), ("accueil", "contacts", 200), ("technicien", "contacts", 403), ("compta", "contacts", 403),
        ("technicien", "tickets", 200), ("luthier", "tickets", 403), ("luthier", "assets", 403), ("client", "tickets", 403),
    ],
)  # fmt: skip
def test_who_may_export_what(cast: Cast, browser: Browser, who: str, kind: str, status: int) -> None:
    assert browser.as_(who).get(f"/export/{kind}.csv").status_code == status


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "anciens.csv"


@pytest.mark.row("F4")
def test_the_commands_import_report_and_export(cast: Cast, app: Flask, file: Path) -> None:
    run = app.test_cli_runner().invoke
    file.write_bytes(ords(ords_row(1), ords_row(2, event_date="?")))
    tried = run(args=["import", "tickets", str(file), "--dry-run"])
    assert tried.exit_code == 0
    assert "rien n’est écrit" in tried.output
    done = run(args=["import", "tickets", str(file)])
    assert done.exit_code == 0, done.output
    assert "2 créées, 0 inchangées, 0 refusées, 1 avec une valeur douteuse" in done.output
    assert "Open Repair Data Standard" in done.output
    assert "0 créées, 2 inchangées" in run(args=["import", "tickets", str(file)]).output
    out = file.with_name("sortie.xlsx")
    assert run(args=["export", "tickets", str(out)]).exit_code == 0
    assert load_workbook(out).active.max_row == 3


def test_the_import_command_takes_a_mapping_and_stops_on_refused_lines(cast: Cast, app: Flask, file: Path) -> None:
    run = app.test_cli_runner().invoke
    file.write_text("Qui;Joindre\nZoé Lambert;06 11 22 33 44\n;\n;x\n", "utf-8")
    mapping = file.with_name("colonnes.json")
    mapping.write_text(json.dumps({"Qui": "name", "Joindre": "phone"}), "utf-8")
    args = ["import", "contacts", str(file), "--mapping", str(mapping)]
    stopped = run(args=args)
    assert stopped.exit_code == 1
    assert "Ligne 4 (refusée)" in stopped.output.replace("\u00a0", " ")
    assert "--keep-good" in stopped.output
    assert "1 créées" in run(args=[*args, "--keep-good"]).output
    mapping.write_text(json.dumps({"Qui": "inconnu"}), "utf-8")
    assert "Champ inconnu" in run(args=args).output
    assert "Sorte inconnue" in run(args=["import", "licornes", str(file)]).output


@pytest.mark.parametrize(
    ("page", "kind"), [("/contacts", "contacts"), ("/biens", "assets"), ("/dossiers?vue=liste", "tickets")]
)
def test_every_list_offers_its_export_to_those_who_may(cast: Cast, browser: Browser, page: str, kind: str) -> None:
    assert f'href="/export/{kind}.xlsx"' in browser.as_("gerant").get(page).text
    assert f"/export/{kind}" not in browser.as_("compta").get(page).text
