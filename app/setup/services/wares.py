"""The small catalogue that a trade's preset brings: articles, services, what a standard service or a bundle is made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.catalog.models import Article
from app.catalog.queries import all_rates
from app.catalog.queries.articles import same_reference
from app.catalog.services import PartInput, add_article, families_at, load_vat_rates, set_parts
from app.catalog.states import ArticleKind
from app.questionnaires.queries import questionnaire_coded

TAKEN = ("reference", "label", "description", "unit", "price", "minutes", "stocked", "minimum")


def put_articles(rows: Sequence[Mapping[str, Any]]) -> list[Article]:
    """Add those whose reference is not there yet; an article that is there, archived or changed, stays as it is.

    A row: reference, label, kind, family (« Piscine > Produits »), unit, price (cents without tax), vat, minutes, stocked,
    minimum (thousandths), questionnaire (its code), parts ([reference, thousandths, optional]).
    """
    if rows and not all_rates():
        load_vat_rates()
    new = [row for row in rows if same_reference(str(row["reference"])) is None]
    families = families_at({str(row["family"]) for row in new if row.get("family")})
    made = [_add(row, families) for row in new]
    for article, row in zip(made, new, strict=True):
        if row.get("parts"):
            set_parts(article, [_part(*part) for part in row["parts"]])
    return made


def _add(row: Mapping[str, Any], families: Mapping[str, int]) -> Article:
    values = {name: row[name] for name in TAKEN if name in row}
    form = questionnaire_coded(str(row["questionnaire"])) if row.get("questionnaire") else None
    return add_article(
        kind=ArticleKind(row.get("kind", "good")), family_id=families.get(str(row.get("family"))),
        vat_code=row.get("vat", "normal"), questionnaire_id=form.id if form is not None else None, **values,
    )  # fmt: skip


def _part(reference: str, quantity: int, optional: bool = False) -> PartInput:
    article = same_reference(reference)
    if article is None:
        raise KeyError(reference)
    return PartInput(article.id, quantity, optional)
