"""Till closings: one entry a day and a till, its sales by account and rate against its means; cash brought and taken.

The part of a means that settles an invoice (`documents`) is a payment of that invoice, which has its own entry.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.catalog.models import Article
from app.catalog.states import Nature
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.money import round_half_up
from app.ledger.services.drafts import NOBODY, Draft, Key, Third, client, payer
from app.ledger.services.families import Families
from app.ledger.services.missing import unwritten
from app.ledger.services.sources.invoices import role_of
from app.ledger.states import Journal
from app.tickets.models import Ticket
from app.till.models import Till, TillClosing, TillEvent, TillSale, TillSession
from app.till.states import EventKind, LineKind, Means, Period

CLOSING, MOVE = "till_closing", "till_event"
ORDER, ORDER_OF_MOVES = 30, 40
ROLES: Mapping[str, str] = {
    Means.CASH: "cash", Means.CARD: "card", Means.CHEQUE: "cheque", Means.TRANSFER: "bank", Means.VOUCHER: "vouchers",
    Means.ACCOUNT: "client", Means.PREPAID: "deposits", Means.THIRD: "third_party",
}  # fmt: skip
#: What a line that is no sale gives back: the client's account, a voucher that will be spent.
BESIDE: Mapping[str, str] = {LineKind.ACCOUNT: "client", LineKind.VOUCHER: "vouchers"}
Line = Mapping[str, Any]


def missing() -> Sequence[Key]:
    """Closings of a day without an entry; a day without a ticket has none."""
    counted = select(TillSale.id).where(TillSale.session_id == TillClosing.session_id, TillSale.training.is_(False))
    gap = select(TillSession.id).where(TillSession.id == TillClosing.session_id, TillSession.difference != 0)
    query = select(TillClosing.ends_on, TillClosing.id).where(
        TillClosing.period == Period.DAY, TillClosing.session_id.is_not(None), counted.exists() | gap.exists(),
        unwritten(CLOSING, TillClosing.id),
    )  # fmt: skip
    return [Key(day, ORDER, CLOSING, number, "") for day, number in db.session.execute(query)]


def drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """Their entries."""
    query = (
        select(TillClosing.id, TillClosing.number, TillClosing.session_id, TillSession.difference, Till.name)
        .join(Till, Till.id == TillClosing.till_id)
        .join(TillSession, TillSession.id == TillClosing.session_id)
        .where(TillClosing.id.in_({key.id for key in keys}))
    )
    rows = {row.id: row for row in db.session.execute(query)}
    for key in keys:
        row = rows[key.id]
        draft = Draft(key, Journal.CASH, row.number, _("Ventes de la caisse %(name)s", name=row.name), key.day)
        put_sales(draft, row.session_id)
        draft.put("cash", row.difference)
        draft.put("gain" if row.difference > 0 else "loss", -row.difference)
        yield draft


def put_sales(draft: Draft, session_id: int) -> None:
    """Add the tickets of a session: training ones count for nothing. What was paid at the intake is its ticket's client's (4191)."""
    brought = aliased(Contact)
    query = (
        select(TillSale.lines, TillSale.shares, TillSale.means, Contact.id.label("client_id"), Contact.name,
               brought.id.label("brought_id"), brought.name.label("brought"))
        .outerjoin(Contact, Contact.id == TillSale.contact_id)
        .outerjoin(Ticket, Ticket.id == TillSale.ticket_id)
        .outerjoin(brought, brought.id == Ticket.contact_id)
        .where(TillSale.session_id == session_id, TillSale.training.is_(False))
        .order_by(TillSale.id)
    )  # fmt: skip
    sales = list(db.session.execute(query))
    accounts = _Accounts.of(line for sale in sales for line in sale.lines)
    payers = _payers(means for sale in sales for means in sale.means)
    for sale in sales:
        who = client(sale.client_id, sale.name)
        for means in sale.means:
            role = ROLES[means["means"]]
            third = {"client": who, "deposits": client(sale.brought_id, sale.brought)}.get(role, NOBODY)
            third = payers.get(means.get("payer") or 0, third)
            draft.put(role, means["amount"] - means.get("documents", 0), third)
        for line in sale.lines:
            role = BESIDE.get(line["kind"], "")
            if role:
                draft.put(role, -line["gross"], who if role == "client" else NOBODY)
        for role, net in nets_of(sale.lines, sale.shares, accounts).items():
            draft.put(role, -net)
        for share in sale.shares:
            draft.put(f"vat:{share['rate']}", -share["vat"])


def _payers(means: Iterable[Line]) -> dict[int, Third]:
    """The accounts of the third parties that owe a part of these tickets."""
    ids = {row["payer"] for row in means if row.get("payer")}
    query = select(Contact.id, Contact.name).where(Contact.id.in_(ids))
    return {row[0]: payer(row[0], row[1]) for row in db.session.execute(query)} if ids else {}


class _Accounts(NamedTuple):
    """What says the account of a ticket's line: its article's nature and family."""

    articles: Mapping[int, tuple[Nature, int | None]]
    families: Families

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "_Accounts":
        ids = {line["article"] for line in lines if line.get("article")}
        rows = db.session.execute(select(Article.id, Article.nature, Article.family_id).where(Article.id.in_(ids)))
        return cls({row[0]: (row[1], row[2]) for row in rows}, Families())

    def role(self, line: Line) -> str:
        nature, family_id = self.articles.get(line.get("article") or 0, (None, None))
        return role_of(line["vat_code"], nature, family_id, self.families)


def nets_of(lines: Iterable[Line], shares: Iterable[Line], accounts: _Accounts) -> dict[str, int]:
    """Net cents by role of account: the base of each rate split as the lines with tax are, the last role takes the rest."""
    gross: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        if line["kind"] == LineKind.ITEM:
            gross[line["vat_code"], line["rate"]][accounts.role(line)] += line["gross"]
    nets: dict[str, int] = defaultdict(int)
    for share in shares:
        parts = gross.get((share.get("vat_code", share.get("code", "")), share["rate"]), {}) or {"services": 1}
        total, left = sum(parts.values()), share["base"]
        for rank, (role, part) in enumerate(sorted(parts.items()), 1):
            net = left if rank == len(parts) or not total else round_half_up(Decimal(share["base"]) * part / total)
            nets[role] += net
            left -= net
    return dict(nets)


# --- cash brought to the drawer, or taken from it ------------------------------------------------------------


def missing_moves() -> Sequence[Key]:
    """Cash brought or taken without an entry; not in training."""
    query = select(TillEvent.at, TillEvent.id, TillEvent.facts).where(
        TillEvent.kind.in_((EventKind.CASH_IN, EventKind.CASH_OUT)), unwritten(MOVE, TillEvent.id)
    )
    return [
        Key(clock.local(at).date(), ORDER_OF_MOVES, MOVE, number, "")
        for at, number, facts in db.session.execute(query)
        if facts.get("amount") and not facts.get("training")
    ]


def move_drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """Their entries."""
    query = (
        select(TillEvent.id, TillEvent.kind, TillEvent.facts, Till.name)
        .join(Till, Till.id == TillEvent.till_id)
        .where(TillEvent.id.in_({key.id for key in keys}))
    )
    rows = {row.id: row for row in db.session.execute(query)}
    for key in keys:
        row = rows[key.id]
        words = " : ".join(filter(None, (f"{row.kind.label} {row.name}", row.facts.get("reason", ""))))
        draft = Draft(key, Journal.CASH, f"CA-{row.id:06d}", words, key.day)
        amount = row.facts["amount"] if row.kind == EventKind.CASH_IN else -row.facts["amount"]
        draft.put("cash", amount)
        draft.put("transfer", -amount)
        yield draft
