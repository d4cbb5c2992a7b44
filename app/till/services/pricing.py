"""From a sale in the making to priced lines: prices, tax and rights are read again at each gesture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.catalog.models import Article, ArticleFamily
from app.catalog.queries import NORMAL, all_rates, rate_on
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotAllowed
from app.core.i18n import _
from app.core.money import percent, totals
from app.core.settings import setting
from app.sales.models import SalesDocument
from app.tariffs import services as tariffs
from app.tariffs.services import Offer
from app.tickets.models import TicketLine
from app.till.services.cart import ARTICLE, FREE, REPAIR, Cart, Item
from app.till.services.sums import SaleLine
from app.till.states import LineKind


@dataclass(frozen=True, slots=True)
class Authority:
    """What the person at the till may do beyond selling: give any discount and change a price."""

    discount: bool = False

    def check(self, item: Item) -> None:
        """Raises NotAllowed."""
        free = int(setting("till.free_discount"))
        if item.discount > free and not self.discount:
            raise NotAllowed(
                _(
                    "Vous pouvez accorder %(free)s de remise. Au-delà, demandez à une personne qui en a le droit.",
                    free=percent(free),
                )
            )
        if item.what == ARTICLE and item.price is not None and not self.discount:
            raise NotAllowed(
                _("Changer un prix demande un droit que vous n'avez pas. Demandez à une personne qui l'a.")
            )


_ARTICLE = (
    Article.id, Article.reference, Article.label, Article.unit, Article.price_gross, Article.vat_code, Article.stocked,
    Article.kind, Article.traced, ArticleFamily.name.label("family"),
)  # fmt: skip


def priced(cart: Cart, authority: Authority) -> list[SaleLine]:
    """The lines of a cart. Raises DomainError for an article that is gone, NotAllowed beyond the person's rights."""
    articles = _articles([item.ref for item in cart.items if item.what == ARTICLE and item.ref])
    tariff = offers_of(cart, [item for item in cart.items if item.what == ARTICLE])
    repairs = repair_lines(cart.ticket) if any(item.what == REPAIR for item in cart.items) else {}
    documents = _documents([item.ref for item in cart.items if item.what == LineKind.DOCUMENT and item.ref])
    return [_line(item, articles, tariff, repairs, documents, authority) for item in cart.items]


def offers_of(cart: Cart, items: Sequence[Item]) -> dict[tuple[int, int], Offer]:
    """By (article, thousandths), what the tariffs make of these items for the client of the cart; nothing without a rule."""
    if not items or not tariffs.plain_rules():
        return {}
    return tariffs.offers([(item.ref or 0, item.quantity) for item in items], cart.contact)


def _articles(ids: Sequence[int]) -> dict[int, Any]:
    if not ids:
        return {}
    query = select(*_ARTICLE).outerjoin(ArticleFamily, ArticleFamily.id == Article.family_id).where(Article.id.in_(ids))
    return {row.id: row for row in db.session.execute(query)}


def _documents(ids: Sequence[int]) -> dict[int, Any]:
    if not ids:
        return {}
    query = select(SalesDocument.id, SalesDocument.number, SalesDocument.due, SalesDocument.paid)
    return {row.id: row for row in db.session.execute(query.where(SalesDocument.id.in_(ids)))}


def _line(
    item: Item,
    articles: Mapping[int, Any],
    tariff: Mapping[tuple[int, int], Offer],
    repairs: Mapping[int, SaleLine],
    documents: Mapping[int, Any],
    authority: Authority,
) -> SaleLine:
    authority.check(item)
    if item.what == ARTICLE:
        return _of_article(item, articles.get(item.ref or 0), tariff.get((item.ref or 0, item.quantity)))
    if item.what == REPAIR:
        found = repairs.get(item.ref or 0)
        if found is None:
            raise Conflict(_("Les lignes du dossier ont changé. Retirez-les du ticket, puis reprenez le dossier."))
        return found
    if item.what == FREE:
        code = item.vat_code or NORMAL
        rate = rate_on(code, clock.today())
        return SaleLine(
            label=item.label or _("Article divers"), price=item.price or 0, quantity=item.quantity, discount=item.discount,
            vat_code=code, rate=rate.rate, reason=rate.reason,
        )  # fmt: skip
    return _settling(item, documents)


def _of_article(item: Item, article: Any, offer: Offer | None) -> SaleLine:
    if article is None:
        raise DomainError(_("Un article de ce ticket n'existe plus. Retirez sa ligne."))
    rate = rate_on(article.vat_code, clock.today())
    usual = offer.gross if offer is not None else article.price_gross
    return SaleLine(
        label=article.label, price=usual if item.price is None else item.price, quantity=item.quantity,
        discount=item.discount, article_id=article.id, reference=article.reference, unit=article.unit,
        family=article.family or "", vat_code=article.vat_code, rate=rate.rate, reason=rate.reason,
        list_price=article.price_gross, stocked=article.stocked or article.kind in ("standard", "bundle"),
        traced=article.traced and article.stocked, lots=item.lots,
    )  # fmt: skip


def _settling(item: Item, documents: Mapping[int, Any]) -> SaleLine:
    kind = LineKind(item.what)
    if kind == LineKind.DOCUMENT:
        document = documents.get(item.ref or 0)
        if document is None or document.due <= document.paid:
            raise Conflict(_("Cette facture n'est plus à régler. Retirez sa ligne."))
        left = document.due - document.paid
        asked = left if item.price is None else min(item.price, left)
        return SaleLine(
            label=_("Facture %(number)s", number=document.number), price=asked, kind=kind, document_id=document.id,
            reference=document.number,
        )  # fmt: skip
    words = _("Règlement du compte") if kind == LineKind.ACCOUNT else _("Bon cadeau")
    return SaleLine(label=words, price=item.price or 0, kind=kind)


# --- repairs ---------------------------------------------------------------------------------------------------


def repair_lines(ticket_id: int | None) -> dict[int, SaleLine]:
    """The lines of a repair with tax, by id. They add up, in each rate, to what its quote says."""
    query = select(TicketLine).where(TicketLine.ticket_id == ticket_id).order_by(TicketLine.position, TicketLine.id)
    lines = list(db.session.scalars(query))
    amounts = {line.id: line.gross for line in lines}
    for share in totals((line.net, line.vat_rate) for line in lines).shares:
        same = [line for line in lines if line.vat_rate == share.rate]
        gap = share.base + share.vat - sum(amounts[line.id] for line in same)
        amounts[max(same, key=lambda line: (abs(line.net), line.id)).id] += gap
    return {line.id: _of_repair(line, amounts[line.id]) for line in lines}


def _of_repair(line: TicketLine, amount: int) -> SaleLine:
    code, reason = code_of(line.vat_rate)
    unit = round(amount * 1000 / line.quantity) if line.quantity else 0
    return SaleLine(
        label=line.label, price=max(0, unit), quantity=line.quantity, article_id=line.article_id, reference=line.reference,
        unit=line.unit, vat_code=code, rate=line.vat_rate, reason=reason, amount=amount,
    )  # fmt: skip


def code_of(rate: int) -> tuple[str, str]:
    """(VAT code in force today, its mention) of a rate in basis points; empty when no code has it."""
    day = clock.today()
    for found in all_rates():
        if found.rate == rate and found.valid_from <= day and (found.valid_to is None or found.valid_to >= day):
            return found.code, found.reason
    return "", ""
