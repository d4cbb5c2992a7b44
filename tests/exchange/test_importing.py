"""Files go in whole or say why not; a second time changes nothing; a killed worker loses nothing."""

import pytest
from sqlalchemy import func, select

from app.assets.models import Asset, Family
from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.db import db, transaction
from app.core.search import find
from app.exchange import services
from app.exchange.kinds.tickets import FIELDS
from app.exchange.services import running
from app.exchange.states import ImportState
from app.tickets.models import Ticket
from app.tickets.states import Outcome, TicketState
from tests.cast import Cast
from tests.exchange.conftest import Importer, csv_of, fresh, notes_of, ords, ords_row, xlsx_of
from tests.factories.assets import a_family
from tests.signing import Browser

pytestmark = pytest.mark.usefixtures("cast")


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def the_ticket(ref: str) -> Ticket:
    return db.session.scalars(select(Ticket).where(Ticket.source_ref == ref)).one()


@pytest.mark.row("C2")
def test_past_repairs_of_the_open_standard_come_in_closed(bring_in: Importer) -> None:
    run = bring_in(
        ords(
            ords_row(1, brand="Unknown"),
            ords_row(2, repair_status="End of life", repair_barrier_if_end_of_life="Spare parts not available"),
            ords_row(3, repair_status="Repairable", group_identifier="Atelier de Liège", problem=""),
            ords_row(4, repair_status="Unknown", partner_product_category="Kettle ", product_category="Kettle"),
        )
    )
    assert (run.kind, run.format_name, run.state) == ("tickets", "Open Repair Data Standard", ImportState.DONE)
    assert (run.lines, run.added, run.refused, run.doubtful) == (4, 4, 0, 0)
    first, second, third, fourth = (the_ticket(f"cafe_{n}") for n in range(1, 5))
    assert [t.number for t in (first, second, third, fourth)] == ["H-000001", "H-000002", "H-000003", "H-000004"]
    assert {t.state for t in (first, second, third, fourth)} == {TicketState.OUT}
    assert [t.outcome for t in (first, second, third, fourth)] == [
        Outcome.REPAIRED,
        Outcome.NOT_REPAIRABLE,
        Outcome.ABANDONED,
        None,
    ]
    assert fourth.facts["import"]["outcome"] == "Unknown"
    assert clock.local(first.received_at).date().isoformat() == "2022-03-10"
    assert second.report.replace("\u00a0", " ") == "Réparation impossible : pièces introuvables."
    asset = db.session.get_one(Asset, first.asset_id)
    assert (asset.label, asset.brand) == ("Cafetière", "")
    assert db.session.get_one(Asset, second.asset_id).label == "Cafetière Brévia"
    names = set(db.session.scalars(select(Contact.name).where(Contact.source_ref.startswith("anonyme"))))
    assert names == {"Anonyme, Atelier de Namur", "Anonyme, Atelier de Liège"}
    assert {"Cafetière", "Bouilloire"} <= set(db.session.scalars(select(Family.name)))


def test_a_family_that_exists_is_used(bring_in: Importer) -> None:
    known = a_family(name="cafetière")
    bring_in(ords(ords_row(1)))
    assert the_ticket("cafe_1").family_id == known.id


@pytest.mark.row("C2")
def test_a_second_time_changes_nothing(bring_in: Importer) -> None:
    data = ords(*(ords_row(n) for n in range(30)))
    bring_in(data)
    before = [count(model) for model in (Ticket, Asset, Contact, Family)]
    again = bring_in(data)
    assert (again.state, again.added, again.unchanged) == (ImportState.DONE, 0, 30)
    assert [count(model) for model in (Ticket, Asset, Contact, Family)] == before
    more = bring_in(data + ords(ords_row(99)).split(b"\r\n", 1)[1])
    assert (more.added, more.unchanged) == (1, 30)
    assert the_ticket("cafe_99").number == "H-000031"


def test_what_was_imported_is_found_and_shown(bring_in: Importer, browser: Browser) -> None:
    bring_in(ords(ords_row(7, problem="Bouton cassé", year_of_manufacture="vers 1990")))
    desk = browser.as_("accueil")
    assert "H-000001" in desk.get("/recherche?q=brevia", htmx=True).text
    assert "H-000001" in desk.get("/recherche?q=cafe_7", htmx=True).text
    page = desk.get("/dossiers/H-000001").text
    assert "Bouton cassé" in page
    assert "vers 1990" in page
    assert "fichier.csv" in page


@pytest.mark.row("F4")
def test_a_doubtful_value_is_kept_as_text_and_reported(bring_in: Importer) -> None:
    run = bring_in(
        ords(
            ords_row(1, event_date="printemps 2019", year_of_manufacture="19x5"),
            ords_row(2, event_date="", country="Atlantide"),
        )
    )
    assert (run.added, run.doubtful, run.refused) == (2, 2, 0)
    ticket = the_ticket("cafe_1")
    assert ticket.facts["import"]["received_on"] == "printemps 2019"
    assert ticket.received_at.year == 2000
    notes = notes_of(run)
    assert [(note.line, note.header, note.value, note.refused) for note in notes] == [
        (2, "year_of_manufacture", "19x5", False), (2, "event_date", "printemps 2019", False), (3, "country", "Atlantide", False),
    ]  # fmt: skip
    assert "24/11/2026" in notes[1].remedy


