"""What a membership costs somebody, and why: the article's price under the rules, with the facts of the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import clock
from app.members.models import Season
from app.members.queries.facts import Asked, Facts, facts_for
from app.tariffs.services import Offer, offers_to

PURPOSE = "adhésion"


@dataclass(frozen=True, slots=True)
class Fee:
    """Cents without and with tax. `why`: {"facts": [[what, value]], "rule", "base", "reasons": [[rule, holds, wins, words]]}."""

    asked: Asked
    article_id: int
    payer_id: int
    net: int
    gross: int
    why: dict[str, Any]

    @property
    def rule(self) -> str:
        """The name of the rule that made the price, "" for the catalogue's."""
        return str(self.why["rule"])


def priced_on(season: Season) -> date:
    """The day whose prices a membership follows: the season's first, or today once it has begun."""
    return max(clock.today(), season.first_day)


def fees(wanted: Sequence[tuple[Asked, int]], season: Season) -> list[Fee]:
    """The fee of each (who, article), in order: those of a household are given the eldest first, for their ranks."""
    if not wanted:
        return []
    day = priced_on(season)
    facts = facts_for([asked for asked, _article in wanted], season.id, day)
    found = offers_to(
        [
            (article_id, {**one.known, "purpose": PURPOSE})
            for (_who, article_id), one in zip(wanted, facts, strict=True)
        ],
        day,
    )
    return [
        Fee(asked, article_id, one.payer_id, offer.net, offer.gross, _why(one, offer))
        for (asked, article_id), one, offer in zip(wanted, facts, found, strict=True)
    ]


def fee(asked: Asked, article_id: int, season: Season) -> Fee:
    """The fee of one person."""
    return fees([(asked, article_id)], season)[0]


def _why(facts: Facts, offer: Offer) -> dict[str, Any]:
    rule = offer.priced.rule
    return {
        "facts": [list(pair) for pair in facts.words],
        "rule": rule.label if rule else "",
        "base": offer.base_gross,
        "reasons": [[one.rule.label, one.holds, one.rule == rule, one.words] for one in offer.priced.reasons],
    }
