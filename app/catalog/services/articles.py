"""Verbs of articles: add, change, archive, restore, their parts and their suppliers."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from app.catalog.models import Article, ArticlePart, ArticleSupplier
from app.catalog.queries.articles import same_barcode, same_reference
from app.catalog.queries.parts import DEEPEST
from app.catalog.queries.rates import NORMAL, rate_on
from app.catalog.services.prices import both, note_price
from app.catalog.states import ArticleKind, Nature
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.numbers import next_block

FIELDS = (
    "reference", "barcode", "kind", "nature", "label", "description", "family_id", "unit", "price", "price_gross",
    "gross_rules", "vat_code", "cost", "origin", "stocked", "minimum", "reorder", "traced", "minutes", "questionnaire_id",
    "on_till", "custom", "source_ref",
)  # fmt: skip
MAX_PARTS = 100


def add_article(**values: Any) -> Article:
    """A new article from `FIELDS`. Without a reference it gets the next one. Prices are cents: `price` rules, or
    `price_gross` when `gross_rules`. Raises DomainError."""
    require_transaction()
    prepared = _prepared(values, None)
    article = Article(**prepared)
    db.session.add(article)
    db.session.flush()
    record(article, "article.added")
    return article


def change_article(article: Article, *, source: str = "", **values: Any) -> Article:
    """Change some of `FIELDS`; a new price or cost leaves a row in the price history. Raises DomainError."""
    require_transaction()
    prepared = _prepared(values, article)
    note_price(
        article, prepared.get("price", article.price), prepared.get("cost", article.cost), source or _("Fiche article")
    )
    changes = {}
    for key, value in prepared.items():
        before = getattr(article, key)
        if before != value:
            changes[key] = [_told(before), _told(value)]
            setattr(article, key, value)
    if changes:
        db.session.flush()
        record(article, "article.changed", changes=changes)
    return article


def _told(value: Any) -> str:
    return str(getattr(value, "value", value) if value is not None else "")


def _prepared(values: Mapping[str, Any], article: Article | None) -> dict[str, Any]:
    prepared = {key: value.strip() if type(value) is str else value for key, value in values.items() if key in FIELDS}
    besides = article.id if article is not None else None
    if (article is None or "label" in prepared) and not prepared.get("label"):
        raise DomainError(_("Donnez une désignation à l'article."), field="label")
    if article is None or "reference" in prepared:
        prepared["reference"] = _reference(prepared.get("reference", ""), besides)
    if prepared.get("barcode"):
        prepared["barcode"] = _barcode(prepared["barcode"], besides)
    if article is None:
        prepared.setdefault("kind", ArticleKind.GOOD)
        prepared.setdefault("nature", Nature.GOODS if prepared["kind"] == ArticleKind.GOOD else Nature.SERVICES)
    if prepared.get("kind", article.kind if article else ArticleKind.GOOD) != ArticleKind.GOOD:
        prepared["stocked"] = False  # what is made of others takes from their stock
    return prepared | _prices(prepared, article)


def _reference(reference: str, besides: int | None) -> str:
    reference = reference[:80]
    if not reference:
        return next_block("ART", 1, width=5)[0]
    found = same_reference(reference, besides)
    if found is not None:
        raise DomainError(
            _("La référence %(ref)s est déjà celle de « %(label)s ».", ref=reference, label=found.label),
            field="reference",
        )
    return reference


def _barcode(barcode: str, besides: int | None) -> str:
    fault = ean_fault(barcode)
    if fault:
        raise DomainError(fault, field="barcode")
    found = same_barcode(barcode, besides)
    if found is not None:
        raise DomainError(
            _("Ce code-barres est déjà celui de « %(label)s » (%(ref)s).", label=found.label, ref=found.reference),
            field="barcode",
        )
    return barcode[:80]


def ean_fault(barcode: str) -> str:
    """Why 13 digits are not an EAN (its last digit is a key, GS1); "" for any other code, or when it is right."""
    if len(barcode) != 13 or not (barcode.isascii() and barcode.isdigit()):
        return ""
    total = sum(int(digit) * (3 if rank % 2 else 1) for rank, digit in enumerate(barcode[:12]))
    key = -total % 10
    if key == int(barcode[12]):
        return ""
    return _("Ce code EAN est mal recopié : son dernier chiffre devrait être %(key)s. Scannez-le plutôt.", key=key)


def _prices(prepared: Mapping[str, Any], article: Article | None) -> dict[str, Any]:
    """The price that follows, at the rate of today."""
    if article is not None and not {"price", "price_gross", "gross_rules", "vat_code"} & prepared.keys():
        return {}
    code = prepared.get("vat_code") or (article.vat_code if article else NORMAL)
    rate = rate_on(code, clock.today()).rate
    gross_rules = bool(prepared.get("gross_rules", article.gross_rules if article else False))
    ruling = "price_gross" if gross_rules else "price"
    typed = prepared.get(ruling, getattr(article, ruling) if article else 0) or 0
    if typed < 0:
        raise DomainError(_("Un prix ne peut pas être négatif. Retirez le signe moins."), field=ruling)
    price, gross = both(typed, rate, gross_rules=gross_rules)
    return {"price": price, "price_gross": gross, "gross_rules": gross_rules, "vat_code": code}


def archive_article(article: Article) -> None:
    """No longer proposed; documents and tickets keep it."""
    require_transaction()
    article.archived_at = clock.now()
    record(article, "article.archived")


def restore_article(article: Article) -> None:
    """Proposed again. Raises DomainError when its barcode went to another one."""
    require_transaction()
    if article.barcode:
        _barcode(article.barcode, article.id)
    article.archived_at = None
    record(article, "article.restored")


# --- parts ------------------------------------------------------------------------------------------------------------


class PartInput(NamedTuple):
    """A component: quantity in thousandths."""

    part_id: int
    quantity: int = 1000
    optional: bool = False


def set_parts(article: Article, parts: Sequence[PartInput]) -> None:
    """Say what a standard service or a bundle brings. Raises DomainError: nothing contains itself."""
    require_transaction()
    if parts and article.kind not in (ArticleKind.STANDARD, ArticleKind.BUNDLE):
        raise DomainError(
            _("Seuls une prestation type et un ensemble ont des composants. Changez d'abord le type de l'article.")
        )
    if len(parts) > MAX_PARTS:
        raise DomainError(_("Un article a 100 composants au plus. Faites-en un ensemble à part."))
    for part in parts:
        if part.quantity <= 0:
            raise DomainError(_("La quantité d'un composant est plus grande que zéro."), field="quantity")
        if part.part_id == article.id or article.id in _inside(part.part_id):
            raise DomainError(
                _("Un article ne peut pas se contenir lui-même. Choisissez un autre composant."), field="part_id"
            )
    db.session.execute(delete(ArticlePart).where(ArticlePart.whole_id == article.id))
    db.session.add_all(
        ArticlePart(
            whole_id=article.id, part_id=part.part_id, quantity=part.quantity, optional=part.optional, position=rank
        )
        for rank, part in enumerate(parts, 1)
    )
    db.session.flush()
    record(article, "article.parts", count=len(parts))


def _inside(article_id: int) -> set[int]:
    """Everything that an article is made of."""
    found: set[int] = set()
    level = {article_id}
    for _depth in range(DEEPEST * 2):
        level = set(db.session.scalars(select(ArticlePart.part_id).where(ArticlePart.whole_id.in_(level)))) - found
        if not level:
            break
        found |= level
    return found


# --- suppliers --------------------------------------------------------------------------------------------------------


def set_supplier(
    article: Article, supplier_id: int, *, reference: str = "", price: int = 0, pack: int = 1000, days: int = 0,
    preferred: bool = False,
) -> ArticleSupplier:  # fmt: skip
    """Say at whose an article is bought, its reference there and its price (cents without tax). The first supplier is the
    preferred one; the preferred one's price is the cost of an article that has none. Raises DomainError."""
    require_transaction()
    if db.session.get(Contact, supplier_id) is None:
        raise DomainError(_("Choisissez le fournisseur dans la liste."), field="supplier_id")
    if pack <= 0:
        raise DomainError(_("Le conditionnement est plus grand que zéro."), field="pack")
    rows = list(db.session.scalars(select(ArticleSupplier).where(ArticleSupplier.article_id == article.id)))
    row = next((found for found in rows if found.supplier_id == supplier_id), None)
    if row is None:
        row = ArticleSupplier(article_id=article.id, supplier_id=supplier_id)
        db.session.add(row)
        preferred = preferred or not rows
    row.reference, row.price, row.pack, row.days = reference.strip()[:80], price, pack, max(0, days)
    row.preferred = preferred
    if preferred:
        for other in rows:
            if other is not row:
                other.preferred = False
    db.session.flush()
    record(article, "article.supplier", price=price)
    if row.preferred and not article.cost and price:
        change_article(article, cost=price, source=_("Prix du fournisseur"))
    article.updated_at = clock.now()  # the search index holds the supplier's reference
    return row


def remove_supplier(article: Article, row_id: int) -> None:
    """The article is no longer bought there; the cheapest of the others becomes the preferred one."""
    require_transaction()
    query = select(ArticleSupplier).where(ArticleSupplier.article_id == article.id).order_by(ArticleSupplier.price)
    rows = list(db.session.scalars(query))
    gone = next((row for row in rows if row.id == row_id), None)
    if gone is None:
        raise DomainError(_("Ce fournisseur n'est plus là : un collègue l'a peut-être retiré. Relisez la fiche."))
    others = [row for row in rows if row is not gone]
    db.session.delete(gone)
    if gone.preferred and others:
        others[0].preferred = True
    db.session.flush()
    record(article, "article.supplier_removed")
    article.updated_at = clock.now()
