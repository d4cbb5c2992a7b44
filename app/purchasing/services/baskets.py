"""Supplier baskets: they fill themselves with what is short, at the preferred or the cheapest supplier."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.catalog.models import Article
from app.catalog.queries import suppliers_of
from app.catalog.queries.articles import SupplierRow
from app.contacts.models import Contact
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import quantity as written
from app.purchasing.models import Purchase, PurchaseLine
from app.purchasing.queries.needs import Need, needs
from app.purchasing.services.loading import locked, total
from app.purchasing.states import PURCHASES, PurchaseState
from app.stock.services import default_place

MOST = 999_999_000


def fill(article_ids: Sequence[int] | None = None) -> int:
    """Put into baskets what is short of these articles, or of all: below their minimum, or awaited by a reservation.

    What is already in a basket or ordered counts as coming; done twice, it adds nothing. Returns how many lines changed.
    """
    require_transaction()
    if article_ids is not None:  # two fillings of one article at once: the second waits, then sees what the first did
        lock = select(Article.id).where(Article.id.in_(article_ids)).order_by(Article.id).with_for_update()
        db.session.scalars(lock).all()
    return sum(_put(need) for need in needs(article_ids))


def _put(need: Need) -> bool:
    offer = _choose(suppliers_of(need.article_id))
    if offer is None:
        return False
    article = db.session.get_one(Article, need.article_id)
    _merge(_basket(offer.supplier_id, need.place_id), article, offer, _packed(need.quantity, offer.pack), need.why)
    return True


def _choose(offers: Iterable[SupplierRow]) -> SupplierRow | None:
    """The preferred supplier, else the cheapest."""
    return min(offers, key=lambda offer: (not offer.preferred, offer.price, offer.days, offer.id), default=None)


def _packed(quantity: int, pack: int) -> int:
    """Rounded up to whole packs."""
    return -(-quantity // max(pack, 1)) * max(pack, 1)


def _basket(supplier_id: int, place_id: int | None) -> Purchase:
    """The basket of that supplier for that place, made when there is none."""
    db.session.scalars(select(Contact.id).where(Contact.id == supplier_id).with_for_update()).one()
    place = place_id or default_place().id
    query = select(Purchase).where(
        Purchase.supplier_id == supplier_id, Purchase.state == PurchaseState.BASKET, Purchase.place_id == place
    )
    found = db.session.scalars(query.order_by(Purchase.id).limit(1).options(selectinload(Purchase.lines))).one_or_none()
    if found is None:
        found = Purchase(supplier_id=supplier_id, place_id=place, lines=[])
        db.session.add(found)
        db.session.flush()
        record(found, "purchase.basket")
    return found


def _merge(basket: Purchase, article: Article, offer: SupplierRow | None, quantity: int, why: str) -> PurchaseLine:
    line = next((row for row in basket.lines if row.article_id == article.id), None)
    if line is None:
        line = PurchaseLine(
            purchase_id=basket.id, article_id=article.id, label=article.label, quantity=0, received=0,
            reference=offer.reference if offer else "", price=offer.price if offer else article.cost, why="",
        )  # fmt: skip
        basket.lines.append(line)
    line.quantity += quantity
    reasons = [part for part in line.why.split(", ") if part]
    line.why = ", ".join([*reasons, *(part for part in why.split(", ") if part and part not in reasons)])[:300]
    basket.net = total(basket)
    db.session.flush()
    return line


def start(supplier_id: int, article_id: int | None = None, quantity: int = 0, place_id: int | None = None) -> Purchase:
    """An order begun by hand: the basket of that supplier for that place (the usual one without any), with so many
    (thousandths) of an article when one is named. Raises DomainError with the field at fault."""
    require_transaction()
    supplier = db.session.get(Contact, supplier_id)
    if supplier is None or supplier.archived_at is not None:
        raise DomainError(_("Choisissez à quel fournisseur commander."), field="supplier_id")
    basket = _basket(supplier_id, place_id)
    if article_id is not None:
        add_article(basket.id, article_id, quantity)
    return basket


def add_article(purchase_id: int, article_id: int, quantity: int, why: str = "") -> PurchaseLine:
    """Put an article into a basket by hand, in whole packs. Raises DomainError."""
    basket = _open(purchase_id)
    article = db.session.get(Article, article_id)
    if article is None or not article.stocked:
        raise DomainError(_("Choisissez un article suivi en stock."), field="article_id")
    if not 0 < quantity <= MOST:
        raise DomainError(_("Saisissez la quantité à commander."), field="quantity")
    offer = next((row for row in suppliers_of(article_id) if row.supplier_id == basket.supplier_id), None)
    return _merge(basket, article, offer, _packed(quantity, offer.pack if offer else 1), why)


def change_line(purchase_id: int, line_id: int, quantity: int) -> None:
    """Order so many; zero takes the line away. Raises DomainError."""
    basket = _open(purchase_id)
    line = next((row for row in basket.lines if row.id == line_id), None)
    if line is None:
        raise Conflict(_("Cette ligne n'est plus dans le panier. Relisez-le."))
    if not 0 <= quantity <= MOST:
        raise DomainError(_("Saisissez une quantité positive, ou zéro pour retirer la ligne."), field="quantity")
    record(basket, "purchase.line_changed", label=line.label, before=written(line.quantity), after=written(quantity))
    if quantity:
        line.quantity = quantity
    else:
        basket.lines.remove(line)
    basket.net = total(basket)
    db.session.flush()


def _open(purchase_id: int) -> Purchase:
    basket = locked(purchase_id)
    if basket.state != PurchaseState.BASKET:
        raise Conflict(_("Cette commande est déjà partie : ses lignes ne changent plus."))
    return basket


def cancel(purchase_id: int) -> None:
    """Not wanted, or not coming any more. What has been received stays. Raises IllegalMove once all is there."""
    purchase = locked(purchase_id)
    PURCHASES.move(purchase, PurchaseState.CANCELLED)
    db.session.flush()