@pytest.mark.row("F4")
def test_a_latin_1_file_with_a_broken_line_says_which_and_writes_nothing(bring_in: Importer) -> None:
    lines = ords(*(ords_row(n, problem="Réservoir fêlé") for n in range(1, 6)), encoding="latin-1").split(b"\r\n")
    lines[3] = lines[3].split(b",", 4)[0]
    data = b"\r\n".join(lines)
    run = bring_in(data)
    assert (run.state, run.refused, run.added, count(Ticket)) == (ImportState.REFUSED, 1, 0, 0)
    note = notes_of(run)[0]
    assert (note.line, note.refused) == (4, True)
    assert "elle est coupée" in note.reason
    good = bring_in(data, keep_good=True)
    assert (good.state, good.added, good.refused) == (ImportState.DONE, 4, 1)
    assert the_ticket("cafe_1").fault == "Réservoir fêlé"


def test_lines_without_meaning_are_refused(bring_in: Importer) -> None:
    empty = ords_row(2, product_category="", partner_product_category="", brand="Unknown", problem="")
    run = bring_in(ords(ords_row(1), empty, ords_row(1, problem="Autre panne")), keep_good=True)
    assert (run.added, run.refused) == (1, 2)
    assert "ni ce qui a été réparé" in notes_of(run)[0].reason
    assert "ligne 2" in notes_of(run)[1].reason.replace("\u00a0", " ")


@pytest.mark.row("F4")
def test_a_rehearsal_changes_nothing(bring_in: Importer) -> None:
    run = bring_in(ords(ords_row(1), ords_row(1)), rehearsal=True)
    assert (run.state, run.lines, run.refused, run.added) == (ImportState.CHECKED, 2, 1, 0)
    assert (count(Ticket), count(Asset), count(Family)) == (0, 0, 0)


class Killed(BaseException):
    """What a worker killed by the system leaves: nothing after it runs."""


@pytest.mark.row("F4")
def test_a_worker_killed_between_two_batches_goes_on_where_it_was(
    bring_in: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "FIRST_BATCH", 10)
    monkeypatch.setattr(running, "LARGEST", 10)
    write, calls = running._write_batch, []

    def dies_at_the_third(*args: object) -> object:
        calls.append(args)
        if len(calls) == 3:
            raise Killed
        return write(*args)

    monkeypatch.setattr(running, "_write_batch", dies_at_the_third)
    with transaction():
        run = services.receive(ords(*(ords_row(n) for n in range(45))), "anciens.csv", by="Nadia")
        services.begin(run, rehearsal=False, keep_good=False)
    with pytest.raises(Killed):
        services.work(run.id)
    left = fresh(run)
    assert (left.state, left.added, count(Ticket)) == (ImportState.WRITING, 20, 20)
    services.work(run.id)
    done = fresh(run)
    assert (done.state, done.added, done.unchanged, count(Ticket)) == (ImportState.DONE, 45, 0, 45)
    numbers = sorted(db.session.scalars(select(Ticket.number)))
    assert numbers == [f"H-{n:06d}" for n in range(1, 46)]
    services.work(run.id)
    assert count(Ticket) == 45


