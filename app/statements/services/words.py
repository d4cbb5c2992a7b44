"""The sums of a statement, written out in French with their numbers."""

from collections.abc import Iterable

from app.core.i18n import _, _n
from app.core.money import euros, percent
from app.statements.services.parts import Part

MINUS = "−"


def sum_of(terms: Iterable[tuple[int, str]]) -> str:
    """« 1 240,00 € de loyer − 186,00 € de commission Airbnb (15 %) » from amounts and their names; those of nothing are left out."""
    told = ""
    for cents, name in terms:
        if not cents and told:
            continue
        sign = f"{MINUS} " if cents < 0 else "+ "
        told += (f" {sign}" if told else (sign if cents < 0 else "")) + f"{euros(abs(cents))} {name}"
    return told


def of_base(terms: list[tuple[int, str]], base: int, rate: int, result: int) -> str:
    """The commission: what it is counted on, then its rate."""
    told = sum_of(terms)
    many = len([cents for cents, _name in terms if cents]) > 1
    share = _("%(rate)s de %(base)s = %(result)s", rate=percent(rate), base=euros(base), result=euros(result))
    if many:
        return _("%(sum)s = %(base)s ; %(share)s", sum=told, base=euros(base), share=share)
    return _("%(rate)s de %(told)s = %(result)s", rate=percent(rate), told=told, result=euros(result))


def raised(told: str, minimum: int) -> str:
    """The minimum of a stay took the place of its commission."""
    return _("%(told)s, porté au minimum de %(minimum)s par séjour", told=told, minimum=euros(minimum))


def in_part(told: str, part: Part, cents: int) -> str:
    """The same, for the nights of this month."""
    if part.whole:
        return told
    nights = _n("%(num)s nuit", "%(num)s nuits", part.nights)
    share = _("%(nights)s sur %(total)s : %(cents)s", nights=nights, total=part.total, cents=euros(cents))
    return _("%(told)s ; %(share)s", told=told, share=share) if told else share


def share_of(told: str, basis_points: int, cents: int) -> str:
    """The same, for one owner of several."""
    share = _("votre part, %(share)s : %(cents)s", share=percent(basis_points), cents=euros(cents))
    return _("%(told)s ; %(share)s", told=told, share=share) if told else share


def net_of_vat(gross: int, net: int) -> str:
    """What a guest paid, without its VAT."""
    return _("%(gross)s TTC payés par le voyageur = %(net)s HT", gross=euros(gross), net=euros(net))


def times(count: int, unit: str, cents: int, total: int) -> str:
    """« 7 nuits × 3,00 € = 21,00 € »."""
    return _(
        "%(count)s %(unit)s × %(cents)s = %(total)s", count=count, unit=unit, cents=euros(cents), total=euros(total)
    )


def vat(rate: int, base: int, result: int) -> str:
    """« 20 % de 290,80 € HT = 58,16 € »."""
    return _("%(rate)s de %(base)s HT = %(result)s", rate=percent(rate), base=euros(base), result=euros(result))
