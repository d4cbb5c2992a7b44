"""A mandate's terms are stored as plain data and come back the same."""

import json
from datetime import date

import pytest

from app.concierge.queries.terms import data_of, terms_of
from app.statements.models import Base, Fixed, Rate, Season, TaxTariff, Terms
from app.statements.states import Across, Mode, Per, Service, TouristTax

RICH = Terms(
    date(2026, 3, 1), Mode.MANDATE, 2000, Base(after_platform=True, cleaning=True),
    rates=(Rate(1500, "Airbnb"), Rate(1200, season="Été", nights=7)), seasons=(Season("Été", (6, 15), (9, 15)),),
    platforms=(("Airbnb", 1550),), minimum_stay=3000, minimum_month=9000,
    fixed=(Fixed("Abonnement", 1500, Per.MONTH), Fixed("Accueil", 1200, Per.STAY)), cleaning=Service.CONTRACT,
    cleaning_cents=6000, linen=Service.ACTUAL, tourist_tax=TouristTax.CONCIERGE, tax_tariff=TaxTariff(None, 500, 330, 34),
    owner_stay=2500, cancelled=False, across=Across.NIGHTS, vat=0,
)  # fmt: skip


@pytest.mark.row("E1")
@pytest.mark.parametrize("terms", [RICH, Terms(date(2026, 1, 1))])
def test_terms_come_back_from_the_database_as_they_were_agreed(terms: Terms) -> None:
    stored = json.loads(json.dumps(data_of(terms)))
    tax = {"cents": None, "basis_points": 500, "cap": 330, "addition": 34} if terms.tax_tariff else None
    assert terms_of(stored, terms.since, tax) == terms
