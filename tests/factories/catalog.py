"""VAT rates, families, articles."""

from typing import Any

from app.catalog.models import Article, ArticleFamily, VatRate
from app.catalog.queries import all_rates
from app.catalog.services import RateWords, add_article, add_family, add_rate, load_vat_rates
from app.core import clock
from app.core.db import transaction
from tests.factories.base import serial


def vat_rates() -> None:
    """The rates of the law."""
    with transaction():
        load_vat_rates()


def a_vat_rate(**values: Any) -> VatRate:
    """A rate of a code of its own, in force since the first of the year."""
    known = {
        "code": f"taux-{serial()}",
        "rate": 850,
        "valid_from": clock.today().replace(month=1, day=1),
    }
    words = RateWords("Taux d'essai", values.pop("reason", ""), values.pop("vatex", ""))
    with transaction():
        return add_rate(words, **known | values)


def an_article_family(**values: Any) -> ArticleFamily:
    """A branch at the root of the tree."""
    with transaction():
        return add_family(**{"name": f"Filtration {serial()}"} | values)


def an_article(**values: Any) -> Article:
    """A good at 42,00 € without tax, bought 25,00 €, with the normal rate."""
    number = serial()
    known: dict[str, Any] = {
        "label": f"Pompe {number}", "reference": f"PMP-{number:04d}", "price": 4200, "cost": 2500, "stocked": True,
    }  # fmt: skip
    with transaction():
        if not all_rates():
            load_vat_rates()
        return add_article(**known | values)
