"""A platform's file of stays comes in once, its bad lines named; its columns are kept for the next file."""

from datetime import date

import pytest
from flask import Flask

from app.concierge.models import Stay
from app.core.db import db, transaction
from app.exchange.services import keep_mapping
from app.exchange.states import ImportState
from tests.concierge.world_of_stays import a_lodging
from tests.exchange.conftest import Importer, bring_in, csv_of, notes_of  # noqa: F401
from tests.signing import Browser

pytestmark = [pytest.mark.row("E2"), pytest.mark.usefixtures("cast")]
HEADERS = ("Code de confirmation", "Annonce", "Date d'arrivée", "Date de départ", "Nom du voyageur", "Plateforme", "Montant du séjour", "Frais de ménage", "Commission")  # fmt: skip
GOOD = ("AB-1", "loft du PORT", "03/12/2026", "07/12/2026", "Anne Dupont", "Abritel", "430,00", "50", "-34,40")
FILE = csv_of(
    [HEADERS, GOOD, ("AB-2", "Loft du port", "10/12/2026", "12/12/2026", "Luc Perrin", "Abritel", "", "", "")], ";"
)


def stays() -> list[Stay]:
    return list(db.session.query(Stay).order_by(Stay.arrival).populate_existing())


def test_a_file_comes_in_and_the_same_file_twice_makes_nothing(bring_in: Importer) -> None:  # noqa: F811
    a_lodging()
    run = bring_in(FILE)
    assert (run.kind, run.state, run.added, run.refused) == ("stays", ImportState.DONE, 2, 0), notes_of(run)
    one, two = stays()
    assert (one.arrival, one.rent, one.cleaning, one.platform, one.channel) == (
        date(2026, 12, 3),
        43_000,
        5000,
        3440,
        "Abritel",
    )
    assert (two.rent, two.platform) == (None, None)
    assert one.booking_id
    assert two.booking_id
    again = bring_in(FILE)
    assert (again.added, again.unchanged, len(stays())) == (0, 2, 2)


def test_a_line_that_makes_no_sense_is_refused_in_plain_words(bring_in: Importer) -> None:  # noqa: F811
    a_lodging()
    run = bring_in(
        csv_of([
            HEADERS, GOOD, ("AB-3", "Château", *GOOD[2:]), ("AB-4", "Loft du port", "07/12/2026", "03/12/2026", *GOOD[4:]),
            ("AB-5", *GOOD[1:6], "quatre cents", "", ""),
        ], ";"),
        keep_good=True,
    )  # fmt: skip
    assert (run.added, run.refused, len(stays())) == (1, 3, 1)
    said = " ".join(note.reason for note in notes_of(run) if note.refused)
    assert "Château" in said
    assert "Le départ doit venir après" in said
    assert "montant" in said


def test_the_columns_are_kept_for_the_next_file(bring_in: Importer) -> None:  # noqa: F811
    a_lodging()
    headers = ("A", "B", "C", "D")
    with transaction():
        keep_mapping("stays", "Mon portail", headers, ["lodging", "arrival", "departure", "rent"])
    run = bring_in(csv_of([headers, ("Loft du port", "03/12/2026", "07/12/2026", "430")], ";"), kind="stays")
    assert (run.added, stays()[0].rent) == (1, 43_000)


def test_the_list_leads_to_the_import(browser: Browser, app: Flask) -> None:
    a_lodging()
    assert "/import?kind=stays" in browser.as_("gerant").get("/conciergerie/sejours").text
    assert 'selected value="stays"' in browser.get("/import?kind=stays").text
