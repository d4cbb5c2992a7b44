"""The terms of loans, in and out of a configuration: families by name, the rental article by its reference."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.assets.queries import family_named, family_rows
from app.catalog.queries import row_of
from app.catalog.queries.articles import same_reference
from app.core.errors import DomainError
from app.core.i18n import _
from app.lending.queries.terms import TERMS, Terms
from app.lending.services.terms import set_terms
from app.lending.states import LatePer, RentPer


def terms_data() -> list[dict[str, Any]]:
    """The terms written, those without a family first."""
    names: dict[int | None, str] = {None: ""}
    names.update({row.id: row.name for row in family_rows()})
    return [
        {"family": names[key], "rent_article": _reference(terms.rent_article_id)}
        | {name: value for name, value in asdict(terms).items() if name != "rent_article_id"}
        for key, terms in sorted(TERMS.written().items(), key=lambda one: one[0] or 0)
        if key in names
    ]


def _reference(article_id: int | None) -> str:
    row = row_of(article_id)
    return row.reference if row is not None else ""


def put_terms(rows: Any, overwrite: bool) -> list[str]:
    """Write them; the names of the families whose terms changed. Without `overwrite`, only where nothing is written."""
    changed = []
    for data in rows:
        name = str(data.get("family", ""))
        row = family_named(name) if name else None
        if name and row is None:
            raise DomainError(
                _(
                    "Des conditions de prêt portent sur la famille « %(name)s », que le fichier ne contient pas.",
                    name=name,
                )
            )
        key, said = row.id if row is not None else None, _terms(data)
        known = TERMS.written().get(key)
        if said != known and (overwrite or known is None):
            set_terms(key, said)
            changed.append(name or _("Toutes les familles"))
    return changed


def _terms(data: Mapping[str, Any]) -> Terms:
    values = {name: data[name] for name in TERMS.names if name in data}
    article = same_reference(str(data["rent_article"])) if data.get("rent_article") else None
    kinds = {"rent_per": RentPer, "late_per": LatePer}
    values |= {name: kind(data[name]) for name, kind in kinds.items() if name in data}
    return Terms(**values | {"rent_article_id": article.id if article is not None else None})
