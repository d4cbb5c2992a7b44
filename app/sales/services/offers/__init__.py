"""Quotes of sale: written line by line, with options and choices; sent, answered and followed by the verbs of every quote."""

from app.sales.services.offers.choosing import Amounts, amounts_of, check_choice, proposed, take_choice
from app.sales.services.offers.drafting import (
    OfferLine,
    OfferTerms,
    add_line,
    add_third,
    brought_lines,
    change_line,
    change_terms,
    check_sendable,
    filled,
    locked_draft,
    move_line,
    refresh,
    remove_line,
    remove_third,
    start,
    usual_terms,
)
from app.sales.services.offers.paper import paper
from app.sales.services.offers.versions import discard, revise, send

__all__ = [
    "Amounts", "OfferLine", "OfferTerms", "add_line", "add_third", "amounts_of", "brought_lines", "change_line", "change_terms", "check_choice", "check_sendable",
    "discard", "filled", "locked_draft", "move_line", "paper", "proposed", "refresh", "remove_line", "remove_third", "revise", "send", "start",
    "take_choice", "usual_terms",
]  # fmt: skip
