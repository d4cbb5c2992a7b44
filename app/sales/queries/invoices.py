"""The lists of invoices and of orders: statements built once per shape, rows as tuples, counts kept until a document moves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select

from app.accounts.models import User
from app.contacts.models import Contact
from app.core import clock, search
from app.core.db import db, unindexed
from app.core.pages import Page, paged
from app.core.revisions import kept_until
from app.sales.models import SalesDocument
from app.sales.queries.documents import INVOICES, SCOPES, scope_of
from app.sales.queries.parts import next_on, overdue
from app.sales.states import DocumentKind, DocumentState

D = SalesDocument
OVERDUE = overdue(bindparam("today"))
BILLS = (*INVOICES, DocumentKind.CREDIT)
TRADE = (DocumentKind.ORDER, DocumentKind.DELIVERY)
ROW: tuple[Any, ...] = (
    D.id, D.number, D.kind, D.state, D.title, Contact.name.label("client"), D.contact_id, D.issued_on, next_on().label("due_on"), D.net,
    D.gross, D.due, D.paid, D.settled, D.check, D.reminders, D.sent_at, OVERDUE.label("overdue"),
)  # fmt: skip
DUE = and_(D.issued_at.is_not(None), D.settled.is_(False), D.kind.in_(INVOICES))
LATE = and_(DUE, D.due_on < bindparam("today"), OVERDUE > 0)
CONDITIONS: dict[str, ColumnElement[bool]] = {
    "q": D.id.in_(bindparam("found", expanding=True)),
    "etat:brouillon": D.state == DocumentState.DRAFT,
    "etat:emis": D.issued_at.is_not(None),
    "etat:annule": D.state == DocumentState.CANCELLED,
    "etat:en_cours": D.state.in_((DocumentState.CONFIRMED, DocumentState.DELIVERED)),
    "etat:termine": D.state == DocumentState.DONE,
    "reste:a_payer": DUE,
    "reste:retard": LATE,
    "reste:paye": and_(D.issued_at.is_not(None), D.settled, D.kind.in_(INVOICES)),
    "type": D.kind == bindparam("kind"),
    "du": D.issued_on >= bindparam("since"),
    "au": D.issued_on <= bindparam("until"),
    "client": D.contact_id == bindparam("contact"),
}
STATES = {
    "factures": (("brouillon", "Brouillons"), ("emis", "Émises"), ("annule", "Abandonnées")),
    "commandes": (
        ("brouillon", "Brouillons"),
        ("en_cours", "En cours"),
        ("termine", "Terminées"),
        ("annule", "Abandonnées"),
    ),
}
LEFT = (("a_payer", "À payer"), ("retard", "En retard"), ("paye", "Payées"))


@dataclass(frozen=True, slots=True)
class DocumentFilters:
    """What the query string of /factures or /commandes asks for."""

    text: str = ""
    state: str = ""
    left: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    contact: int | None = None

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "DocumentFilters":
        """From the query string; what makes no sense is left out."""
        contact = args.get("client", "")
        return cls(
            text=args.get("q", "").strip()[:100],
            state=args.get("etat", "") if f"etat:{args.get('etat')}" in CONDITIONS else "",
            left=args.get("reste", "") if f"reste:{args.get('reste')}" in CONDITIONS else "",
            kind=args.get("type", "") if args.get("type", "") in DocumentKind._value2member_map_ else "",
            since=_day(args.get("du", "")),
            until=_day(args.get("au", "")),
            contact=int(contact) if contact.isascii() and contact.isdigit() and len(contact) < 10 else None,
        )

    def query(self) -> dict[str, str]:
        """Back to the query string."""
        names = {
            "q": self.text, "etat": self.state, "reste": self.left, "type": self.kind,
            "du": self.since.isoformat() if self.since else "", "au": self.until.isoformat() if self.until else "",
            "client": str(self.contact or ""),
        }  # fmt: skip
        return {name: value for name, value in names.items() if value}

    def but(self, **changes: Any) -> str:
        """The query string with some filters changed."""
        return urlencode(replace(self, **changes).query())

    def shape(self) -> tuple[str, ...]:
        """The names of the conditions that are on."""
        asked = self.query()
        named = [f"etat:{self.state}" if self.state else "", f"reste:{self.left}" if self.left else ""]
        return tuple(filter(None, (*named, *(name for name in ("q", "type", "du", "au", "client") if name in asked))))

    def values(self) -> dict[str, Any]:
        """What the named parameters stand for."""
        found = [hit.subject_id for hit in search.find(self.text, ["sales_document"], limit=500)] if self.text else []
        return {
            "today": clock.today(), "found": found, "kind": self.kind or None, "since": self.since, "until": self.until,
            "contact": self.contact,
        }  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _statement(which: str, scope: str, shape: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    kinds = BILLS if which == "factures" else TRADE
    given_up = [] if "etat:annule" in shape else [D.state != DocumentState.CANCELLED]
    return (
        select(*ROW)
        .join(Contact, Contact.id == D.contact_id)
        .where(unindexed(D.kind).in_(kinds), SCOPES[scope], *given_up, *(CONDITIONS[name] for name in shape))
        .order_by(D.id.desc())
    )


def invoice_listing(user: User, which: str, filters: DocumentFilters, number: int, size: int) -> Page:
    """One page of « factures » or « commandes », the newest first."""
    statement = _statement(which, scope_of(user), filters.shape())
    return paged(statement, number, size, values=filters.values() | {"me": user.id})


def every_row(user: User, which: str, filters: DocumentFilters) -> Iterator[Any]:
    """All the rows that the filters let through, for an export; read by blocks."""
    statement = _statement(which, scope_of(user), filters.shape()).execution_options(yield_per=1000)
    yield from db.session.execute(statement, filters.values() | {"me": user.id})


class Figures(NamedTuple):
    """What waits: drafts, invoices to be paid and their cents, those late and their cents, open orders, refused checks."""

    drafts: int
    unpaid: int
    unpaid_cents: int
    late: int
    late_cents: int
    orders: int
    refused: int


def _number(condition: ColumnElement[bool], value: Any = 1) -> Any:
    return func.coalesce(func.sum(case((condition, value), else_=0)), 0)


_FIGURES = (
    select(
        _number(and_(D.state == DocumentState.DRAFT, D.kind.in_(BILLS))),
        _number(DUE), _number(DUE, D.due - D.paid), _number(LATE), _number(LATE, OVERDUE),
        _number(and_(D.kind == DocumentKind.ORDER, D.state.in_((DocumentState.CONFIRMED, DocumentState.DELIVERED)))),
        _number(D.check == "refused"),
    )
    .where(
        or_(
            D.state.in_((DocumentState.DRAFT, DocumentState.CONFIRMED, DocumentState.DELIVERED)),
            and_(D.state == DocumentState.ISSUED, or_(D.settled.is_(False), D.check == "refused")),
        )
    )
)  # fmt: skip


@kept_until("documents")
def _figures(today: date) -> Figures:
    return Figures(*map(int, db.session.execute(_FIGURES, {"today": today}).one()))


def figures(user: User) -> Figures:
    """The figures of the list and of the menu, in one query, kept until a document changes."""
    return _figures(clock.today()) if scope_of(user) == "all" else Figures(0, 0, 0, 0, 0, 0, 0)
