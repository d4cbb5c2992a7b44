"""The price engine: pure. Which rule holds in a situation, which one wins, what the price becomes, and why.

Order of what is more specific, documented for users in « Pourquoi ce prix ? »:
1. what the rule is about: an article beats its family, which beats an object alone, which beats « everything »;
   a nearer family beats the one above it;
2. then who: each condition about the person counts one (zone, member category, customer category, quotient familial, rank of
   the child); more conditions beat fewer;
3. then when and how much: each condition (season, duration, quantity, dates) counts one;
4. then the narrower of two: the higher threshold of rank, of quantity, of days, then the narrower bracket of quotient.

Two rules that can hold at once with the same rank are a tie: refused when they are entered, so one rule always wins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.core.i18n import _
from app.core.money import euros, percent, round_half_up
from app.tariffs.states import Effect

FOR_EVER = (date.min, date.max)
NO_LIMIT = 10**12


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, without its table. None stands for « whatever ». Seasons are « MM-JJ », both days included, over the new year
    when `season_from` is later. A quotient bracket is [from, below[; days [from, to]; `quantity_from` in thousandths."""

    id: int
    label: str
    purpose: str = ""
    article_id: int | None = None
    family_id: int | None = None
    zone_id: int | None = None
    member_category: str | None = None
    customer_category: str | None = None
    quotient_from: int | None = None
    quotient_below: int | None = None
    sibling_rank: int | None = None
    season_from: str | None = None
    season_to: str | None = None
    days_from: int | None = None
    days_to: int | None = None
    quantity_from: int | None = None
    effect: Effect = Effect.PRICE
    amount: int = 0
    share: int = 0
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a sale. `families`: the article's family and those above it, the nearest first; `quotient` in cents."""

    on: date
    purpose: str = ""
    article_id: int | None = None
    families: tuple[int, ...] = ()
    zone_id: int | None = None
    member_category: str = ""
    customer_category: str = ""
    quotient: int | None = None
    sibling_rank: int = 1
    days: int | None = None
    quantity: int = 1000


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule looked at, and in French why it won, lost or did not hold."""

    rule: Rule
    holds: bool
    words: str


@dataclass(frozen=True, slots=True)
class Priced:
    """The price in cents, the rule that won (None: the base price), those that held and lost, and every reason."""

    amount: int
    rule: Rule | None
    losers: tuple[Rule, ...]
    reasons: tuple[Reason, ...] = field(default=())


Rank = tuple[int, ...]


def price_of(base: int, rules: Iterable[Rule], situation: Situation) -> Priced:
    """The price of a situation. `base` in cents without tax. The order in which rules come changes nothing."""
    known = sorted(rules, key=lambda rule: rule.id)
    refusals = {rule.id: why_not(rule, situation) for rule in known}
    held = [rule for rule in known if not refusals[rule.id]]
    if not held:
        return Priced(base, None, (), tuple(Reason(rule, False, refusals[rule.id]) for rule in known))
    winner = max(held, key=lambda rule: (rank_of(rule, situation.families), -rule.id))
    losers = tuple(rule for rule in held if rule is not winner)
    reasons = [Reason(winner, True, _("C'est la plus précise : %(what)s.", what=effect_words(winner)))]
    reasons += [Reason(rule, True, lost_to(rule, winner, situation.families)) for rule in losers]
    reasons += [Reason(rule, False, refusals[rule.id]) for rule in known if refusals[rule.id]]
    return Priced(applied(base, winner), winner, losers, tuple(reasons))


def applied(base: int, rule: Rule) -> int:
    """The base price under a rule, in cents; never below zero."""
    if rule.effect == Effect.PRICE:
        return rule.amount
    if rule.effect == Effect.AMOUNT_OFF:
        return max(0, base - rule.amount)
    return round_half_up(Decimal(base) * (10_000 - rule.share) / 10_000)


def effect_words(rule: Rule) -> str:
    """« prix de 12,00 € », « moins 10 % »."""
    if rule.effect == Effect.PRICE:
        return _("prix de %(amount)s", amount=euros(rule.amount))
    if rule.effect == Effect.AMOUNT_OFF:
        return _("moins %(amount)s", amount=euros(rule.amount))
    return _("moins %(share)s", share=percent(rule.share))


# --- does it hold? --------------------------------------------------------------------------------------------


def why_not(rule: Rule, at: Situation) -> str:
    """Why a rule does not hold, in French; "" when it does."""
    return _not_about(rule, at) or _not_who(rule, at) or _not_when(rule, at)


def _not_about(rule: Rule, at: Situation) -> str:
    if rule.article_id is not None and rule.article_id != at.article_id:
        return _("Elle porte sur un autre article.")
    if rule.family_id is not None and rule.family_id not in at.families:
        return _("Elle porte sur une autre famille.")
    if rule.purpose and rule.purpose.casefold() != at.purpose.casefold():
        return _("Elle porte sur « %(purpose)s ».", purpose=rule.purpose)
    return ""


def _not_who(rule: Rule, at: Situation) -> str:
    if rule.zone_id is not None and rule.zone_id != at.zone_id:
        return _("La commune n'est pas dans sa zone.")
    if rule.member_category is not None and rule.member_category.casefold() != at.member_category.casefold():
        return _("Elle demande l'adhérent « %(name)s ».", name=rule.member_category)
    if rule.customer_category is not None and rule.customer_category.casefold() != at.customer_category.casefold():
        return _("Elle demande le client « %(name)s ».", name=rule.customer_category)
    low, high = bracket(rule)
    if has_bracket(rule) and (at.quotient is None or not low <= at.quotient < high):
        return (
            _("Le quotient familial est inconnu.")
            if at.quotient is None
            else _("Le quotient familial est hors de sa tranche.")
        )
    if rule.sibling_rank is not None and at.sibling_rank < rule.sibling_rank:
        return _("Elle commence au %(rank)sᵉ enfant.", rank=rule.sibling_rank)
    return ""


def _not_when(rule: Rule, at: Situation) -> str:
    start, end = dates(rule)
    if not start <= at.on <= end:
        return _("Elle ne vaut pas à cette date.")
    if not in_season(rule, at.on):
        return _("Ce n'est pas sa saison.")
    low, high = days(rule)
    if has_days(rule) and (at.days is None or not low <= at.days <= high):
        return _("La durée n'est pas la sienne.")
    if rule.quantity_from is not None and at.quantity < rule.quantity_from:
        return _("La quantité est trop petite.")
    return ""


def in_season(rule: Rule, day: date) -> bool:
    """True in its season, over the new year too; always when it has none."""
    if not has_season(rule):
        return True
    start, end, now = rule.season_from or "01-01", rule.season_to or "12-31", f"{day:%m-%d}"
    return start <= now <= end if start <= end else now >= start or now <= end


def has_season(rule: Rule) -> bool:
    """True when it is bound to a part of the year."""
    return bool(rule.season_from or rule.season_to)


def has_bracket(rule: Rule) -> bool:
    """True when it asks for a quotient familial."""
    return rule.quotient_from is not None or rule.quotient_below is not None


def has_days(rule: Rule) -> bool:
    """True when it asks for a duration."""
    return rule.days_from is not None or rule.days_to is not None


def bracket(rule: Rule) -> tuple[int, int]:
    """[from, below[ of the quotient, in cents."""
    return rule.quotient_from or 0, NO_LIMIT if rule.quotient_below is None else rule.quotient_below


def days(rule: Rule) -> tuple[int, int]:
    """[from, to] of the duration, in days."""
    return rule.days_from or 0, NO_LIMIT if rule.days_to is None else rule.days_to


def dates(rule: Rule) -> tuple[date, date]:
    """First and last day of validity."""
    return rule.valid_from or FOR_EVER[0], rule.valid_to or FOR_EVER[1]


# --- which is more specific? ----------------------------------------------------------------------------------


def rank_of(rule: Rule, families: Sequence[int] = ()) -> Rank:
    """How specific a rule is: compare two; the higher wins. `families`: those of the article, the nearest first."""
    return (*_about(rule, families), _who(rule), _when(rule), rule.sibling_rank or 0, rule.quantity_from or 0,
            rule.days_from or 0, -_width(rule))  # fmt: skip


def _about(rule: Rule, families: Sequence[int]) -> tuple[int, int, int]:
    level = 3 if rule.article_id is not None else 2 if rule.family_id is not None else 1 if rule.purpose else 0
    near = -families.index(rule.family_id) if rule.family_id in families else -len(families)
    return level, near if level == 2 else 0, int(bool(rule.purpose) and level > 1)


def _who(rule: Rule) -> int:
    asked = (rule.zone_id, rule.member_category, rule.customer_category, rule.sibling_rank)
    return sum(one is not None for one in asked) + has_bracket(rule)


def _when(rule: Rule) -> int:
    timed = rule.valid_from is not None or rule.valid_to is not None
    return has_season(rule) + has_days(rule) + (rule.quantity_from is not None) + timed


def _width(rule: Rule) -> int:
    low, high = bracket(rule)
    return high - low


def lost_to(rule: Rule, winner: Rule, families: Sequence[int] = ()) -> str:
    """Why a rule that holds lost, in French."""
    mine, its = rank_of(rule, families), rank_of(winner, families)
    step = next((place for place, (one, other) in enumerate(zip(mine, its, strict=True)) if one != other), len(mine))
    words = (
        _("porte sur quelque chose de plus précis"), _("porte sur une famille plus proche"), _("porte aussi sur un objet"),
        _("a plus de conditions sur la personne"), _("a plus de conditions sur la date, la durée ou la quantité"),
        _("commence à un enfant plus loin"), _("demande une plus grande quantité"), _("demande une plus longue durée"),
        _("a une tranche de quotient plus étroite"), _("a été écrite avant"),
    )  # fmt: skip
    return _("Elle vaut aussi, mais « %(name)s » %(why)s.", name=winner.label, why=words[step])


# --- ties -----------------------------------------------------------------------------------------------------


def clash(rule: Rule, others: Iterable[Rule]) -> Rule | None:
    """A rule that could hold at the same time with the same rank: nothing would say which wins."""
    same = (other for other in others if other.id != rule.id and rank_of(other) == rank_of(rule))
    return next((other for other in same if overlap(rule, other)), None)


def overlap(one: Rule, other: Rule) -> bool:
    """True when some situation satisfies both."""
    return (
        _same(one.article_id, other.article_id)
        and (bool(one.article_id or other.article_id) or _same(one.family_id, other.family_id))
        and _same(one.purpose.casefold() or None, other.purpose.casefold() or None)
        and _same(one.zone_id, other.zone_id)
        and _same(_fold(one.member_category), _fold(other.member_category))
        and _same(_fold(one.customer_category), _fold(other.customer_category))
        and _meet_open(bracket(one), bracket(other))
        and _meet(days(one), days(other))
        and _meet(dates(one), dates(other))
        and _seasons_meet(one, other)
    )


def _same(one: object, other: object) -> bool:
    return one is None or other is None or one == other


def _fold(text: str | None) -> str | None:
    return None if text is None else text.casefold()


def _meet(one: tuple[date, date] | tuple[int, int], other: tuple[date, date] | tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]  # type: ignore[operator]


def _meet_open(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _seasons_meet(one: Rule, other: Rule) -> bool:
    """Two parts of the year meet when one begins inside the other."""
    if not (has_season(one) and has_season(other)):
        return True
    return _inside(one.season_from or "01-01", other) or _inside(other.season_from or "01-01", one)


def _inside(day: str, rule: Rule) -> bool:
    return in_season(rule, date(2024, int(day[:2]), int(day[3:])))
