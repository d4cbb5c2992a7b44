"""A rule in French: what it asks for, what it does."""

from typing import Any

from app.core.i18n import _
from app.core.money import euros, quantity
from app.tariffs.models import TariffRule
from app.tariffs.services.engine import effect_words, has_season
from app.tariffs.services.rules import plain


def outcome(rule: TariffRule) -> str:
    """« prix de 12,00 € »."""
    return effect_words(plain(rule))


def conditions(row: Any) -> list[str]:
    """« Zone Commune », « quotient de 300,00 € à 600,00 € »… `row`: (TariffRule, article, family, zone)."""
    rule = row.TariffRule
    words = [row.article or "", _("famille %(name)s", name=row.family) if row.family else "", rule.purpose]
    words += [
        _("zone %(name)s", name=row.zone) if row.zone else "",
        _("adhérent %(name)s", name=rule.member_category) if rule.member_category else "",
        _("client %(name)s", name=rule.customer_category) if rule.customer_category else "",
        _span(_("quotient"), rule.quotient_from, rule.quotient_below, euros),
        _("dès le %(rank)sᵉ enfant", rank=rule.sibling_rank) if rule.sibling_rank else "",
        _("du %(start)s au %(end)s", start=_day(rule.season_from or "01-01"), end=_day(rule.season_to or "12-31"))
        if has_season(plain(rule))
        else "",
        _span(_("durée"), rule.days_from, rule.days_to, lambda days: _("%(days)s jours", days=days)),
        _("dès une quantité de %(quantity)s", quantity=quantity(rule.quantity_from)) if rule.quantity_from else "",
        _span(_("valable"), rule.valid_from, rule.valid_to, lambda day: f"{day:%d/%m/%Y}"),
    ]
    return [one for one in words if one]


def _day(day: str) -> str:
    return f"{day[3:]}/{day[:2]}"


def _span(name: str, low: Any, high: Any, show: Any) -> str:
    if low is None and high is None:
        return ""
    if high is None:
        return _("%(name)s à partir de %(low)s", name=name, low=show(low))
    if low is None:
        return _("%(name)s jusqu'à %(high)s", name=name, high=show(high))
    return _("%(name)s de %(low)s à %(high)s", name=name, low=show(low), high=show(high))
