"""The import wizard: a file, its columns, a rehearsal or the import, its report."""

import io
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.jobs import JobRun, JobState
from app.exchange.models import ImportRun, SavedMapping
from app.exchange.states import ImportState
from app.tickets.models import Ticket
from tests.cast import Cast
from tests.exchange.conftest import csv_of, fresh, ords, ords_row, xlsx_of
from tests.signing import Browser

ODD = [["Qui", "Joindre", "Où"], ["Zoé Lambert", "06 11 22 33 44", "Tourves"], ["Abel Roux", "abel", "Le Val"]]


def send(browser: Browser, data: bytes, name: str = "clients.csv", kind: str = "") -> ImportRun:
    answer = browser.post("/import", data={"file": (io.BytesIO(data), name), "kind": kind})
    assert answer.status_code == 303, answer.text
    run_id = int(answer.location.rstrip("/").split("/")[-2])
    return db.session.get_one(ImportRun, run_id)


def chosen(run: ImportRun, *fields: str, **more: str) -> dict[str, object]:
    """What the page of the columns posts."""
    layout = run.layout
    known = {
        "field": list(fields), "kind": run.kind, "encoding": layout["encoding"], "separator": layout["separator"],
        "read_as": f"{run.kind} {layout['encoding']} {len(run.headers)}",
    }  # fmt: skip
    return known | more


@pytest.mark.row("F4")
def test_a_known_format_goes_in_without_naming_a_column(cast: Cast, browser: Browser, work: Callable[[], None]) -> None:
    desk = browser.as_("accueil")
    run = send(desk, ords(ords_row(1), ords_row(2, event_date="?")), "anciennes.csv")
    page = desk.get(f"/import/{run.id}/colonnes").text
    assert "Open Repair Data Standard" in page
    assert "Ne chauffe plus" in page
    answer = desk.post(f"/import/{run.id}/colonnes", data=chosen(run, *run.mapping, do="importer"))
    assert answer.status_code == 303
    waiting = desk.get(f"/import/{run.id}", htmx=True).text
    assert 'data-poll="2"' in waiting
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0
    work()
    report = desk.get(f"/import/{run.id}").text
    assert "2 fiches créées" in report
    assert "Gardée en texte" in report
    assert 'data-poll="2"' not in report
    assert fresh(run).state == ImportState.DONE


@pytest.mark.row("F4")
def test_columns_are_named_by_hand_tried_then_imported_and_remembered(
    cast: Cast, browser: Browser, work: Callable[[], None]
) -> None:
    desk = browser.as_("accueil")
    run = send(desk, csv_of(ODD, ";"), kind="contacts")
    page = desk.post(f"/import/{run.id}/colonnes", htmx=True, data=chosen(run, "name", "phone", "town"))
    assert "Zoé Lambert" in page.text
    assert "<html" not in page.text
    tried = desk.post(
        f"/import/{run.id}/colonnes", data=chosen(run, "name", "phone", "town", do="essayer", name="Carnet de Jean")
    )
    assert tried.status_code == 303
    work()
    report = desk.get(f"/import/{run.id}").text
    assert "rien n’a été écrit" in report
    assert "abel" in report
    assert db.session.query(Contact).filter_by(name="Zoé Lambert").count() == 0
    assert desk.post(f"/import/{run.id}/commencer").status_code == 303
    work()
    assert db.session.query(Contact).filter_by(name="Zoé Lambert").one().town == "Tourves"
    again = send(desk, csv_of(ODD, ","), kind="contacts")
    assert again.mapping == ["name", "phone", "town"]
    assert db.session.query(SavedMapping).one().name == "Carnet de Jean"


