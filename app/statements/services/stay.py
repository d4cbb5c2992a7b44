"""One stay under its contract: what comes in, what goes out, what we bill, each with its sum. No owner, no month yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.core.i18n import _, _n
from app.core.money import euros, percent, round_half_up
from app.statements.models import WHOLE, Stay, Terms
from app.statements.services import words
from app.statements.services.rates import platform_rate, rate_of
from app.statements.services.tourist_tax import night_cents, tax_of
from app.statements.states import LineKind, Mode, Per, Service, StayKind, TouristTax


@dataclass(frozen=True)
class Amount:
    """An amount of the whole stay, in cents, with its sum in words."""

    kind: LineKind
    label: str
    cents: int
    formula: str = ""


def amounts_of(stay: Stay, terms: Terms) -> list[Amount]:
    """Every amount of the stay under its terms, those of nothing left out; rents and taxes with VAT, our fees without."""
    return [each for each in (*_held(stay, terms), *_billed(stay, terms)) if each.cents]


def rent_of(stay: Stay) -> int:
    """What the nights bring, in cents: refunds taken off; an owner pays none."""
    return 0 if stay.kind is StayKind.OWNER else stay.rent - stay.refund


def platform_of(stay: Stay, terms: Terms) -> int:
    """What the platform keeps, in cents: as it says, else by the contract on what the guest pays without tourist tax."""
    if stay.kind is StayKind.OWNER:
        return 0
    if stay.platform is not None:
        return stay.platform
    return round_half_up(Decimal(_paid(stay)) * (platform_rate(stay, terms) or 0) / WHOLE)


def _paid(stay: Stay) -> int:
    """What the guest pays without tourist tax."""
    return rent_of(stay) + (stay.cleaning + stay.linen if stay.kind is StayKind.GUEST else 0)


def tourist_tax_of(stay: Stay, terms: Terms) -> int:
    """The tourist tax of a guest's stay, in cents: as the platform gives it, else by the town's tariff."""
    if stay.kind is not StayKind.GUEST:
        return 0
    if stay.tourist_tax is not None:
        return stay.tourist_tax
    return tax_of(stay, terms.tax_tariff) if terms.tax_tariff else 0


def _held(stay: Stay, terms: Terms) -> Iterator[Amount]:
    """What goes through our hands for the owner: only a mandate lets us hold it; the tax that we hand over is his debt in any case."""
    tax = tourist_tax_of(stay, terms)
    if terms.mode is Mode.MANDATE:
        yield Amount(LineKind.RENT, _("Loyer"), rent_of(stay), _refunded(stay))
        if stay.kind is StayKind.GUEST:
            yield Amount(LineKind.CLEANING_PAID, LineKind.CLEANING_PAID.label, stay.cleaning)
            yield Amount(LineKind.LINEN_PAID, LineKind.LINEN_PAID.label, stay.linen)
        yield Amount(LineKind.DEPOSIT_KEPT, LineKind.DEPOSIT_KEPT.label, stay.deposit_kept)
        yield Amount(LineKind.PLATFORM, _platform_name(stay), platform_of(stay, terms), _platform_sum(stay, terms))
        if terms.tourist_tax is not TouristTax.PLATFORM:
            yield Amount(LineKind.TAX_PAID, LineKind.TAX_PAID.label, tax, _tax_sum(stay, terms))
    if terms.tourist_tax is TouristTax.CONCIERGE:
        yield Amount(LineKind.TAX_DUE, LineKind.TAX_DUE.label, tax, _tax_sum(stay, terms))


def _billed(stay: Stay, terms: Terms) -> Iterator[Amount]:
    if stay.kind is StayKind.OWNER:
        yield Amount(LineKind.OWNER_STAY, LineKind.OWNER_STAY.label, terms.owner_stay)
    else:
        yield commission_of(stay, terms)
    if stay.kind is StayKind.CANCELLED:
        return
    yield _service(
        LineKind.CLEANING, terms.cleaning, stay.cleaning, terms.cleaning_cents, stay.cleaning_cost, terms, stay
    )
    yield _service(LineKind.LINEN, terms.linen, stay.linen, terms.linen_cents, stay.linen_cost, terms, stay)
    if stay.kind is StayKind.GUEST:
        yield from _fixed(stay, terms)


def commission_of(stay: Stay, terms: Terms) -> Amount:
    """Our commission on the stay, in cents net of VAT, its minimum included, never below zero; nothing on a cancelled one that
    left nothing, or that the contract spares."""
    if stay.kind is StayKind.CANCELLED and (not terms.cancelled or rent_of(stay) <= 0):
        return Amount(LineKind.COMMISSION, LineKind.COMMISSION.label, 0)
    counted, rate = list(_base(stay, terms)), rate_of(stay, terms)
    base = sum(cents for cents, _name in counted)
    cents = round_half_up(Decimal(max(base, 0)) * rate.basis_points / WHOLE)
    told = words.of_base(counted, base, rate.basis_points, cents)
    if stay.kind is StayKind.GUEST and cents < terms.minimum_stay:
        cents, told = terms.minimum_stay, words.raised(told, terms.minimum_stay)
    return Amount(LineKind.COMMISSION, LineKind.COMMISSION.label, cents, told)


def _base(stay: Stay, terms: Terms) -> Iterator[tuple[int, str]]:
    cancelled, base = stay.kind is StayKind.CANCELLED, terms.base
    yield stay.rent, _("gardés de l'annulation") if cancelled else _("de loyer")
    yield -stay.refund, _("remboursés")
    if base.cleaning and not cancelled:
        yield stay.cleaning, _("de ménage")
    if base.linen and not cancelled:
        yield stay.linen, _("de linge")
    if base.tourist_tax:
        yield tourist_tax_of(stay, terms), _("de taxe de séjour")
    if base.deposit:
        yield stay.deposit_kept, _("de caution retenue")
    if base.after_platform:
        yield -platform_of(stay, terms), _platform_words(stay, terms)


def _service(kind: LineKind, how: Service, paid: int, price: int, cost: int, terms: Terms, stay: Stay) -> Amount:
    if how is Service.CONTRACT:
        return Amount(kind, kind.label, price, _("%(price)s HT au contrat", price=euros(price)))
    if how is Service.ACTUAL:
        return Amount(kind, kind.label, cost, _("%(cost)s HT de coût réel", cost=euros(cost)))
    if how is Service.GUEST and stay.kind is StayKind.GUEST:
        net = round_half_up(Decimal(paid) * WHOLE / (WHOLE + terms.vat))
        return Amount(kind, kind.label, net, words.net_of_vat(paid, net) if terms.vat else "")
    return Amount(kind, kind.label, 0)


def _fixed(stay: Stay, terms: Terms) -> Iterator[Amount]:
    for fee in terms.fixed:
        if fee.per is Per.STAY:
            yield Amount(LineKind.FIXED, fee.label, fee.cents)
        elif fee.per is Per.NIGHT:
            total, unit = fee.cents * stay.nights, _n("nuit", "nuits", stay.nights)
            yield Amount(LineKind.FIXED, fee.label, total, words.times(stay.nights, unit, fee.cents, total))


def _platform_name(stay: Stay) -> str:
    return _("Commission %(channel)s", channel=stay.channel) if stay.channel else LineKind.PLATFORM.label


def _platform_words(stay: Stay, terms: Terms) -> str:
    name = _("de commission %(channel)s", channel=stay.channel or _("de la plateforme"))
    rate = platform_rate(stay, terms)
    return name if stay.platform is not None or rate is None else f"{name} ({percent(rate)})"


def _platform_sum(stay: Stay, terms: Terms) -> str:
    rate = platform_rate(stay, terms)
    if stay.platform is not None or rate is None:
        return ""
    return _(
        "%(rate)s de %(paid)s = %(cents)s",
        rate=percent(rate),
        paid=euros(_paid(stay)),
        cents=euros(platform_of(stay, terms)),
    )


def _refunded(stay: Stay) -> str:
    if not stay.refund:
        return ""
    told = words.sum_of([(stay.rent, _("de loyer")), (-stay.refund, _("remboursés"))])
    return f"{told} = {euros(rent_of(stay))}"


def _tax_sum(stay: Stay, terms: Terms) -> str:
    if stay.tourist_tax is not None or terms.tax_tariff is None:
        return ""
    unit = night_cents(stay, terms.tax_tariff)
    return _(
        "%(unit)s × %(adults)s × %(nights)s = %(total)s", unit=euros(unit), total=euros(tourist_tax_of(stay, terms)),
        adults=_n("%(num)s adulte", "%(num)s adultes", stay.adults), nights=_n("%(num)s nuit", "%(num)s nuits", stay.nights),
    )  # fmt: skip
