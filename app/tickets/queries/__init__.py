"""Reads of tickets, scoped for a person."""

from app.tickets.queries.board import Counts, board, counts
from app.tickets.queries.filters import Filters
from app.tickets.queries.known import guarantee_parent, past_tickets
from app.tickets.queries.listing import listing
from app.tickets.queries.load import Promise, promise_for
from app.tickets.queries.one import lines_of, may_move, moves_for, related, ticket_by_id, ticket_for, visible
from app.tickets.queries.words import noun, state_words, word

__all__ = [
    "Counts", "Filters", "Promise", "board", "counts", "guarantee_parent", "lines_of", "listing", "may_move", "moves_for", "noun",
    "past_tickets", "promise_for", "related", "state_words", "ticket_by_id", "ticket_for", "visible", "word",
]  # fmt: skip
