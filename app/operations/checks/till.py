"""Tills: their chains are whole, every record is in its chain, and the perpetual totals are the sums of the tickets."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.core import chain
from app.core.db import db
from app.core.i18n import _
from app.core.money import euros
from app.till.models import Till, TillClosing, TillEvent, TillSale


def broken_chains() -> Iterator[str]:
    """Links changed, missing or forged, and records that nobody sealed; each is named."""
    for name in chain.chains():
        if not name.startswith("till-"):
            continue
        for fault in chain.faults(name):
            yield _(
                "%(chain)s, rang %(rank)s (%(what)s) : %(reason)s", chain=name, rank=fault.rank,
                what=fault.number or _what(fault.subject.kind, fault.subject.id), reason=fault.sentence,
            )  # fmt: skip
    for model in (TillSale, TillEvent, TillClosing):
        yield from _unsealed(model)


def _what(kind: str, record_id: int) -> str:
    number = None
    if kind == TillSale.__kind__:
        number = db.session.scalar(select(TillSale.number).where(TillSale.id == record_id))
    elif kind == TillClosing.__kind__:
        number = db.session.scalar(select(TillClosing.number).where(TillClosing.id == record_id))
    return number or f"{kind} {record_id}"


def _unsealed(model: Any) -> Iterator[str]:
    sealed = select(chain.Seal.id).where(
        chain.Seal.subject_kind == model.__kind__,
        chain.Seal.subject_id == model.id,
        chain.Seal.chain.startswith("till-"),
    )
    for record_id in db.session.scalars(select(model.id).where(~sealed.exists()).order_by(model.id)):
        yield _("%(what)s n'est pas scellé", what=_what(model.__kind__, record_id))


def wrong_totals() -> Iterator[str]:
    """Tickets whose perpetual total is not the sum of what their till sold."""
    for till_id, name in db.session.execute(select(Till.id, Till.name).order_by(Till.id)).all():
        query = select(TillSale.number, TillSale.training, TillSale.gross, TillSale.perpetual, TillSale.absolute)
        total = absolute = 0
        for sale in db.session.execute(query.where(TillSale.till_id == till_id).order_by(TillSale.id)):
            counted = 0 if sale.training else sale.gross
            total, absolute = total + counted, absolute + abs(counted)
            if (sale.perpetual, sale.absolute) != (total, absolute):
                yield _(
                    "%(till)s, ticket %(number)s : total perpétuel %(said)s au lieu de %(sum)s", till=name,
                    number=sale.number, said=euros(sale.perpetual), sum=euros(total),
                )  # fmt: skip
                break
