"""Refunds: another ticket that says which one it cancels or changes. The first is never touched."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.money import discounted_cents, euros, quantity
from app.payments.services.thirds import forgive
from app.stock.services import codes_typed
from app.stock.services.numbered import UNIT
from app.till.models import TillSale, TillSession
from app.till.queries.drawer import cash_in_drawer
from app.till.services import beyond
from app.till.services.sealing import locked_till, open_session_of
from app.till.services.selling import Draft, by_key, write
from app.till.services.sums import Paid, SaleLine, row_of, sums_of
from app.till.states import LineKind, Means, SaleKind

_BACK = frozenset({Means.CASH, Means.CARD, Means.CHEQUE, Means.TRANSFER, Means.ACCOUNT, Means.VOUCHER})


def refund(
    till_id: int,
    sale: TillSale,
    quantities: Mapping[int, int],
    means: Sequence[Paid],
    *,
    form_key: str,
    stock: bool = True,
) -> TillSale:
    """Give back lines of a ticket: {rank of the line: thousandths}. `means`: how the money goes back, cents above zero.

    Once per `form_key`. Raises Conflict when a line was already given back, DomainError when the sums differ.
    """
    require_transaction()
    till = locked_till(till_id)
    known = by_key(form_key)
    if known is not None:
        return known
    session = open_session_of(till)
    if sale.kind != SaleKind.SALE:
        raise Conflict(_("Seule une vente se rembourse. Un règlement de facture s'annule sur la fiche du règlement."))
    if sale.training != till.training:
        raise Conflict(_("Un ticket de l'école ne se rembourse qu'à l'école, et un vrai ticket en dehors."))
    lines = _lines_back(sale, quantities)
    sums = sums_of(lines)
    borne = beyond.thirds_back(sale, -sums.due)
    rows = _money_back(sums.due, means, sale, borne)
    if not till.training:
        _check_drawer(session, rows)
    account = sum(row["amount"] for row in rows if row["means"] == Means.ACCOUNT)
    made = write(till, session, Draft(
        kind=SaleKind.REFUND, lines=lines, sums=sums, means=rows, form_key=form_key, contact_id=sale.contact_id,
        ticket_id=sale.ticket_id, reverses_id=sale.id, on_account=account,
    ))  # fmt: skip
    if not till.training:
        if stock:
            beyond.take_stock(till, made, lines)
        beyond.give_back_vouchers(rows)
        forgive(made.id, sale.id)
    return made


def worth_of(sale: TillSale, quantities: Mapping[int, int]) -> int:
    """What giving back these lines gives back to the client, in cents: what others paid of them goes back to them. Raises as
    `refund` does."""
    worth = -sums_of(_lines_back(sale, quantities)).due
    return worth - sum(paid.amount for paid in beyond.thirds_back(sale, worth))


def new_key() -> str:
    """The key of a form that is shown: sent twice, it makes one ticket."""
    return secrets.token_urlsafe(12)


def given_back(sale_id: int) -> dict[int, int]:
    """{rank of the line: thousandths} already given back of a ticket."""
    found: dict[int, int] = defaultdict(int)
    for lines in db.session.scalars(select(TillSale.lines).where(TillSale.reverses_id == sale_id)):
        for line in lines:
            found[line["of"]] -= line["quantity"]
    return dict(found)


def _lines_back(sale: TillSale, quantities: Mapping[int, int]) -> list[SaleLine]:
    done = given_back(sale.id)
    made = []
    for rank, wanted in sorted(quantities.items()):
        if wanted == 0:
            continue
        line = sale.lines[rank] if 0 <= rank < len(sale.lines) else None
        if line is None or wanted < 0:
            raise DomainError(_("Cette ligne n'est pas sur le ticket."))
        beyond.check_refundable([line])
        before = done.get(rank, 0)
        left = line["quantity"] - before
        if wanted > left:
            raise Conflict(_("« %(label)s » : il reste %(left)s à rendre.", label=line["label"], left=quantity(left)))
        made.append(_reversed(line, rank, wanted, before))
    if not made:
        raise DomainError(_("Choisissez au moins une ligne à rembourser."))
    return made


def _check_drawer(session: TillSession, rows: Sequence[Mapping[str, Any]]) -> None:
    cash = -sum(row["amount"] for row in rows if row["means"] == Means.CASH)
    if cash and cash > cash_in_drawer(session):
        raise DomainError(
            _("Le tiroir ne contient que %(there)s. Rendez le reste autrement.", there=euros(cash_in_drawer(session)))
        )


def _reversed(line: Mapping[str, Any], rank: int, wanted: int, before: int) -> SaleLine:
    """The line given back. Parts of one line add up to it to the cent, however they are given back."""

    def worth(thousandths: int) -> int:
        return discounted_cents(thousandths, line["price"], line["discount"])

    return SaleLine(
        kind=LineKind.ITEM, label=line["label"], reference=line["reference"], article_id=line["article"],
        family=line["family"], quantity=-wanted, unit=line["unit"], price=line["price"], list_price=line["list_price"],
        discount=line["discount"], vat_code=line["vat_code"], rate=line["rate"], reason=line["reason"],
        stocked=line["stocked"], of=rank, amount=worth(before) - worth(before + wanted),
        lots=_lots_back(line, wanted, before),
    )  # fmt: skip


def _lots_back(line: Mapping[str, Any], wanted: int, before: int) -> str:
    """Which numbers come back: the lot, or as many serial numbers as units, those given back before left out."""
    codes = codes_typed(line.get("lots", ""))
    if len(codes) < 2:
        return ", ".join(codes)
    return ", ".join(codes[before // UNIT : (before + wanted) // UNIT])


def _money_back(due: int, means: Sequence[Paid], sale: TillSale, borne: Sequence[Paid]) -> list[dict[str, Any]]:
    wanted = -due - sum(paid.amount for paid in borne)
    back = sum(paid.amount for paid in means)
    if any(paid.amount <= 0 or paid.means not in _BACK for paid in means) or back != wanted:
        raise DomainError(_("Rendez exactement %(due)s.", due=euros(wanted)))
    account = sum(paid.amount for paid in means if paid.means == Means.ACCOUNT)
    if account and sale.contact_id is None:
        raise DomainError(_("Ce ticket n'a pas de client : rendez l'argent autrement que sur son compte."))
    return [row_of(paid, -paid.amount, -paid.amount) | {"documents": 0, "beside": 0} for paid in (*borne, *means)]
