"""A concierge's file of lodgings comes in whole, and twice the same changes nothing."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.concierge.models import Lodging, RentalMandate
from app.concierge.queries.lodgings import running_of
from app.contacts.models import Contact
from app.core.db import db
from app.exchange.kinds import KINDS
from app.exchange.queries.exporting import headers, rows
from app.exchange.states import ImportState
from app.statements.states import Mode
from tests.exchange.conftest import Importer, bring_in, csv_of, notes_of  # noqa: F401
from tests.factories.concierge import a_concierge

pytestmark = [pytest.mark.row("E1"), pytest.mark.usefixtures("cast")]

FILE = csv_of(
    [
        ("Nom du logement", "Adresse", "CP", "Ville", "N° d'enregistrement", "Couchages", "Mandant", "Courriel du propriétaire", "Début du mandat",
         "Taux de commission", "Type de mandat"),
        ("Le Cabanon", "1 rue du Port", "13260", "Cassis", "13022 0000 1234", "4", "Odile Arnaud", "odile@rey.example", "01/03/2026", "18 %", "mandat"),
        ("La Voilerie", "3 quai des Barques", "13260", "Cassis", "", "2", "Odile Arnaud", "odile@rey.example", "01/04/2026", "", ""),
        ("Les Genêts", "", "83150", "Bandol", "123", "", "", "", "", "", ""),
    ],
    separator=";",
)  # fmt: skip


def counts() -> list[int]:
    return [
        db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Lodging, RentalMandate, Contact)
    ]


def test_a_file_of_lodgings_comes_in_with_owners_and_mandates_once(bring_in: Importer) -> None:  # noqa: F811
    a_concierge()
    run = bring_in(FILE)
    assert (run.kind, run.state, run.added, run.refused) == ("lodgings", ImportState.DONE, 3, 0), notes_of(run)
    lodgings = {lodging.asset_id: lodging for lodging in db.session.scalars(select(Lodging))}
    assert len(lodgings) == 3
    running = sorted(
        running_of([one.id for one in lodgings.values()], date(2026, 6, 1)).values(), key=lambda one: one.number
    )
    assert [[owner.name for owner in one.owners] for one in running] == [["Odile Arnaud"]] * 2
    assert [(one.terms.mode, one.terms.rate) for one in running if one.terms] == [
        (Mode.MANDATE, 1800),
        (Mode.SERVICE, 2000),
    ]
    by_town = {one.registration: one for one in lodgings.values() if one.town == "Cassis"}
    assert "1302200001234" in by_town
    bandol = next(one for one in lodgings.values() if one.town == "Bandol")
    assert bandol.registration == ""
    assert "123" in bandol.notes
    before = counts()
    bring_in(FILE)
    assert counts() == before


def test_what_goes_out_is_what_came_in(bring_in: Importer) -> None:  # noqa: F811
    a_concierge()
    bring_in(FILE)
    kind = KINDS["lodgings"]
    lines = [dict(zip(headers(kind), row, strict=True)) for row in rows(kind, {})]
    assert [line["Logement"] for line in lines] == ["La Voilerie", "Le Cabanon", "Les Genêts"]
    assert (lines[1]["Propriétaire"], lines[1]["Début du mandat"], lines[1]["Mode"]) == (
        "Odile Arnaud",
        "01/03/2026",
        "mandate",
    )
    out = csv_of([headers(kind), *[list(line.values()) for line in lines]], separator=";")
    before = counts()
    bring_in(out)
    assert counts() == before
