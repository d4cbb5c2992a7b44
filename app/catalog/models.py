"""Articles, their families, parts and suppliers; VAT codes; the history of prices. Amounts are cents, rates basis points."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.states import ArticleKind, Nature, Origin, VatCategory
from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Archivable, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.questionnaires.models import Questionnaire


class VatRate(Identified, Base):
    """The rate of a VAT code from a day on. `reason` and `vatex` say why there is none (EN 16931 BT-120, BT-121);
    `certificate` is what the client certifies when works bear a reduced rate, printed above his signature."""

    __tablename__ = "vat_rate"
    __kind__ = "vat_rate"
    __fr__ = Names("taux de TVA", "taux de TVA")
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    code: Mapped[str] = column("Code", hint="Par exemple « normal » ; les articles y renvoient.")
    label: Mapped[str] = column("Nom")
    rate: Mapped[int] = column("Taux (points de base)")
    category: Mapped[VatCategory] = column("Catégorie", LabelType(VatCategory), default=VatCategory.STANDARD)
    reason: Mapped[str] = column("Mention", default="")
    vatex: Mapped[str] = column("Code VATEX", default="")
    certificate: Mapped[str] = column("Attestation du client", default="")
    valid_from: Mapped[date] = column("À partir du", default=date(2014, 1, 1))
    valid_to: Mapped[date | None] = column("Jusqu'au", default=None)
    source: Mapped[str] = column("Source", default="")


class ArticleFamily(Identified, Stamped, Archivable, Base):
    """A branch of the catalogue's tree."""

    __tablename__ = "article_family"
    __kind__ = "article_family"
    __fr__ = Names("famille d'articles", "familles d'articles", True)

    name: Mapped[str] = column("Nom")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("article_family.id"), default=None, index=True)
    parent: Mapped["ArticleFamily | None"] = relationship(remote_side="ArticleFamily.id", lazy="raise_on_sql")
    position: Mapped[int] = column("Rang", default=0)
    icon: Mapped[str] = column("Icône", default="package")


class Article(Identified, Stamped, Archivable, Base):
    """Something that we sell. `price` is without tax, `price_gross` with: the one that was typed rules, the other follows.

    `cost` is the last purchase price. Quantities are thousandths; `minimum` starts the supplier basket.
    """

    __tablename__ = "article"
    __kind__ = "article"
    __fr__ = Names("article", "articles")
    __table_args__ = (Index(None, "label"), Index(None, "barcode"), Index(None, "family_id", "label"))

    reference: Mapped[str] = column("Référence", unique=True)
    barcode: Mapped[str] = column("Code-barres", default="")
    kind: Mapped[ArticleKind] = column("Type", LabelType(ArticleKind), default=ArticleKind.GOOD)
    nature: Mapped[Nature] = column("Nature", LabelType(Nature), default=Nature.GOODS)
    label: Mapped[str] = column("Désignation")
    description: Mapped[str] = column("Description", default="")
    family_id: Mapped[int | None] = mapped_column(ForeignKey("article_family.id"), default=None)
    family: Mapped[ArticleFamily | None] = relationship(lazy="raise_on_sql")
    unit: Mapped[str] = column("Unité", default="pièce")
    price: Mapped[int] = column("Prix HT", Cents, default=0)
    price_gross: Mapped[int] = column("Prix TTC", Cents, default=0)
    gross_rules: Mapped[bool] = column("Le prix TTC fait foi", default=False)
    vat_code: Mapped[str] = column("TVA", default="normal")
    cost: Mapped[int] = column("Prix d'achat HT", Cents, default=0)
    origin: Mapped[Origin] = column("Origine", LabelType(Origin), default=Origin.NEW_MAKER)
    stocked: Mapped[bool] = column("Suivi en stock", default=False)
    minimum: Mapped[int] = column("Stock minimum (millièmes)", default=0)
    reorder: Mapped[int] = column("Quantité à commander (millièmes)", default=0)
    traced: Mapped[bool] = column("Suivi par lot ou n° de série", default=False)
    minutes: Mapped[int] = column("Durée (minutes)", default=0)
    questionnaire_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire.id"), default=None)
    questionnaire: Mapped[Questionnaire | None] = relationship(lazy="raise_on_sql")
    on_till: Mapped[bool] = column("Vendu en caisse", default=True)
    custom: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    source_ref: Mapped[str | None] = column("Référence d'origine", default=None, unique=True)


class ArticlePart(Identified, Base):
    """A line that a standard service or a bundle brings."""

    __tablename__ = "article_part"
    __kind__ = "article_part"
    __fr__ = Names("composant", "composants")

    whole_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    part: Mapped[Article] = relationship(lazy="raise_on_sql", foreign_keys=[part_id])
    quantity: Mapped[int] = column("Quantité (millièmes)", default=1000)
    optional: Mapped[bool] = column("En option", default=False)
    position: Mapped[int] = column("Rang", default=0)


class ArticleSupplier(Identified, Stamped, Base):
    """At whose an article is bought, under which reference, at what price without tax."""

    __tablename__ = "article_supplier"
    __kind__ = "article_supplier"
    __fr__ = Names("fournisseur d'article", "fournisseurs d'articles")
    __table_args__ = (UniqueConstraint("article_id", "supplier_id"), Index(None, "supplier_id", "reference"))

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    article: Mapped[Article] = relationship(lazy="raise_on_sql")
    supplier_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    supplier: Mapped[Contact] = relationship(lazy="raise_on_sql")
    reference: Mapped[str] = column("Référence du fournisseur", default="")
    price: Mapped[int] = column("Prix d'achat HT", Cents, default=0)
    pack: Mapped[int] = column("Conditionnement (millièmes)", default=1000)
    days: Mapped[int] = column("Délai (jours)", default=0)
    preferred: Mapped[bool] = column("Préféré", default=False)


class PriceChange(Identified, Base):
    """What a price was and became: append-only."""

    __tablename__ = "price_change"
    __kind__ = "price_change"
    __fr__ = Names("changement de prix", "changements de prix")
    __table_args__ = (Index(None, "article_id", "at"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
    price_before: Mapped[int] = column("Prix HT avant", Cents)
    price_after: Mapped[int] = column("Prix HT après", Cents)
    cost_before: Mapped[int] = column("Achat HT avant", Cents)
    cost_after: Mapped[int] = column("Achat HT après", Cents)
    source: Mapped[str] = column("D'où", default="")
