"""What the screen shows to be sold: families, articles with their stock, repairs to be paid, the client's account."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, select

from app.catalog.models import Article
from app.catalog.queries import Branch, find_articles, tree, under
from app.contacts.models import Contact
from app.core.db import db
from app.core.money import totals
from app.payments.queries import credit_of, left_for, open_account
from app.sales.models import borne_by
from app.sales.services.thirds import agreed_by_ticket
from app.stock.queries import levels_of
from app.tickets.models import Ticket, TicketLine
from app.tickets.states import Cover, TicketState
from app.till.models import SuspendedSale, Till, TillSale, TillSession
from app.till.states import Means, SaleKind, SessionState

PAGE = 15
RECENT = 150


class Tile(NamedTuple):
    """An article to touch. `price` cents with tax; `stock` thousandths that nobody reserved, None when it is not followed."""

    id: int
    label: str
    reference: str
    price: int
    stock: int | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of tiles."""

    tiles: list[Tile]
    total: int
    number: int = 1

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


_TILE = (Article.id, Article.label, Article.reference, Article.price_gross, Article.stocked)


def _tiles(rows: Sequence[Any], place_id: int | None) -> list[Tile]:
    followed = [row[0] for row in rows if row[4]]
    levels = levels_of(followed, place_id) if followed else {}
    return [
        Tile(row[0], row[1], row[2], row[3], (levels[row[0]].free if row[0] in levels else 0) if row[4] else None)
        for row in rows
    ]


def of_family(family_id: int, number: int, place_id: int | None) -> Shelf:
    """The articles of a family and those under it, by name."""
    where = (Article.family_id.in_(under(family_id)), Article.on_till.is_(True), Article.archived_at.is_(None))
    query = select(*_TILE, func.count().over()).where(*where).order_by(Article.label, Article.id)
    rows = db.session.execute(query.limit(PAGE).offset((max(1, number) - 1) * PAGE)).all()
    return Shelf(_tiles(rows, place_id), rows[0][5] if rows else 0, max(1, number))


def favourites(till_id: int, place_id: int | None) -> Shelf:
    """What this till sold most lately; a new till shows the first articles."""
    sold: Counter[int] = Counter()
    recent = select(TillSale.lines).where(TillSale.till_id == till_id, TillSale.kind == SaleKind.SALE)
    for lines in db.session.scalars(recent.order_by(TillSale.id.desc()).limit(RECENT)):
        sold.update(line["article"] for line in lines if line["article"])
    query = select(*_TILE).where(Article.archived_at.is_(None), Article.on_till.is_(True))
    if sold:
        query = query.where(Article.id.in_([article_id for article_id, _count in sold.most_common(PAGE)]))
    rows = db.session.execute(query.order_by(Article.label, Article.id).limit(PAGE)).all()
    return Shelf(_tiles(rows, place_id), len(rows))


def found(text: str, place_id: int | None) -> Shelf:
    """What a search finds."""
    rows = [(row.id, row.label, row.reference, row.price_gross, row.stocked) for row in find_articles(text, 2 * PAGE)]
    return Shelf(_tiles(rows, place_id), len(rows))


def families() -> list[Branch]:
    """The tree of the catalogue."""
    return [branch for branch in tree() if branch.depth < 2]


class ToPay(NamedTuple):
    """A repair that waits to be collected. `left`: what is to pay, in cents."""

    id: int
    number: str
    title: str
    client: str | None
    left: int


def _waiting() -> Any:
    rung = select(TillSale.id).where(
        TillSale.ticket_id == Ticket.id, TillSale.training.is_(False), TillSale.kind == SaleKind.SALE
    )
    priced = select(TicketLine.id).where(TicketLine.ticket_id == Ticket.id, TicketLine.unit_price > 0)
    return (
        Ticket.state == TicketState.READY, Ticket.cover == Cover.NONE, ~rung.exists(), priced.exists(),
    )  # fmt: skip


