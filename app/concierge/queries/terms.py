"""The terms of a mandate as plain data, for the database and for forms; and back."""

from dataclasses import asdict
from datetime import date
from typing import Any

from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import parse_decimal
from app.core.settings import setting
from app.statements.models import WHOLE, Base, Fixed, Rate, Season, TaxTariff, Terms
from app.statements.states import Across, Mode, Per, Service, TouristTax

#: Words of `Terms` that are one value of a list.
_WORDS: dict[str, Any] = {
    "mode": Mode, "cleaning": Service, "linen": Service, "tourist_tax": TouristTax, "across": Across,
}  # fmt: skip


def data_of(terms: Terms) -> dict[str, Any]:
    """What is stored: names of `Terms`, but for its day and the town's tariff, which are stored beside it."""
    data = asdict(terms)
    del data["since"], data["tax_tariff"]
    return {**data, **{name: data[name].value for name in _WORDS}, "fixed": [_fee(fee) for fee in terms.fixed]}


def terms_of(data: dict[str, Any], since: date, tax: dict[str, Any] | None = None) -> Terms:
    """The terms again; `tax` is the tourist tax of the lodging's town. Raises KeyError or ValueError if it is not ours."""
    read: dict[str, Any] = {**data, **{name: word(data[name]) for name, word in _WORDS.items() if name in data}}
    return Terms(
        **read
        | {
            "since": since,
            "base": Base(**data.get("base", {})),
            "rates": tuple(Rate(**rate) for rate in data.get("rates", ())),
            "seasons": tuple(
                Season(one["name"], _day(one["first"]), _day(one["last"])) for one in data.get("seasons", ())
            ),
            "platforms": tuple((name, rate) for name, rate in data.get("platforms", ())),
            "fixed": tuple(Fixed(one["label"], one["cents"], Per(one["per"])) for one in data.get("fixed", ())),
            "tax_tariff": TaxTariff(**tax) if tax else None,
        }
    )


def _fee(fee: Fixed) -> dict[str, Any]:
    return {"label": fee.label, "cents": fee.cents, "per": fee.per.value}


def _day(pair: Any) -> tuple[int, int]:
    month, day = pair
    return int(month), int(day)


def tax_data(tariff: TaxTariff | None) -> dict[str, Any]:
    """The town's tariff as it is stored on a lodging; empty: none."""
    return asdict(tariff) if tariff else {}


def known_rates(lines: list[str]) -> tuple[tuple[str, int], ...]:
    """Names and basis points from « Airbnb : 15,5 % », a line each. Raises DomainError."""
    found = []
    for line in lines:
        name, _colon, rate = line.rpartition(":")
        try:
            points = int(parse_decimal(rate.strip().removesuffix("%"), 2) * 100)
        except DomainError:
            points = -1
        if not name.strip() or not 0 <= points <= WHOLE:
            raise DomainError(_("Écrivez « %(line)s » comme « Airbnb : 15,5 %% ».", line=line))
        found.append((name.strip(), points))
    return tuple(found)


def default_terms(since: date) -> Terms:
    """What a new mandate begins with, by the settings."""
    fee, cleaning = setting("concierge.monthly_fee"), Service(setting("concierge.cleaning"))
    return Terms(
        since, Mode(setting("concierge.mode")), setting("concierge.rate"),
        Base(after_platform=setting("concierge.after_platform")),
        rates=tuple(Rate(points, name) for name, points in known_rates(setting("concierge.rates"))),
        platforms=known_rates(setting("concierge.platforms")),
        fixed=(Fixed(_("Frais fixes"), fee, Per.MONTH),) if fee else (), cleaning=cleaning,
        cleaning_cents=setting("concierge.cleaning_cents"), tourist_tax=TouristTax(setting("concierge.tourist_tax")),
        across=Across(setting("concierge.across")), vat=setting("concierge.vat"),
    )  # fmt: skip