def test_a_kept_mapping_is_taken_by_its_name(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    run = send(desk, csv_of(ODD, ";"), kind="contacts")
    desk.post(f"/import/{run.id}/colonnes", data=chosen(run, "name", "phone", "town", do="essayer", name="Carnet"))
    other = send(desk, csv_of([["Où", "Qui", "Vu"], ["Tourves", "Zoé", "x"]], ";"), kind="contacts")
    kept = db.session.query(SavedMapping).one()
    page = desk.post(f"/import/{other.id}/colonnes", data=chosen(other, "", "", "", do=f"proposer:{kept.id}"))
    assert page.status_code == 200
    assert fresh(other).mapping == ["town", "name", ""]


def test_a_wrong_separator_is_said_and_mended(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    run = send(desk, csv_of(ODD, ";"), kind="contacts")
    wrong = desk.post(f"/import/{run.id}/colonnes", htmx=True, data=chosen(run, "name", "phone", "town", separator=","))
    assert "Une seule colonne a été trouvée" in wrong.text
    right = desk.post(f"/import/{run.id}/colonnes", htmx=True, data=chosen(fresh(run), "", separator=";"))
    assert "Tourves" in right.text
    assert fresh(run).headers == ODD[0]


@pytest.mark.parametrize(
    ("fields", "words"), [(("", "", ""), "au moins"), (("name", "name", ""), "choisi pour deux colonnes")]
)
def test_a_mapping_that_says_nothing_or_twice_the_same_is_refused(
    cast: Cast, browser: Browser, fields: tuple[str, ...], words: str
) -> None:
    desk = browser.as_("accueil")
    run = send(desk, csv_of(ODD, ";"), kind="contacts")
    answer = desk.post(f"/import/{run.id}/colonnes", data=chosen(run, *fields, do="importer"))
    assert answer.status_code == 422
    assert words in answer.text
    assert fresh(run).state == ImportState.MAPPING


@pytest.mark.row("F4")
@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "vide.csv", "vide"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "photo.csv", "pas un tableau"),
        (bytes(range(256)) * 8, "x.xlsx", "pas un tableau"),
        (b"PK\x03\x04" + bytes(80), "x.xlsx", "abîmé"),
    ],
)
def test_a_file_that_is_no_table_is_refused_beside_its_field(
    cast: Cast, browser: Browser, data: bytes, name: str, words: str
) -> None:
    desk = browser.as_("accueil")
    desk.get("/import")
    answer = desk.post("/import", data={"file": (io.BytesIO(data), name), "kind": ""})
    assert answer.status_code == 422
    assert words in answer.text.replace("’", "'")
    assert 'id="file-erreur"' in answer.text


def test_refused_lines_stop_everything_until_one_says_otherwise(
    cast: Cast, browser: Browser, work: Callable[[], None]
) -> None:
    desk = browser.as_("accueil")
    run = send(desk, csv_of([*ODD, ["", "", "Brignoles"]], ";"), kind="contacts")
    desk.post(f"/import/{run.id}/colonnes", data=chosen(run, "name", "phone", "town", do="importer"))
    work()
    report = desk.get(f"/import/{run.id}").text
    assert "1 ligne ne peut pas être importée" in report
    assert "Importer les 2 bonnes lignes" in report
    sheet = desk.get(f"/import/{run.id}/rapport.csv")
    assert sheet.data.startswith(b"\xef\xbb\xbf")
    assert "Refusée" not in sheet.text
    assert "ni nom, ni courriel" in sheet.text
    desk.post(f"/import/{run.id}/commencer", data={"keep_good": "1"})
    work()
    assert fresh(run).added == 2


def test_an_import_that_stopped_is_resumed_from_its_page(
    cast: Cast, browser: Browser, work: Callable[[], None]
) -> None:
    desk = browser.as_("accueil")
    run = send(desk, csv_of(ODD, ";"), kind="contacts")
    desk.post(f"/import/{run.id}/colonnes", data=chosen(run, "name", "phone", "town", do="importer"))
    job = db.session.get_one(JobRun, fresh(run).job_id)
    db.session.rollback()
    with transaction():
        job.state, job.message = JobState.FAILED, "Coupure"
    page = desk.get(f"/import/{run.id}").text
    assert "Coupure" in page
    assert desk.post(f"/import/{run.id}/reprise").status_code == 303
    work()
    assert fresh(run).added == 2


@pytest.mark.row("B1")
def test_who_may_import(cast: Cast, browser: Browser) -> None:
    assert browser.as_("technicien").get("/import").status_code == 403
    assert browser.as_("compta").get("/import").status_code == 403
    assert "/import" in browser.as_("gerant").get("/reglages").text
    assert browser.as_("accueil").get("/import/modele/contacts.csv").text.startswith("\ufeffIdentifiant;Type;Nom")


def test_a_workbook_goes_the_same_way(cast: Cast, browser: Browser, work: Callable[[], None]) -> None:
    desk = browser.as_("accueil")
    run = send(desk, xlsx_of([["Nom", "Téléphone"], ["Zoé Lambert", 611223344]]), "carnet.xlsx", "contacts")
    desk.post(f"/import/{run.id}/colonnes", data=chosen(run, *run.mapping, do="importer"))
    work()
    assert db.session.query(Contact).filter_by(name="Zoé Lambert").one().phone_key == "+33611223344"