def to_pay(limit: int = 30) -> list[ToPay]:
    """Repairs ready, not paid yet, the longest waiting first."""
    query = (
        select(Ticket.id, Ticket.number, Ticket.title, Contact.name, left_for(Ticket.id))
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .where(*_waiting())
        .order_by(Ticket.state_since, Ticket.id)
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    lines: dict[int, list[TicketLine]] = {row[0]: [] for row in rows}
    for line in db.session.scalars(select(TicketLine).where(TicketLine.ticket_id.in_(lines))):
        lines[line.ticket_id].append(line)
    due = {key: totals((line.net, line.vat_rate) for line in kept).gross for key, kept in lines.items()}
    parts = agreed_by_ticket(lines)
    return [
        ToPay(row[0], row[1], row[2], row[3], max(0, due[row[0]] - parts.get(row[0], 0) - int(row[4]))) for row in rows
    ]


def borne(thirds: Sequence[tuple[int, int, str]]) -> list[tuple[str, int]]:
    """(words, cents) of what others pay of a sale in the making: (payer, cents, mention)."""
    if not thirds:
        return []
    rows = db.session.execute(select(Contact.id, Contact.name).where(Contact.id.in_([row[0] for row in thirds])))
    names = {row.id: row.name for row in rows}
    return [(borne_by(label, names.get(payer_id, "")), amount) for payer_id, amount, label in thirds]


def borne_of(sale: TillSale) -> list[tuple[str, int]]:
    """(words, cents) of what others pay of a ticket; below zero when it gives that back."""
    return borne([(row["payer"], row["amount"], row["reference"]) for row in sale.means if row["means"] == Means.THIRD])


class Account(NamedTuple):
    """A client at the till. Cents: `till` owed from tickets put on his account, `invoices` from invoices, `credit` we owe him."""

    id: int
    name: str
    phone: str
    email: str
    address: str
    postcode: str
    town: str
    till: int
    invoices: int
    late: int
    credit: int
    documents: list[Any]


def account_of(contact_id: int | None) -> Account | None:
    """The client with what he owes, in five queries."""
    owed_here = _owed_here(Contact.id)
    columns = (Contact.id, Contact.name, Contact.phone, Contact.email, Contact.address, Contact.postcode, Contact.town)
    query = select(*columns, owed_here).where(Contact.id == contact_id)
    row = db.session.execute(query).one_or_none() if contact_id else None
    if row is None:
        return None
    documents, notes = open_account(row.id)
    late = sum(owed.overdue for owed in documents)
    credit = credit_of(row.id) + sum(note.left for note in notes)
    return Account(
        row.id, row.name, row.phone, row.email, row.address, row.postcode, row.town, int(row[7] or 0),
        sum(owed.left for owed in documents), late, credit, [owed for owed in documents if owed.share_id is None][:8],
    )  # fmt: skip


def _owed_here(contact_id: Any) -> Any:
    owed = select(func.coalesce(func.sum(TillSale.on_account), 0))
    return owed.where(TillSale.contact_id == contact_id, TillSale.training.is_(False)).scalar_subquery()


def till_account(contact_id: int) -> int:
    """What a client owes from tickets put on his account, in cents."""
    return int(db.session.scalar(select(_owed_here(contact_id))) or 0)


def suspended(till_id: int) -> list[tuple[int, str, str, Any]]:
    """(id, label, by, when) of the sales put aside, the oldest first."""
    query = select(SuspendedSale.id, SuspendedSale.label, SuspendedSale.by, SuspendedSale.at)
    rows = db.session.execute(query.where(SuspendedSale.till_id == till_id).order_by(SuspendedSale.id))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


class Desk(NamedTuple):
    """A till and what its screen says at once: its open session, sales put aside, repairs to be paid."""

    till: Till
    session: TillSession | None
    aside: int
    waiting: int


@cache
def _desks() -> Select[Any]:
    aside = select(func.count()).where(SuspendedSale.till_id == Till.id).scalar_subquery()
    waiting = select(func.count()).select_from(Ticket).where(*_waiting()).scalar_subquery()
    return (
        select(Till, TillSession, aside, waiting)
        .outerjoin(TillSession, and_(TillSession.till_id == Till.id, TillSession.state == SessionState.OPEN))
        .where(Till.code == bindparam("code"), Till.archived_at.is_(None))
        .execution_options(populate_existing=True)
    )


def desk(code: str) -> Desk | None:
    """The desk of that code, in one query."""
    row = db.session.execute(_desks(), {"code": code}).one_or_none()
    return Desk(row[0], row[1], row[2], row[3]) if row else None
