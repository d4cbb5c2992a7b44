"""French typography where words are declared, not only where pages are written."""

from app.core.fields import options
from app.core.labels import LabelEnum
from app.tickets.forms import ORIGINS, VAT_RATES
from tests.signing import Browser


class Place(LabelEnum):
    DOOR = "door", "À l'entrée"


def test_labels_of_states_have_their_typography() -> None:
    assert Place.DOOR.label == "À l’entrée"
    assert Place("door") is Place.DOOR


def test_choices_of_a_form_have_their_typography() -> None:
    assert options(VAT_RATES)[0].label == "20\u00a0%"
    assert "D’occasion (PIEC)" in [choice.label for choice in options(ORIGINS)]


def test_an_empty_list_without_a_filter_does_not_speak_of_filters(cast: object, browser: Browser) -> None:
    desk = browser.as_("accueil")
    assert "Aucun dossier en cours" in desk.get("/dossiers?vue=liste").text
    assert "Retirez un filtre" in desk.get("/dossiers?vue=liste&q=zzz").text
