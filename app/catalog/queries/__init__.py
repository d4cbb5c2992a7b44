"""Reads of the catalogue."""

from app.catalog.queries.articles import (
    ArticleRow,
    SupplierRow,
    article_for,
    article_scanned,
    find_articles,
    listing,
    price_changes,
    row_of,
    rows_of,
    same_barcode,
    same_reference,
    supplied,
    supplier_choices,
    suppliers_of,
)
from app.catalog.queries.families import Branch, family_choices, family_of, path_to, tree, under
from app.catalog.queries.parts import (
    PartRow,
    components_of,
    lines_brought,
    opens,
    options_of,
    parts_beside,
    parts_of,
    stocked_in,
    used_in,
)
from app.catalog.queries.rates import NORMAL, RateUse, all_rates, rate_for, rate_on, uses_of, vat_choices

__all__ = [
    "NORMAL", "ArticleRow", "Branch", "PartRow", "RateUse", "SupplierRow", "all_rates", "article_for", "article_scanned",
    "components_of", "family_choices", "family_of", "find_articles", "lines_brought", "listing", "opens", "options_of", "parts_beside",
    "parts_of", "path_to", "price_changes", "rate_for", "rate_on", "row_of", "rows_of", "same_barcode", "same_reference", "stocked_in", "supplied", "supplier_choices", "suppliers_of", "tree",
    "under", "used_in", "uses_of", "vat_choices",
]  # fmt: skip