def test_a_worker_killed_while_checking_begins_the_check_again(
    bring_in: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, calls = running._keep_notes, []

    def dies_at_once(*args: object) -> None:
        kept(*args)
        calls.append(1)
        if len(calls) == 1:
            raise Killed

    monkeypatch.setattr(running, "_keep_notes", dies_at_once)
    with transaction():
        run = services.receive(ords(ords_row(1, year_of_manufacture="?"), ords_row(2)), "anciens.csv", by="Nadia")
        services.begin(run, rehearsal=True, keep_good=False)
    with pytest.raises(Killed):
        services.work(run.id)
    services.work(run.id)
    assert fresh(run).state == ImportState.CHECKED
    assert len(notes_of(run)) == 1


CONTACTS = [
    ["Code client", "Raison sociale", "Prénom", "E-mail", "Tél", "CP", "Ville", "SIRET", "Remarques"],
    ["C1", "Marchetti", "Odile", "odile@marchetti.example", "0612345678", "83170", "Brignoles", "", "Sonne deux fois"],
    ["C2", "Boulangerie Duval", "", "", "04 94 00 00 01", "83170", "Brignoles", "73282932000074", ""],
    ["C3", "Sans numéro", "", "pas une adresse", "", "", "", "123", ""],
    ["C4", "", "", "", "", "", "Le Val", "", ""],
]


@pytest.mark.row("C2")
def test_contacts_come_from_a_french_spreadsheet(bring_in: Importer) -> None:
    run = bring_in(csv_of(CONTACTS, ";", "cp1252"), "contacts", keep_good=True)
    assert (run.added, run.refused, run.doubtful) == (3, 1, 1)
    odile = db.session.scalars(select(Contact).where(Contact.source_ref == "C1")).one()
    assert (odile.name, odile.phone_key, odile.town) == ("Odile Marchetti", "+33612345678", "Brignoles")
    assert odile.notes == "Sonne deux fois"
    duval = db.session.scalars(select(Contact).where(Contact.source_ref == "C2")).one()
    assert (duval.kind, duval.siret) == (ContactKind.COMPANY, "73282932000074")
    odd = db.session.scalars(select(Contact).where(Contact.source_ref == "C3")).one()
    assert (odd.email, odd.siret) == ("", "")
    assert "pas une adresse" in odd.notes
    assert "123" in odd.notes
    assert [hit.subject_id for hit in find("marchetti", ["contact"])] == [odile.id]
    assert bring_in(csv_of(CONTACTS, ";"), "contacts", keep_good=True).added == 0


def test_contacts_without_identifier_are_not_made_twice(bring_in: Importer, cast: Cast) -> None:
    rows = [
        ["Nom", "Téléphone"],
        ["Karim Benyahia", "06 71 48 20 95"],
        ["Zoé Lambert", "06 11 22 33 44"],
        ["Zoé Lambert", "0611223344"],
    ]
    run = bring_in(csv_of(rows, ";"), "contacts")
    assert (run.added, run.unchanged) == (1, 2)
    assert bring_in(csv_of(rows, ";"), "contacts").unchanged == 3


@pytest.mark.row("C2")
def test_things_come_from_a_workbook_with_their_owners(bring_in: Importer, cast: Cast) -> None:
    data = xlsx_of(
        [
            [
                "N° inventaire",
                "Désignation",
                "Catégorie",
                "N° de série",
                "Acheté le",
                "Prix",
                "Propriétaire",
                "Courriel",
            ],
            ["0126", "Violon 4/4", "Violon", "V-12", "10/03/2019", "1 234,5 €", "", ""],
            [None, "Brévia 300", "Cafetière", "BR3-1", None, None, "Karim B.", "karim@benyahia.example"],
            [None, "Brévia 400", "Cafetière", "BR3-2", "jadis", 12.5, "Inconnu du comptoir", "nouveau@client.example"],
        ]
    )
    run = bring_in(data, "assets", name="parc.xlsx")
    assert (run.added, run.doubtful, run.refused) == (3, 1, 0)
    violin = db.session.scalars(select(Asset).where(Asset.inventory_number == "0126")).one()
    assert (violin.value, violin.bought_on.isoformat(), violin.owner_id) == (123450, "2019-03-10", None)
    mine = db.session.scalars(select(Asset).where(Asset.serial == "BR3-1")).one()
    assert mine.owner_id == cast.karim.id
    other = db.session.scalars(select(Asset).where(Asset.serial == "BR3-2")).one()
    assert (db.session.get_one(Contact, other.owner_id).name, other.value) == ("Inconnu du comptoir", 1250)
    assert "jadis" in other.notes
    assert bring_in(data, "assets", name="parc.xlsx").unchanged == 3


def test_a_line_refused_by_the_base_does_not_stop_the_others(bring_in: Importer) -> None:
    rows = [["id", "Désignation", "N° inventaire"], ["a", "Violon", "7"], ["b", "Alto", "7"], ["c", "Harpe", "8"]]
    run = bring_in(csv_of(rows, ";"), "assets")
    assert (run.state, run.added, run.refused) == (ImportState.DONE, 2, 1)
    note = notes_of(run)[0]
    assert note.line == 3
    assert "déjà pris" in note.reason
    assert len(find("violon", ["asset"])) == 1


def test_six_thousand_characters_and_emoji_go_in_as_they_are(bring_in: Importer) -> None:
    text = "Fuit 💧 " * 800
    run = bring_in(ords(ords_row(1, problem=text.strip())))
    assert (run.added, run.doubtful) == (1, 0)
    assert the_ticket("cafe_1").fault == text.strip()


def test_every_column_that_a_past_repair_may_have_is_kept_somewhere(bring_in: Importer) -> None:
    written = {
        "received_on": ("10/03/2022", "2022-03-10"), "out_on": ("12/03/2022", "2022-03-12"), "outcome": ("Réparé", "repaired"),
        "year": ("2015", "2015"), "client_email": ("zelie@example.org", "zelie@example.org"), "country": ("BEL", "BEL"),
        "client_phone": ("06 39 98 00 17", "+33639980017"),
    }  # fmt: skip
    kept = {field.key: written.get(field.key, (f"mot {field.key}", f"mot {field.key}")) for field in FIELDS}
    run = bring_in(
        csv_of([[field.label for field in FIELDS], [kept[field.key][0] for field in FIELDS]]), kind="tickets"
    )
    assert (run.added, run.refused) == (1, 0)
    ticket = the_ticket(kept["id"][1])
    asset, client = db.session.get_one(Asset, ticket.asset_id), db.session.get_one(Contact, ticket.contact_id)
    family = db.session.get_one(Family, ticket.family_id)
    everything = repr([value for row in (ticket, asset, client, family) for value in vars(row).values()])
    everything += repr([str(value) for value in vars(ticket).values()])
    assert [key for key, (_given, found) in kept.items() if found not in everything] == []
