"""Issued invoices, deposit invoices and credit notes: sales journal.

The client owes what is due, third parties their parts (467), deposits already invoiced come back from 4191 with their tax.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select

from app.catalog.models import Article
from app.catalog.states import Nature
from app.contacts.models import Contact
from app.core.db import db
from app.core.i18n import _
from app.core.money import round_half_up
from app.ledger.services.drafts import Draft, Key, Third, client, payer
from app.ledger.services.families import SALE, Families
from app.ledger.services.missing import unwritten
from app.ledger.states import Journal
from app.sales.models import DocumentLine, SalesDocument, ThirdPartyShare
from app.sales.states import ISSUED, DocumentKind, LineKind

KIND = "sales_document"
ORDER = 10
DISBURSEMENT, EXEMPT = "disbursement", "exempt"
#: (rate in basis points) → (base, tax), cents.
ByRate = Mapping[int, tuple[int, int]]


def missing() -> Sequence[Key]:
    """Sealed documents without an entry."""
    query = select(SalesDocument.issued_on, SalesDocument.id).where(
        SalesDocument.issued_at.is_not(None), SalesDocument.kind.in_(ISSUED), unwritten(KIND, SalesDocument.id)
    )
    return [Key(day, ORDER, KIND, number, "") for day, number in db.session.execute(query) if day is not None]


def drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """Their entries."""
    by_id = {key.id: key for key in keys}
    query = (
        select(
            SalesDocument.id, SalesDocument.kind, SalesDocument.number, SalesDocument.issued_on, SalesDocument.net,
            SalesDocument.gross, SalesDocument.due, SalesDocument.prepaid, SalesDocument.shares, SalesDocument.order_id,
            SalesDocument.origin_id, SalesDocument.content, Contact.id.label("client_id"), Contact.name,
        )
        .join(Contact, Contact.id == func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id))
        .where(SalesDocument.id.in_(by_id))
        .order_by(SalesDocument.id)
    )  # fmt: skip
    rows = list(db.session.execute(query))
    around = _Around.of(rows)
    for row in rows:
        yield _draft(by_id[row.id], row, around)


class _Around(NamedTuple):
    """What stands beside the documents, by document."""

    sales: dict[int, dict[str, int]]
    thirds: dict[int, list[tuple[Third, int]]]
    of_deposit: frozenset[int]
    deposits: dict[int, ByRate]

    @classmethod
    def of(cls, rows: Sequence[Row[*tuple[Any, ...]]]) -> "_Around":
        ids = [row.id for row in rows]
        origins = {row.origin_id for row in rows if row.kind == DocumentKind.CREDIT and row.origin_id}
        wanted = select(SalesDocument.id).where(
            SalesDocument.id.in_(origins), SalesDocument.kind == DocumentKind.DEPOSIT
        )
        return cls(_sales_of(ids), _thirds_of(ids), frozenset(db.session.scalars(wanted)) if origins else frozenset(),
                   {row.id: deducted(row) for row in rows if row.prepaid})  # fmt: skip


def _sales_of(ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Net cents by role of account, by document."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    query = (
        select(
            DocumentLine.document_id, DocumentLine.vat_code, Article.nature, Article.family_id, func.sum(DocumentLine.net)
        )
        .outerjoin(Article, Article.id == DocumentLine.article_id)
        .where(DocumentLine.document_id.in_(ids), DocumentLine.kind == LineKind.ITEM)
        .group_by(DocumentLine.document_id, DocumentLine.vat_code, Article.nature, Article.family_id)
        .order_by(DocumentLine.document_id, Article.family_id, Article.nature)
    )  # fmt: skip
    families = Families()
    for document_id, code, nature, family_id, net in db.session.execute(query):
        found[document_id][role_of(code, nature, family_id, families)] += int(net or 0)
    return found


def role_of(vat_code: str, nature: Nature | None, family_id: int | None, families: Families) -> str:
    """The account of a line: that of its article's family, else of its nature; a disbursement is no sale (CGI art. 267 II 2°)."""
    if vat_code == DISBURSEMENT:
        return "disbursements"
    general = "goods" if nature == Nature.GOODS else "services"
    if families.sectors and vat_code == EXEMPT:
        general = "exempt"  # taxed and exempt activities in accounts of their own
    return families.role(SALE, family_id, general)


