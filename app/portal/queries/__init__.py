"""Reads of the clients' side. Access is checked by the doors of the views."""

from app.portal.queries.journey import Journey, journey_of
from app.portal.queries.lists import TicketRow, my_tickets
from app.portal.queries.opening import opening_words
from app.portal.queries.papers import Papers, papers_of, readable_file
from app.portal.queries.surveys import survey_of, survey_open
from app.portal.queries.todo import to_do

__all__ = [
    "Journey", "Papers", "TicketRow", "journey_of", "my_tickets", "opening_words", "papers_of", "readable_file", "survey_of",
    "survey_open", "to_do",
]  # fmt: skip
