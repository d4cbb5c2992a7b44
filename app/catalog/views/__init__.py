"""Pages of the catalogue: articles, families, and « Réglages › TVA »."""

from app.catalog.views import articles, families, parts, rates  # noqa: F401  (their routes)
from app.catalog.views.blueprint import bp, vat_bp

__all__ = ["bp", "vat_bp"]