def _thirds_of(ids: Sequence[int]) -> dict[int, list[tuple[Third, int]]]:
    found: dict[int, list[tuple[Third, int]]] = defaultdict(list)
    query = (
        select(ThirdPartyShare.document_id, ThirdPartyShare.amount, Contact.id, Contact.name)
        .join(Contact, Contact.id == ThirdPartyShare.payer_id)
        .where(ThirdPartyShare.document_id.in_(ids))
        .order_by(ThirdPartyShare.id)
    )
    for document_id, amount, contact_id, name in db.session.execute(query):
        found[document_id or 0].append((payer(contact_id, name), amount))
    return found


def _draft(key: Key, row: Row[*tuple[Any, ...]], around: _Around) -> Draft:
    who = client(row.client_id, row.name)
    words = {DocumentKind.DEPOSIT: _("Acompte"), DocumentKind.CREDIT: _("Avoir")}.get(row.kind, _("Facture"))
    draft = Draft(key, Journal.SALES, row.number or "", f"{words} {row.number} {row.name}", row.issued_on)
    # A credit note goes the other way, whichever sign its amounts are written with.
    sign = -1 if row.kind == DocumentKind.CREDIT and row.gross > 0 else 1
    draft.put("client", sign * row.due, who)
    for third, amount in around.thirds.get(row.id, []):
        draft.put("third_party", sign * amount, third)
    advance = row.kind == DocumentKind.DEPOSIT or row.origin_id in around.of_deposit
    sales = {"deposits": row.net} if advance else around.sales.get(row.id, {"services": row.net})
    if not advance and row.content.get("rebate"):
        sales = {"rebates": row.net}  # a reduction on a credit note of its own: 709, not the sale's account (PCG)
    for role, net in sales.items():
        draft.put(role, -sign * net, who if role == "deposits" else Third())
    for share in row.shares:
        draft.put(f"vat:{share['rate']}", -sign * share["vat"])
    for rate, (base, vat) in around.deposits.get(row.id, {}).items():
        draft.put("deposits", sign * base, who)
        draft.put(f"vat:{rate}", sign * vat)
    return draft


# --- deposits that a later invoice deducts --------------------------------------------------------------------


def deducted(row: Row[*tuple[Any, ...]]) -> ByRate:
    """What the deposits deducted by an invoice were made of, base and tax by rate: they add up to its `prepaid`.

    `row`: id, prepaid, order_id, content. When it deducts a part of them only, each rate gives its part.
    """
    bases, total = shares_by_rate(_deposit_shares(row))
    if not total:
        return {0: (row.prepaid, 0)}
    if total == row.prepaid:
        return bases
    return _part_of(bases, row.prepaid, total)


def _deposit_shares(row: Row[*tuple[Any, ...]]) -> Iterable[dict[str, Any]]:
    told = row.content.get("deposits") if isinstance(row.content, dict) else None
    if told and all(isinstance(one, dict) and one.get("shares") for one in told):
        return [share for one in told for share in one["shares"]]
    if row.order_id is None:
        return []
    query = select(SalesDocument.shares).where(
        SalesDocument.order_id == row.order_id, SalesDocument.kind == DocumentKind.DEPOSIT,
        SalesDocument.issued_at.is_not(None), SalesDocument.id < row.id,
    )  # fmt: skip
    return [share for shares in db.session.scalars(query) for share in shares]


def shares_by_rate(shares: Iterable[Mapping[str, Any]]) -> tuple[dict[int, tuple[int, int]], int]:
    """Bases and taxes by rate, and their total, in cents."""
    found: dict[int, tuple[int, int]] = {}
    for share in shares:
        base, vat = found.get(share["rate"], (0, 0))
        found[share["rate"]] = (base + share["base"], vat + share["vat"])
    return found, sum(base + vat for base, vat in found.values())


def _part_of(bases: ByRate, wanted: int, total: int) -> dict[int, tuple[int, int]]:
    """`wanted` of `total` cents in the same proportions: the tax rounded, the last rate's base takes the rest."""
    found: dict[int, tuple[int, int]] = {}
    left = wanted
    for rank, (rate, (base, vat)) in enumerate(sorted(bases.items()), 1):
        gross = left if rank == len(bases) else round_half_up(Decimal(base + vat) * wanted / total)
        tax = round_half_up(Decimal(gross) * rate / (10_000 + rate))
        found[rate] = (gross - tax, tax)
        left -= gross
    return found
