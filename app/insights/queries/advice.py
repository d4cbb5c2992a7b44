"""Repair or replace, keep or give up, buy one more: what the figures say, and the figure that says so. Pure."""

from dataclasses import dataclass
from datetime import date

from app.core.i18n import NBSP, _, _n
from app.core.money import euros
from app.insights.queries.fleet import Time, Unit
from app.insights.queries.profits import Sums
from app.insights.queries.requests import Wanted
from app.insights.states import Advice

YEAR = 365
#: Repairs that cost so much of the purchase price, in per cent, are better spent on a new one.
TOO_DEAR = 50
#: Out less than so many per cent of the open days, over at least so many: nobody wants it.
IDLE, ENOUGH_DAYS = 10, 60
#: One more unit is worth it from so many requests that it would have served, when the family is out so many per cent.
SERVED, BUSY = 3, 50


@dataclass(frozen=True, slots=True)
class Said:
    """An advice and its reason, in French."""

    advice: Advice
    reason: str


def percent(part: int, whole: int) -> int:
    """A whole number of per cent; 0 of nothing."""
    return round(100 * part / whole) if whole else 0


def age(unit: Unit, today: date) -> int | None:
    """Whole years since it was bought; None when nobody noted it."""
    if unit.bought_on is None:
        return None
    day = unit.bought_on
    return max(today.year - day.year - ((today.month, today.day) < (day.month, day.day)), 0)


def for_unit(unit: Unit, sums: Sums, time: Time) -> Said:
    """What to do with a thing: dear repairs first, then what nobody borrows, then what it brought in."""
    if unit.value and sums.repairs and percent(sums.repairs, unit.value) >= TOO_DEAR:
        return Said(Advice.REPLACE, _("réparations %(spent)s, %(share)s %% de son achat", spent=euros(sums.repairs),
                                      share=percent(sums.repairs, unit.value)))  # fmt: skip
    if time.open >= ENOUGH_DAYS and percent(time.out, time.open) < IDLE:
        return Said(Advice.GIVE_UP, _("sorti %(share)s %% des jours ouverts", share=percent(time.out, time.open)))
    if not unit.value:
        return Said(Advice.KEEP, _("prix d'achat inconnu : notez-le sur sa fiche"))
    if sums.repairs:
        return Said(Advice.REPAIR, _("réparations %(spent)s, %(share)s %% de son achat", spent=euros(sums.repairs),
                                     share=percent(sums.repairs, unit.value)))  # fmt: skip
    if sums.result >= 0:
        return Said(Advice.KEEP, _("remboursé, %(cents)s de gagné", cents=euros(sums.result)))
    return Said(Advice.KEEP, _("encore %(cents)s à couvrir", cents=euros(-sums.result)))


def for_family(wanted: Wanted, time: Time) -> Said:
    """Buy one more of a family, or not."""
    if not wanted.missed:
        return Said(Advice.KEEP, _("aucune demande restée sans matériel"))
    figure = _n(
        "une unité de plus aurait servi %(num)s demande sur %(missed)s",
        "une unité de plus aurait servi %(num)s demandes sur %(missed)s",
        wanted.served,
        missed=wanted.missed,
    )
    if wanted.served < SERVED:
        return Said(Advice.WAIT, figure)
    if not time.open:
        return Said(Advice.BUY, figure)
    busy = percent(time.out, time.open)
    if busy < BUSY:
        return Said(
            Advice.SPREAD,
            _("%(figure)s, mais la famille n'est sortie que %(busy)s %% du temps", figure=figure, busy=busy),
        )
    out = _("famille sortie %(busy)s %% du temps", busy=busy)
    return Said(Advice.BUY, f"{figure}{NBSP}; {out}")
