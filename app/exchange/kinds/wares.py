"""Articles of the catalogue in and out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.catalog.models import Article, ArticleSupplier
from app.catalog.queries import NORMAL, all_rates, path_to, vat_choices
from app.catalog.services import ean_fault, families_at
from app.catalog.services.bulk import add_articles
from app.catalog.states import ArticleKind, Nature, Origin, VatCategory
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import parse_decimal, quantity
from app.core.search import fold
from app.exchange import values
from app.exchange.kinds.base import (
    Field,
    Kind,
    Line,
    declare_kind,
    note_lines,
    own_ids,
    own_ref,
    show_amount,
    show_yes_no,
)
from app.exchange.kinds.base import Origin as Source
from app.exchange.kinds.people import People, Person

KINDS = {
    "produit": ArticleKind.GOOD, "bien": ArticleKind.GOOD, "marchandise": ArticleKind.GOOD, "piece": ArticleKind.GOOD,
    "service": ArticleKind.SERVICE, "main d oeuvre": ArticleKind.SERVICE, "forfait": ArticleKind.SERVICE, "kit": ArticleKind.BUNDLE,
}  # fmt: skip


def barcode(cell: str) -> str:
    """A barcode, whose key is right when it is an EAN."""
    text = cell.removesuffix(".0")
    fault = ean_fault(text)
    if fault:
        raise values.Doubt(fault)
    return str(values.text(80)(text))


def thousandths(cell: str) -> int:
    """A quantity."""
    try:
        return int(parse_decimal(cell, 3) * 1000)
    except DomainError as error:
        raise values.Doubt(error.message) from None


def minutes(cell: str) -> int:
    """A number of minutes."""
    plain = cell.removesuffix(".0")
    if not (plain.isascii() and plain.isdigit() and len(plain) < 6):
        raise values.Doubt(_("Ce n'est pas un nombre de minutes."), _("Écrivez par exemple 90."))
    return int(plain)


def vat(cell: str) -> str:
    """The code of a VAT: its code, its name, or its rate (« 20 », « 5,5 % », « 0.2 »)."""
    word = fold(cell)
    today = clock.today()
    rates = [row for row in all_rates() if row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)]
    for row in rates:
        if word in (fold(row.code), fold(row.label)):
            return row.code
    try:
        figure = parse_decimal(cell.replace("%", ""), 4)
    except DomainError:
        figure = None
    if figure is not None:
        points = int(figure * (10_000 if 0 < figure < 1 else 100))
        taxed = (
            row.code for row in rates if row.rate == points and row.category in (VatCategory.STANDARD, VatCategory.ZERO)
        )
        found = next(taxed, None)
        if found is not None:
            return found
    known = ", ".join(label for _code, label in vat_choices())
    raise values.Doubt(_("Cette TVA n'est pas connue."), _("Écrivez son taux : %(known)s.", known=known))


FIELDS = (
    Field("id", "Identifiant", ("id", "identifiant article")),
    Field("reference", "Référence", ("ref", "code article", "code produit", "reference article", "sku", "code"), values.text(80)),
    Field("label", "Désignation", ("libelle", "article", "produit", "nom", "designation article", "intitule", "name")),
    Field("kind", "Type", ("nature", "type d article"), values.choice(ArticleKind, KINDS)),
    Field("family", "Famille", ("categorie", "rayon", "gamme", "category", "famille article")),
    Field("unit", "Unité", ("unite", "unite de vente", "unit"), values.text(20)),
    Field("price", "Prix HT", ("prix de vente ht", "pv ht", "tarif ht", "prix unitaire ht", "pu ht", "prix vente"), values.amount),
    Field("price_gross", "Prix TTC", ("prix de vente ttc", "pv ttc", "tarif ttc", "prix public", "pu ttc"), values.amount),
    Field("vat", "TVA", ("taux tva", "taux de tva", "tva %", "vat"), vat),
    Field("cost", "Prix d'achat HT", ("prix achat", "pa ht", "prix achat ht", "prix de revient", "cout", "cost"), values.amount),
    Field("barcode", "Code-barres", ("ean", "ean13", "gtin", "code barre", "barcode"), barcode),
    Field("supplier", "Fournisseur", ("nom du fournisseur", "fournisseur principal", "supplier")),
    Field("supplier_reference", "Référence du fournisseur", ("ref fournisseur", "reference fournisseur", "code fournisseur"), values.text(80)),
    Field("stocked", "Suivi en stock", ("stock", "gere en stock", "stocke"), values.yes_no),
    Field("minimum", "Stock minimum", ("stock mini", "seuil", "stock d alerte"), thousandths),
    Field("minutes", "Durée (minutes)", ("duree", "temps", "temps prevu"), minutes),
    Field("description", "Description", ("detail", "descriptif", "description longue"), values.text(4000)),
)  # fmt: skip


def sense(line: Line) -> str:
    """An article has a name."""
    return (
        ""
        if line.text("label")
        else _("Cette ligne n'a pas de désignation : on ne sait pas de quel article il s'agit.")
    )


class ArticleWriter:
    """Writes articles; families (« Filtration > Pompes ») and suppliers that are missing are made."""

    def __init__(self, origin: Source) -> None:
        self.origin = origin
        self.people = People(origin)

    def known(self, lines: Sequence[Line]) -> set[int]:
        """By their identifier, else by their reference or barcode, here or on an earlier line."""
        refs = {line.ref for line in lines if line.ref}
        ours = own_ids("article", refs)
        there = _there(Article.source_ref, refs)
        mine = _there(Article.id, set(ours.values()))
        known = {line.number for line in lines if line.ref and (line.ref in there or ours.get(line.ref) in mine)}
        for column, key in ((Article.reference, "reference"), (Article.barcode, "barcode")):
            seen = _there(column, {line.text(key) for line in lines} - {""})
            for line in lines:
                if line.text(key) in seen:
                    known.add(line.number)
                elif line.text(key) and line.number not in known:
                    seen.add(line.text(key))
        return known

    def write(self, lines: Sequence[Line]) -> None:
        """Every line an article."""
        families = families_at({line.text("family") for line in lines} - {""})
        bought = [line for line in lines if line.text("supplier")]
        people = self.people.ids([Person(line.text("supplier")) for line in bought])
        suppliers = dict(zip((line.number for line in bought), people, strict=True))
        rows = [_values(line, families) for line in lines]
        theirs = [_supplier(line, suppliers.get(line.number)) for line in lines]
        note_lines("article", add_articles(rows, theirs), lines, self.origin)


def _there(column: Any, wanted: set[Any]) -> set[Any]:
    return set(db.session.scalars(select(column).where(column.in_(wanted)))) if wanted else set()


def _supplier(line: Line, supplier_id: int | None) -> dict[str, Any] | None:
    if supplier_id is None:
        return None
    return {"supplier_id": supplier_id, "reference": line.text("supplier_reference"), "price": line["cost"] or 0}


def _values(line: Line, families: Mapping[str, int]) -> dict[str, Any]:
    kind = line["kind"] or ArticleKind.GOOD
    good = kind == ArticleKind.GOOD
    description = "\n".join(part for part in (line.text("description"), line.remarks(FIELDS)) if part)
    return {
        "reference": line.text("reference"), "barcode": line.text("barcode"), "kind": kind,
        "nature": Nature.GOODS if good else Nature.SERVICES, "label": line.text("label"), "description": description,
        "family_id": families.get(line.text("family")), "unit": line.text("unit") or _("pièce"), "price": line["price"] or 0,
        "price_gross": line["price_gross"] or 0, "gross_rules": line["price"] is None and line["price_gross"] is not None,
        "vat_code": line["vat"] or NORMAL, "cost": line["cost"] or 0, "origin": Origin.NEW_MAKER,
        "stocked": bool(line["stocked"]) and good, "minimum": line["minimum"] or 0, "minutes": line["minutes"] or 0,
        "custom": {}, "source_ref": line.ref or None,
    }  # fmt: skip


def rows(filters: Mapping[str, str]) -> Iterator[Sequence[Any]]:
    """Articles in use, or archived ones (`archives`), by label."""
    query = (
        select(Article, Contact.name, ArticleSupplier.reference)
        .outerjoin(ArticleSupplier, (ArticleSupplier.article_id == Article.id) & ArticleSupplier.preferred)
        .outerjoin(Contact, Contact.id == ArticleSupplier.supplier_id)
        .where(Article.archived_at.is_not(None) if "archives" in filters else Article.archived_at.is_(None))
        .order_by(Article.label, Article.id)
        .execution_options(yield_per=500)
    )
    for article, supplier, reference in db.session.execute(query):
        family = " > ".join(name for _id, name in path_to(article.family_id))
        yield (
            own_ref("article", article.id, article.source_ref), article.reference, article.label, article.kind.label, family,
            article.unit, "" if article.gross_rules else show_amount(article.price), show_amount(article.price_gross),
            article.vat_code, show_amount(article.cost), article.barcode, supplier or "", reference or "",
            show_yes_no(article.stocked), quantity(article.minimum) if article.minimum else "",
            str(article.minutes) if article.minutes else "", article.description,
        )  # fmt: skip


declare_kind(Kind("articles", "Articles", "package", FIELDS, sense, ArticleWriter, rows, list_url="/articles"))
