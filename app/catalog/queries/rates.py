"""VAT codes and their dated rates; where a code is used."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.catalog.models import VatRate
from app.core import clock
from app.core.db import Base, db
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import percent
from app.core.revisions import kept_until, pending

NORMAL = "normal"


def _read() -> list[VatRate]:
    found = list(db.session.scalars(select(VatRate).order_by(VatRate.code, VatRate.valid_from)))
    for rate in found:
        db.session.expunge(rate)
    return found


@kept_until("vat_rates")
def _kept() -> list[VatRate]:
    return _read()


def all_rates() -> Sequence[VatRate]:
    """Every dated rate, by code then by day. To be read only; what the present transaction has written is seen."""
    if pending("vat_rates"):
        db.session.flush()
        return list(db.session.scalars(select(VatRate).order_by(VatRate.code, VatRate.valid_from)))
    return _kept()


def rate_on(code: str, day: date) -> VatRate:
    """The rate of a VAT code that day (basis points in `.rate`, the mention in `.reason`). Raises DomainError."""
    found = _in_force(code, day)
    if found is None:
        raise DomainError(
            _(
                "La TVA « %(code)s » n'a pas de taux au %(day)s. Complétez-la dans « Réglages », « TVA ».",
                code=code,
                day=clock.table_date(day),
            ),
            field="vat_code",
        )
    return found


def _in_force(code: str, day: date) -> VatRate | None:
    fitting = [
        rate
        for rate in all_rates()
        if rate.code == code and rate.valid_from <= day and (rate.valid_to is None or rate.valid_to >= day)
    ]
    return fitting[-1] if fitting else None


def rate_for(rate_id: int) -> VatRate | None:
    """One dated rate, to be changed."""
    return db.session.get(VatRate, rate_id)


def vat_choices(day: date | None = None) -> list[tuple[str, str]]:
    """(code, « 20 %, taux normal ») of the codes in force, the highest first."""
    day = day or clock.today()
    codes = dict.fromkeys(rate.code for rate in all_rates())
    rates = [found for code in codes if (found := _in_force(code, day)) is not None]
    rates.sort(key=lambda rate: (-rate.rate, rate.label))
    return [(rate.code, f"{percent(rate.rate)}, {rate.label[:1].lower()}{rate.label[1:]}") for rate in rates]


class RateUse(NamedTuple):
    """How many records of one sort name a VAT code."""

    noun: str
    records: int


def uses_of(code: str) -> list[RateUse]:
    """Where a VAT code is used: every table that names one (articles, lines of quotes and documents, purchases, till)."""
    uses = []
    for mapper in Base.registry.mappers:
        model: Any = mapper.class_
        if "vat_code" not in mapper.columns or model is VatRate:
            continue
        count = db.session.scalar(select(func.count()).select_from(model).where(model.vat_code == code)) or 0
        if count:
            names = model.__fr__
            uses.append(RateUse(_(names.plural if count > 1 else names.singular), count))
    return sorted(uses, key=lambda use: -use.records)
