"""Verbs of the catalogue; called inside a transaction."""

from app.catalog.services.articles import (
    PartInput,
    add_article,
    archive_article,
    change_article,
    ean_fault,
    remove_supplier,
    restore_article,
    set_parts,
    set_supplier,
)
from app.catalog.services.families import add_family, archive_family, change_family, families_at, restore_family
from app.catalog.services.prices import both, margin_rate, net_of, price_keeping_margin
from app.catalog.services.rates import RateWords, add_rate, change_rate_words, follow_rates, load_vat_rates, remove_rate

__all__ = [
    "PartInput", "RateWords", "add_article", "add_family", "add_rate", "archive_article", "archive_family", "both", "change_article",
    "change_family", "change_rate_words", "ean_fault", "families_at", "follow_rates", "load_vat_rates", "margin_rate", "net_of",
    "price_keeping_margin", "remove_rate", "remove_supplier", "restore_article", "restore_family", "set_parts", "set_supplier",
]  # fmt: skip
