"""Reads of members. Those that the member's own pages are made of: `wards_of`, `memberships_of`, `to_pay_for`, `blocks`."""

from app.members.queries.blocks import Block, blocks, declare_block
from app.members.queries.facts import Asked, Facts, bracket_words, facts_for, facts_of, payer_for
from app.members.queries.listing import Filters, listing, membership_by_id, membership_of, memberships_of, to_pay_for
from app.members.queries.people import (
    Home,
    homes_of,
    household_by_id,
    main_household,
    may_act_for,
    profile_of,
    representatives_of,
    wards_of,
)
from app.members.queries.seasons import enabled, fee_rows, open_season, season_before, season_on, seasons
from app.members.queries.told import told_for

__all__ = [
    "Asked", "Block", "Facts", "Filters", "Home", "blocks", "bracket_words", "declare_block", "enabled", "facts_for", "facts_of", "fee_rows", "homes_of",
    "household_by_id", "listing", "main_household", "may_act_for", "membership_by_id", "membership_of", "memberships_of", "open_season", "payer_for", "profile_of",
    "representatives_of", "season_before", "season_on", "seasons", "to_pay_for", "told_for", "wards_of",
]  # fmt: skip
