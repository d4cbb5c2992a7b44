"""What a client pays for articles of the catalogue, and why: what a line of a ticket, of a document or of the till asks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.catalog.models import Article
from app.catalog.queries import rate_on
from app.catalog.services import both
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.tariffs.queries import zone_of_town
from app.tariffs.services.engine import Priced, Rule, Situation, applied, price_of
from app.tariffs.services.rules import families_above, plain_rules
from app.tariffs.states import Effect


@dataclass(frozen=True, slots=True)
class Offer:
    """The price of an article for a client: cents without tax and with tax, beside those of the catalogue, and why."""

    article_id: int
    net: int
    gross: int
    base: int
    base_gross: int
    priced: Priced

    @property
    def explained(self) -> bool:
        """True when rules have something to say about it."""
        return bool(self.priced.reasons)


#: Called with a contact and a day: what a higher floor knows of him (member category, quotient, rank, whose zone counts).
_known: list[Callable[[int, date], Mapping[str, Any]]] = []


def know_people(facts: Callable[[int, date], Mapping[str, Any]]) -> None:
    """Start-up: have a higher floor say what it knows of a person; its words replace those of his contact record.

    `facts(contact id, day)` gives some of the fields of `Situation` that are about the person.
    """
    if facts not in _known:
        _known.append(facts)


_ARTICLE = (
    Article.id, Article.price, Article.price_gross, Article.gross_rules, Article.vat_code, Article.family_id,
)  # fmt: skip


def offer(article_id: int | None, contact_id: int | None, quantity: int = 1000, on: date | None = None) -> Offer | None:
    """The offer of one article; None when there is no such article. `quantity` in thousandths."""
    return offers([(article_id, quantity)], contact_id, on).get((article_id, quantity)) if article_id else None


def offers(
    asked: Iterable[tuple[int, int]], contact_id: int | None, on: date | None = None
) -> dict[tuple[int, int], Offer]:
    """The offers of several (article, thousandths) at once: at most four queries, one when no rule looks at the client.

    A client with the catalogue's category and no zone, or nobody, pays what rules without a person say, else the base price.
    """
    wanted, day = set(asked), on or clock.today()
    ids = {article_id for article_id, _quantity in wanted}
    if not ids:
        return {}
    rows = {row.id: row for row in db.session.execute(select(*_ARTICLE).where(Article.id.in_(ids)))}
    rules = plain_rules()
    who = _who(contact_id, rules, day)
    return {
        (article_id, quantity): _offer(rows[article_id], quantity, rules, who, day)
        for article_id, quantity in wanted
        if article_id in rows
    }


def offers_to(asked: Sequence[tuple[int, Mapping[str, Any]]], on: date) -> list[Offer]:
    """The offer of each (article, what is known of its client: fields of `Situation`), in order. Raises KeyError for no such article."""
    rows = {
        row.id: row for row in db.session.execute(select(*_ARTICLE).where(Article.id.in_({one[0] for one in asked})))
    }
    rules = plain_rules()
    return [_offer(rows[article_id], 1000, rules, who, on) for article_id, who in asked]


def _asks(rules: Iterable[Rule]) -> set[str]:
    """What the rules want to know of a person."""
    names = ("zone_id", "customer_category", "member_category", "quotient_from", "quotient_below", "sibling_rank")
    return {name for rule in rules for name in names if getattr(rule, name) is not None}


def _who(contact_id: int | None, rules: Iterable[Rule], day: date) -> Mapping[str, Any]:
    """What the rules want to know of the client."""
    asks = _asks(rules)
    if contact_id is None or not asks:
        return {}
    query = select(Contact.category, Contact.postcode, Contact.town).where(Contact.id == contact_id)
    found = db.session.execute(query).one_or_none()
    if found is None:
        return {}
    told = {name: value for facts in _known for name, value in facts(contact_id, day).items()}
    if "zone_id" not in told and "zone_id" in asks and (found.postcode or found.town):
        told["zone_id"] = zone_of_town(found.postcode, found.town)
    return {"customer_category": found.category, **told}


def _offer(row: Any, quantity: int, rules: Iterable[Rule], who: Mapping[str, Any], day: date) -> Offer:
    situation = Situation(
        on=day, article_id=row.id, families=families_above(row.family_id), quantity=max(quantity, 0), **who
    )
    priced = price_of(row.price, rules, situation)
    rule = priced.rule
    if rule is None:
        return Offer(row.id, row.price, row.price_gross, row.price, row.price_gross, priced)
    rate = rate_on(row.vat_code, day).rate
    if (
        row.gross_rules and rule.effect == Effect.DISCOUNT
    ):  # a share of the price that rules: no cent is lost on the way
        net, gross = both(applied(row.price_gross, rule), rate, gross_rules=True)
    else:
        net, gross = both(priced.amount, rate, gross_rules=False)
    return Offer(row.id, net, gross, row.price, row.price_gross, priced)


def followed(
    article_id: int | None, contact_id: int | None, quantity: int, typed: int, shown: int | None, on: date | None = None
) -> int:
    """The price of a line, cents without tax: what was `typed`; but when it is still the tariff's price that the form had
    `shown`, the tariff's for the `quantity` asked: a price by quantity follows the quantity."""
    if shown is None or typed != shown:
        return typed
    found = offer(article_id, contact_id, quantity, on)
    return found.net if found is not None else typed
