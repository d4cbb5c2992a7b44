"""French typography where words are declared, not only where pages are written."""

import pytest

from app.core.fields import options
from app.core.labels import LabelEnum
from app.core.money import units
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


@pytest.mark.parametrize(
    ("unit", "thousandths", "told"),
    [
        ("pièce", 1000, "pièce"), ("pièce", 1990, "pièce"), ("pièce", 2000, "pièces"), ("pièce", -3000, "pièces"), ("an", 2000, "ans"),
        ("seau", 2000, "seaux"), ("mois", 3000, "mois"), ("kg", 5000, "kg"), ("h", 5000, "h"), ("m²", 5000, "m²"), ("min", 5000, "min"),
        ("kWh", 5000, "kWh"), ("mètre linéaire", 2500, "mètres linéaires"), ("sac de 25 kg", 4000, "sacs de 25 kg"), ("", 4000, ""),
    ],
)  # fmt: skip
def test_units_agree_with_their_quantity(unit: str, thousandths: int, told: str) -> None:
    assert units(unit, thousandths) == told
