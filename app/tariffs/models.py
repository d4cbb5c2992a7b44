"""Towns, zones of towns, and the rules of prices. Amounts are cents; shares are basis points; NULL means « whatever »."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Article, ArticleFamily
from app.core.db import Archivable, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.tariffs.states import Effect


class Town(Base):
    """A French town, by its INSEE code; loaded at set-up from @etalab/decoupage-administratif."""

    __tablename__ = "town"
    __fr__ = Names("commune", "communes", True)
    __table_args__ = (Index(None, "name_key"),)

    insee: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = column("Commune")
    name_key: Mapped[str] = mapped_column(default="")
    postcodes: Mapped[list[str]] = mapped_column(Json, default=list)


class TariffZone(Identified, Stamped, Archivable, Base):
    """A set of towns that pay the same."""

    __tablename__ = "tariff_zone"
    __kind__ = "tariff_zone"
    __fr__ = Names("zone tarifaire", "zones tarifaires", True)

    name: Mapped[str] = column("Nom", unique=True)


class ZoneTown(Base):
    """A town of a zone: in one zone only."""

    __tablename__ = "zone_town"

    insee: Mapped[str] = mapped_column(ForeignKey("town.insee"), primary_key=True)
    zone_id: Mapped[int] = mapped_column(ForeignKey("tariff_zone.id"), index=True)


class TariffRule(Identified, Stamped, Archivable, Base):
    """When all its conditions hold, what happens to the price. The most specific rule wins; ties are refused at entry."""

    __tablename__ = "tariff_rule"
    __kind__ = "tariff_rule"
    __fr__ = Names("règle de prix", "règles de prix", True)
    __table_args__ = (UniqueConstraint("label"),)

    label: Mapped[str] = column("Nom")
    purpose: Mapped[str] = column(
        "Objet", default="", hint="adhésion, location… ; vide pour un article ou une famille."
    )
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), default=None, index=True)
    article: Mapped[Article | None] = relationship(lazy="raise_on_sql")
    family_id: Mapped[int | None] = mapped_column(ForeignKey("article_family.id"), default=None, index=True)
    family: Mapped[ArticleFamily | None] = relationship(lazy="raise_on_sql")
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("tariff_zone.id"), default=None)
    zone: Mapped[TariffZone | None] = relationship(lazy="raise_on_sql")
    member_category: Mapped[str | None] = column("Catégorie d'adhérent", default=None)
    customer_category: Mapped[str | None] = column("Catégorie de client", default=None)
    quotient_from: Mapped[int | None] = column("Quotient familial à partir de", Cents, default=None)
    quotient_below: Mapped[int | None] = column("Quotient familial en dessous de", Cents, default=None)
    sibling_rank: Mapped[int | None] = column("À partir du n-ième enfant", default=None)
    season_from: Mapped[str | None] = column("Saison du (MM-JJ)", default=None)
    season_to: Mapped[str | None] = column("Saison au (MM-JJ)", default=None)
    days_from: Mapped[int | None] = column("Durée à partir de (jours)", default=None)
    days_to: Mapped[int | None] = column("Durée jusqu'à (jours)", default=None)
    quantity_from: Mapped[int | None] = column("Quantité à partir de (millièmes)", default=None)
    effect: Mapped[Effect] = column("Effet", LabelType(Effect), default=Effect.PRICE)
    amount: Mapped[int] = column("Montant HT", Cents, default=0)
    share: Mapped[int] = column("Réduction (points de base)", default=0)
    valid_from: Mapped[date | None] = column("À partir du", default=None)
    valid_to: Mapped[date | None] = column("Jusqu'au", default=None)
    notes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
