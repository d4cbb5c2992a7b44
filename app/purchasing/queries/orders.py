"""Baskets and orders."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.catalog.models import ArticleSupplier
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.revisions import kept_until
from app.purchasing.models import Purchase, PurchaseLine, Receipt
from app.purchasing.states import PurchaseState
from app.stock.models import StockPlace

OPEN = (PurchaseState.ORDERED, PurchaseState.PARTIAL)


def purchase_by_id(purchase_id: int) -> Purchase | None:
    """The order with what its pages show: for jobs, which carry their own right."""
    query = select(Purchase).where(Purchase.id == purchase_id)
    return db.session.scalars(
        query.options(
            joinedload(Purchase.supplier), joinedload(Purchase.place), joinedload(Purchase.file),
            selectinload(Purchase.lines).joinedload(PurchaseLine.article),
        ).execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip


def purchase_for(user: User, purchase_id: int) -> Purchase | None:
    """The order, when this person may see orders."""
    return purchase_by_id(purchase_id) if allowed(user, "purchase.view") else None


def _lines() -> Any:
    return select(PurchaseLine.purchase_id, func.count().label("lines")).group_by(PurchaseLine.purchase_id).subquery()


def _rows() -> Select[Any]:
    lines = _lines()
    query: Select[Any] = (
        select(
            Purchase.id, Purchase.number, Purchase.state, Purchase.net, Purchase.ordered_at, Purchase.expected_on,
            Purchase.created_at, Contact.name.label("supplier"), StockPlace.name.label("place"),
            func.coalesce(lines.c.lines, 0).label("lines"),
        )
        .join(Contact, Contact.id == Purchase.supplier_id)
        .outerjoin(StockPlace, StockPlace.id == Purchase.place_id)
        .outerjoin(lines, lines.c.purchase_id == Purchase.id)
    )  # fmt: skip
    return query


def baskets() -> Sequence[Any]:
    """The baskets that have something in them, by supplier."""
    query = _rows().where(Purchase.state == PurchaseState.BASKET, Purchase.lines.any()).order_by(Contact.name)
    return db.session.execute(query).all()


def awaited() -> Sequence[Any]:
    """The orders that something is still to come of, the soonest first."""
    return db.session.execute(_rows().where(Purchase.state.in_(OPEN)).order_by(Purchase.expected_on, Purchase.id)).all()


def listing(state: str = "", supplier_id: int | None = None) -> Select[Any]:
    """Orders that left or were cancelled, the newest first."""
    query = _rows().where(Purchase.number.is_not(None)).order_by(Purchase.id.desc())
    if state in PurchaseState._value2member_map_:
        query = query.where(Purchase.state == state)
    if supplier_id:
        query = query.where(Purchase.supplier_id == supplier_id)
    return query


class Waiting(NamedTuple):
    """Baskets ready to be ordered and their total in cents, orders under way, those that are late."""

    baskets: int
    net: int
    ordered: int
    late: int


@kept_until("purchases")
def _waiting(today: object) -> Waiting:
    basket = Purchase.state == PurchaseState.BASKET
    under_way = Purchase.state.in_(OPEN)

    def total(condition: Any, value: Any = 1) -> Any:
        return func.coalesce(func.sum(case((condition, value), else_=0)), 0)

    query = select(
        total(basket & (Purchase.net > 0)), total(basket, Purchase.net), total(under_way),
        total(under_way & (Purchase.expected_on < today)),
    )  # fmt: skip
    return Waiting(*(int(value) for value in db.session.execute(query).one()))


def waiting() -> Waiting:
    """The figures of the list, the menu and the dashboard; kept until an order changes."""
    return _waiting(clock.today())


def receipts_of(purchase_id: int) -> Sequence[Receipt]:
    """What came of an order, the newest first."""
    query = select(Receipt).where(Receipt.purchase_id == purchase_id).order_by(Receipt.id.desc())
    return db.session.scalars(query).all()


def suppliers(also: int | None = None) -> list[tuple[int, str]]:
    """(id, name) of the contacts that are suppliers, or supply an article, or were ordered from; `also` this one."""
    query = select(Contact.id, Contact.name).where(
        Contact.archived_at.is_(None),
        Contact.supplier
        | Contact.id.in_(select(ArticleSupplier.supplier_id))
        | Contact.id.in_(select(Purchase.supplier_id))
        | (Contact.id == (also or 0)),
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(func.lower(Contact.name)))]


def orders_to_match(limit: int = 100) -> list[tuple[int, str]]:
    """(id, « BC-2026-0004, Ets Martin ») of the orders that left, the newest first."""
    query = (
        select(Purchase.id, Purchase.number, Contact.name)
        .join(Contact, Contact.id == Purchase.supplier_id)
        .where(Purchase.number.is_not(None), Purchase.state != PurchaseState.CANCELLED)
        .order_by(Purchase.id.desc())
        .limit(limit)
    )
    return [(row[0], f"{row[1]}, {row[2]}") for row in db.session.execute(query)]


def order_by_number(number: str) -> int | None:
    """The id of the order of that number."""
    return db.session.scalar(select(Purchase.id).where(Purchase.number == number.strip().upper()))


def orders_named(words: Collection[str]) -> int | None:
    """The id of the latest order whose number is among these words."""
    if not words:
        return None
    query = select(Purchase.id).where(Purchase.number.in_(list(words)[:200]))
    return db.session.scalar(query.order_by(Purchase.id.desc()).limit(1))


def numbers_of(ids: Collection[int]) -> dict[int, str]:
    """The numbers of these orders."""
    query = select(Purchase.id, Purchase.number).where(Purchase.id.in_(ids), Purchase.number.is_not(None))
    return {row[0]: row[1] or "" for row in db.session.execute(query)}
