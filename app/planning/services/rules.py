"""How a family may be booked: written by family, kept until changed."""

from app.assets.services.by_family import say_of_family
from app.planning.queries.rules import RULES, Rules


def set_rules(family_id: int | None, rules: Rules | None) -> None:
    """Write the rules of a family (None: of all those without one of their own); `rules` None gives them up."""
    say_of_family(RULES, family_id, rules, "booking_rule.changed")
