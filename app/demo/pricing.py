"""Prices and guarantees of the demonstration: a zone of towns, a few rules of tariff, two security deposits held."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select

from app.catalog.models import Article
from app.catalog.states import ArticleKind
from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.actor import Actor, acting_as
from app.core.db import db
from app.payments.services import deposits
from app.payments.states import Method
from app.tariffs.models import TariffZone, Town
from app.tariffs.queries.towns import town_key
from app.tariffs.services import add_rule, add_zone, put_towns
from app.tariffs.states import Effect

DESK = Actor("system", None, "Claude Perrin")
TOWNS = 3
#: Cents, how it was given, days ago, its reference: the cheque is to be renewed soon.
HELD = ((60_000, Method.CHEQUE, 325, "4471820"), (25_000, Method.CARD, 12, "0412"))


def write(now: datetime) -> None:
    """All of it, in the caller's transaction, once articles, contacts and towns are written."""
    with acting_as(DESK):
        _rules(_zone())
        _deposits(now)


def _zone() -> TariffZone | None:
    """The towns where most clients live; none where towns are not loaded."""
    query = select(Contact.town, Contact.postcode).where(Contact.kind == ContactKind.PERSON, Contact.town != "")
    living = Counter((town_key(row.town), row.postcode) for row in db.session.execute(query))
    keys = {key for key, _postcode in living}
    towns = list(db.session.scalars(select(Town).where(Town.name_key.in_(keys)).order_by(Town.insee)))
    there = {town.insee: sum(living[town.name_key, code] for code in town.postcodes) for town in towns}
    codes = sorted((code for code in there if there[code]), key=lambda code: -there[code])[:TOWNS]
    if not codes:
        return None
    zone = add_zone("Communes du secteur")
    put_towns(zone, codes)
    return zone


def _rules(zone: TariffZone | None) -> None:
    add_rule(label="Adhésion", purpose="adhésion", effect=Effect.PRICE, amount=18_000, share=0)
    add_rule(
        label="Location de plus d'un mois",
        purpose="location",
        days_from=30,
        effect=Effect.DISCOUNT,
        amount=0,
        share=1_000,
    )
    if zone is not None:
        here = {"purpose": "adhésion", "zone_id": zone.id}
        add_rule(label="Adhésion, communes du secteur", **here, effect=Effect.PRICE, amount=12_000, share=0)
        add_rule(label="Adhésion, deuxième enfant", **here, sibling_rank=2, effect=Effect.PRICE, amount=9_500, share=0)
    goods = select(Article).where(Article.kind == ArticleKind.GOOD, Article.price.between(100, 2_000))
    article = db.session.scalar(goods.order_by(Article.id).limit(1))
    if article is not None:
        add_rule(
            label="Par dix", article_id=article.id, quantity_from=10_000, effect=Effect.DISCOUNT, amount=0, share=1_000
        )


def _deposits(now: datetime) -> None:
    people = select(Contact).where(Contact.kind == ContactKind.PERSON, Contact.email != "").order_by(Contact.id)
    for contact, (amount, method, back, reference) in zip(
        db.session.scalars(people.limit(len(HELD))), HELD, strict=False
    ):
        day = clock.local(now).date() - timedelta(days=back)
        with clock.told_at(clock.at(day, 10)):
            deposits.hold(deposits.ask(contact, amount, method), day, reference)
