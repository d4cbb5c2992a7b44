"""Under the VAT franchise (art. 293 B), the dashboard warns from 80 % of a threshold on; thresholds are dated parameters."""

import re
from datetime import date

import pytest

from app.accounts.states import VatRegime
from app.core.db import transaction
from app.core.law import put_value
from app.ledger.services import catch_up
from app.ledger.services.franchise import SERVICES_BASE, SERVICES_RAISED
from app.sales.services.documents import LineData
from tests.cast import Cast
from tests.factories.sales import a_legal_seller, an_issued_invoice
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")


def sold(cents: int, regime: VatRegime = VatRegime.FRANCHISE) -> None:
    a_legal_seller(vat_regime=regime)
    an_issued_invoice(LineData("Prestation", 1000, cents, unit="heure"))
    catch_up()


def dashboard(browser: Browser) -> str:
    words = re.sub(r"<[^>]+>", " ", browser.as_("gerant").get("/tableau-de-bord").text)
    return " ".join(re.sub("[\u202f\xa0]", " ", words).replace("’", "'").split())


@pytest.mark.parametrize(
    ("cents", "says"),
    [
        (2_999_900, ""), (3_000_000, "soit 80 % du seuil de 37 500,00 €. Au-delà, la TVA devient due"),
        (3_800_000, "Seuil dépassé : la TVA sera due au 1er janvier"), (4_200_000, "la TVA est due dès ce jour"),
    ],
)  # fmt: skip
def test_a_threshold_that_comes_near_is_told(cast: Cast, browser: Browser, cents: int, says: str) -> None:
    sold(cents)
    shown = dashboard(browser)
    assert ("Franchise de TVA" in shown) is bool(says)
    assert says in shown


def test_who_bears_vat_has_no_threshold(cast: Cast, browser: Browser) -> None:
    sold(4_200_000, VatRegime.NORMAL)
    assert "Franchise de TVA" not in dashboard(browser)


def test_a_threshold_of_a_later_law_is_one_more_row(cast: Cast, browser: Browser) -> None:
    sold(2_000_000)
    with transaction():
        put_value(SERVICES_BASE, date(2026, 1, 1), 2_500_000, "Loi de finances pour 2026")
        put_value(SERVICES_RAISED, date(2026, 1, 1), 2_750_000, "Loi de finances pour 2026")
    assert "80 % du seuil de 25 000,00 €" in dashboard(browser)
