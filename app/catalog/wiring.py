"""What the catalogue gives the house."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from app.catalog.models import Article, ArticleFamily, VatRate
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.money import euros, percent
from app.core.permissions import Permission, declare_permissions
from app.core.revisions import follow

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"


def register(app: Flask) -> None:
    """Start-up."""
    follow("vat_rates", VatRate)
    follow("article_families", ArticleFamily)
    follow("articles", Article)
    declare_permissions(
        Permission("catalog.view", "Voir les articles et leurs prix de vente", "Catalogue", (G, A, C, T, K)),
        Permission("catalog.cost", "Voir les prix d'achat et les marges", "Catalogue", (G, C, K)),
        Permission("catalog.edit", "Ajouter et modifier articles et familles", "Catalogue", (G, C)),
        Permission("catalog.prices", "Mettre à jour les prix d'après un fichier", "Catalogue", (G, C)),
        Permission("vat.edit", "Régler les taux de TVA", "Réglages", (G, K)),
    )
    _verbs()


def _changes(facts: Mapping[str, Any]) -> str:
    columns = Article.__table__.columns
    labels = (columns[name].info.get("label", name) for name in facts.get("changes", {}) if name in columns)
    return ", ".join(_(label) for label in labels)


def _name(facts: Mapping[str, Any]) -> str:
    return str(facts.get("name", ""))


def _rate(facts: Mapping[str, Any]) -> str:
    return f"{facts.get('code', '')} {percent(facts.get('rate', 0))}"


def _price(facts: Mapping[str, Any]) -> str:
    return euros(facts.get("price"))


def _verbs() -> None:
    declare_verbs(
        Verb("article.added", "Article créé", "plus", "vert"),
        Verb("article.changed", "Article modifié", "pencil", "bleu", detail=_changes),
        Verb("article.archived", "Article archivé", "archive"),
        Verb("article.restored", "Article restauré", "arrow-back-up", "vert"),
        Verb("article.parts", "Composants réglés", "packages", "bleu"),
        Verb("article.supplier", "Fournisseur réglé", "truck", "bleu", detail=_price),
        Verb("article.supplier_removed", "Fournisseur retiré", "truck-off"),
        Verb("article_family.added", "Famille d'articles créée", "plus", "vert", detail=_name),
        Verb("article_family.changed", "Famille d'articles modifiée", "pencil", "bleu", detail=_name),
        Verb("article_family.archived", "Famille d'articles archivée", "archive", detail=_name),
        Verb("article_family.restored", "Famille d'articles restaurée", "arrow-back-up", "vert", detail=_name),
        Verb("vat_rate.added", "Taux de TVA ajouté", "plus", "vert", detail=_rate),
        Verb("vat_rate.changed", "Taux de TVA modifié", "pencil", "bleu", detail=_rate),
        Verb("vat_rate.removed", "Taux de TVA retiré", "trash", detail=_rate),
    )
