"""Sales of the demonstration: quotes with options, an order with its deposit, invoices paid, part paid, late, taken back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import select

from app.catalog.models import Article
from app.catalog.states import ArticleKind
from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.actor import Actor, acting_as
from app.core.db import db
from app.documents import services as files
from app.documents.states import FileKind
from app.payments.services import receive
from app.payments.states import Method
from app.sales import services as quotes
from app.sales.models import Quote, SalesDocument
from app.sales.queries.documents import order_of_quote
from app.sales.services import Signer, documents, offers
from app.sales.services.documents import LineData, billing, instalments, orders, recurring
from app.sales.services.offers import OfferLine
from app.sales.states import DocumentKind, LineKind, Means
from app.stock.models import StockLevel

Told = tuple[float, Callable[[], None]]

SELLER = Actor("system", None, "Sonia Maurel")
DUE = 30
#: Days ago, then after how many days which part came (hundredths), by what means.
INVOICES: tuple[tuple[int, tuple[tuple[int, int, Method], ...]], ...] = (
    (96, ((4, 100, Method.CARD),)), (88, ((12, 100, Method.TRANSFER),)), (61, ((2, 100, Method.CHEQUE),)), (75, ()),
    (52, ((20, 50, Method.TRANSFER),)), (44, ()), (38, ((0, 100, Method.CARD),)), (33, ((9, 100, Method.TRANSFER),)),
    (27, ((6, 40, Method.CHEQUE),)), (20, ((1, 100, Method.CARD),)), (12, ()), (7, ((0, 100, Method.CASH),)), (3, ()), (1, ()),
)  # fmt: skip
CREDITED = 27
#: Paid in three times: the first date was paid, the second is late, the third is to come.
SPLIT = 44
#: An order whose invoices come between two others: 38 and 33 days ago.
FOLLOWED = 37.5


def write(seed: int, now: datetime, told: Iterable[Told] = ()) -> int:
    """The story, in its order; how many invoices. `told`: what else is invoiced meanwhile, for numbers follow the days. In a
    transaction, once articles, contacts and stock are written."""
    rng = Random(seed)  # noqa: S311  a demonstration, not a secret
    people = _people()
    articles = _articles()
    enough = len(people) >= len(INVOICES) and len(articles) >= 2
    own = _story(rng, people, articles, now) if enough else []
    with acting_as(SELLER):
        for back, tell in sorted([*own, *told], key=lambda entry: -entry[0]):
            with clock.told_at(_at(now, round(back), 10)):
                tell()
    return len(INVOICES) if enough else 0


def _story(rng: Random, people: Sequence[Contact], articles: Sequence[Article], now: datetime) -> list[Told]:
    """(how many days ago, what happened then)."""
    bills: list[Told] = [
        (back, partial(_bill, rng, people[rank], articles, back, parts, now))
        for rank, (back, parts) in enumerate(INVOICES)
    ]
    return [
        *bills,
        (FOLLOWED, partial(_ordered, people[3], articles, now)),
        (6, partial(_waiting, people[2], articles)),
        (2, partial(_waiting, people[3], articles)),
        (0, partial(_drafted, people[1], articles)),
    ]


def _at(now: datetime, back: int, hour: int) -> datetime:
    moment = clock.at(clock.local(now).date() - timedelta(days=back), hour)
    return min(moment, now)


def _people() -> Sequence[Contact]:
    query = select(Contact).where(Contact.kind == ContactKind.PERSON, Contact.email != "").order_by(Contact.id)
    return db.session.scalars(query.limit(len(INVOICES))).all()


def _articles() -> Sequence[Article]:
    """Goods that are in stock, several of each."""
    there = select(StockLevel.article_id).where(StockLevel.quantity - StockLevel.held >= 3000, StockLevel.lot_id == 0)
    goods = select(Article).where(Article.id.in_(there), Article.kind == ArticleKind.GOOD, Article.price > 0)
    return db.session.scalars(goods.order_by(Article.price.desc()).limit(12)).all()


def _line(article: Article, count: int = 1) -> LineData:
    return LineData(
        article.label, count * 1000, article.price, article.vat_code, reference=article.reference, unit=article.unit,
        article_id=article.id, cost=article.cost,
    )  # fmt: skip


def _work(hours: int) -> LineData:
    return LineData("Pose et réglages", hours * 1000, 5200, unit="heure")


# --- invoices -----------------------------------------------------------------------------------------------------


def _bill(
    rng: Random, contact: Contact, articles: Sequence[Article], back: int, parts: Sequence[tuple[int, int, Method]], now: datetime
) -> None:  # fmt: skip
    chosen = rng.sample(list(articles), min(2, len(articles)))
    lines = [
        *(replace(_line(article, rng.choice((1, 1, 2))), article_id=None) for article in chosen),
        _work(rng.randint(1, 3)),
    ]
    due_on = clock.today() + timedelta(days=DUE)
    draft = documents.draft(DocumentKind.INVOICE, contact, lines, title=chosen[0].label, due_on=due_on)
    if back == SPLIT:
        documents.put_schedule(documents.locked(draft), instalments.monthly(draft.due, 3, clock.today()))
    issued = documents.issue(draft)
    if back == SPLIT:
        _pay(issued, issued.asked, Method.CHEQUE)
    if back == CREDITED:
        documents.credit(issued, [(issued.lines[-1].id, issued.lines[-1].quantity)], reason="Pose offerte")
    if back == 1:
        recurring.repeat(issued, label="Entretien trimestriel", months=3, next_on=clock.today() + timedelta(days=90))
    for after, part, method in parts:
        with clock.told_at(_at(now, back - after, 15)):
            _pay(issued, issued.left * part // 100, method)


def _pay(document: SalesDocument, amount: int, method: Method) -> None:
    payer = document.payer_id or document.contact_id
    receive(
        payer,
        method,
        amount,
        clock.today(),
        allocations=[(document.id, amount)],
        reference="VIR 4471" if method == Method.TRANSFER else "",
    )


# --- quotes of sale -----------------------------------------------------------------------------------------------


def _lines(articles: Sequence[Article]) -> list[OfferLine]:
    main, other, more = articles[0], articles[1], articles[-1]
    return [
        OfferLine(LineData("Matériel", kind=LineKind.SECTION)),
        OfferLine(_line(main), choice="Modèle", chosen=True),
        OfferLine(_line(other), choice="Modèle"),
        OfferLine(_line(more, 2)),
        OfferLine(LineData("Mise en service", kind=LineKind.SECTION)),
        OfferLine(_work(3)),
        OfferLine(LineData("Contrat d'entretien, première année", 1000, 18_000, unit="an"), optional=True),
        OfferLine(LineData("Reprise de l'ancien matériel", 1000, 4_500, unit="forfait"), optional=True, chosen=True),
    ]


def _offer(contact: Contact, articles: Sequence[Article], title: str) -> Quote:
    terms = replace(
        offers.usual_terms(title), introduction="Suite à votre visite, voici notre proposition, pose comprise.", delay="2 à 3 semaines",
    )  # fmt: skip
    return offers.start(contact, terms, _lines(articles))


def _drafted(contact: Contact, articles: Sequence[Article]) -> None:
    _offer(contact, articles, "Remplacement du matériel")


def _sent(contact: Contact, articles: Sequence[Article], title: str) -> Quote:
    quote = offers.send(_offer(contact, articles, title))
    quotes.publish(quote.id, files.prepare(quotes.render(quote), f"{quote.number}.pdf", FileKind.DOCUMENT))
    return quote


def _waiting(contact: Contact, articles: Sequence[Article]) -> None:
    _sent(contact, articles, "Nouveau matériel, deux modèles au choix")


def _ordered(contact: Contact, articles: Sequence[Article], now: datetime) -> None:
    """Accepted with an option, its deposit paid, delivered, its final invoice paid in part and late."""
    quote = _sent(contact, articles, "Installation complète")
    chosen = {line.id for line in quote.lines if line.chosen or "entretien" in line.label}
    with clock.told_at(_at(now, 37, 11)):
        quotes.accept(quote.id, Signer(contact.name, Means.LINK, address="192.0.2.14"), chosen=chosen)
        order = order_of_quote(quote.id)
        assert order is not None  # noqa: S101  just made
    deposit = db.session.scalars(select(SalesDocument).where(SalesDocument.order_id == order.id)).one()
    with clock.told_at(_at(now, 37, 15)):
        _pay(deposit, deposit.left, Method.CARD)
    with clock.told_at(_at(now, 35, 16)):
        orders.deliver(order)
    with clock.told_at(_at(now, 34, 9)):
        last = documents.issue(billing.final(order))
    with clock.told_at(_at(now, 20, 9)):
        _pay(last, last.left // 2, Method.TRANSFER)
