"""What the catalogue gives the house."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.catalog import queries, views
from app.catalog.models import Article, ArticleFamily, ArticleSupplier, VatRate
from app.contacts.models import Contact
from app.core.db import db
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Entry, declare_menu
from app.core.money import euros, percent
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.revisions import follow
from app.core.search import Document, Quoted, Source, declare_source
from app.core.settings_pages import declare_settings_page
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(views.bp)
    app.register_blueprint(views.vat_bp)
    follow("vat_rates", VatRate)
    follow("article_families", ArticleFamily)
    follow("articles", Article)
    follow("article_suppliers", ArticleSupplier)
    declare_permissions(
        Permission("catalog.view", "Voir les articles et leurs prix de vente", "Catalogue", (G, A, C, T, K)),
        Permission("catalog.cost", "Voir les prix d'achat et les marges", "Catalogue", (G, C, K)),
        Permission("catalog.edit", "Ajouter et modifier articles et familles", "Catalogue", (G, C)),
        Permission("catalog.prices", "Mettre à jour les prix d'après un fichier", "Catalogue", (G, C)),
        Permission("vat.edit", "Régler les taux de TVA", "Réglages", (G, K)),
    )
    declare_menu(Entry("articles", "Articles", "package", "catalog.index", "catalog.view", 330, "Base"))
    declare_settings_page(
        "vat", "TVA", "Les taux, leurs jours et leurs mentions.", "receipt-tax", "vat.index", "vat.edit", 40, "Métier"
    )
    declare_panels(
        "contact", Panel("supplier", "catalog/contact_panel.html", 60, _supplier, "catalog.cost", "Articles fournis")
    )
    declare_subject(
        SubjectKind(
            "article",
            queries.article_for,
            lambda row: path("catalog.show", article_id=row.id),
            lambda row: row.label,
            icon="package",
        )
    )
    _search()
    _verbs()


def _supplier(contact: Contact) -> dict[str, Any] | None:
    """How many articles this contact supplies."""
    count = queries.supplied().get(contact.id, 0)
    return {"count": count, "supplier_id": contact.id} if count else None


def _search() -> None:
    declare_source(
        Source(
            "article", Article, _document, "package", "Articles", "catalog.show", "article_id", "catalog.view",
            watch=("label", "reference", "barcode", "family_id", "archived_at", "updated_at"), documents=_documents,
            quotes=(
                Quoted(ArticleFamily, ("name",), lambda ids: select(Article.id).where(Article.family_id.in_(ids))),
                Quoted(
                    ArticleSupplier, ("reference",),
                    lambda ids: select(ArticleSupplier.article_id).where(ArticleSupplier.id.in_(ids)),
                ),
            ),
        )
    )  # fmt: skip


def _document(article: Article) -> Document | None:
    """What the box finds of an article in use."""
    return next((document for _id, document in _documents([article.id])), None)


def _documents(ids: Sequence[int]) -> Iterator[tuple[int, Document]]:
    theirs: dict[int, list[str]] = {}
    known = select(ArticleSupplier.article_id, ArticleSupplier.reference)
    for article_id, reference in db.session.execute(known.where(ArticleSupplier.article_id.in_(ids))):
        theirs.setdefault(article_id, []).append(reference)
    query = (
        select(Article.id, Article.label, Article.reference, Article.barcode, ArticleFamily.name)
        .outerjoin(ArticleFamily, ArticleFamily.id == Article.family_id)
        .where(Article.id.in_(ids), Article.archived_at.is_(None))
    )
    for article_id, label, reference, barcode, family in db.session.execute(query):
        detail = ", ".join(part for part in (reference, family) if part)
        yield article_id, Document(str(article_id), label, detail, (reference, barcode, *theirs.get(article_id, ())))


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
