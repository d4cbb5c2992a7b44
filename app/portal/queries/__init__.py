"""Reads of the clients' side. Access is checked by the doors of the views."""

from app.portal.queries.bills import Bill, Order, bills_of_quote, bills_of_ticket, file_of, my_bills, order_of
from app.portal.queries.journey import Journey, journey_of
from app.portal.queries.lists import TicketRow, my_tickets
from app.portal.queries.opening import opening_words
from app.portal.queries.papers import Papers, papers_of, readable_file
from app.portal.queries.surveys import survey_of, survey_open
from app.portal.queries.todo import to_do

__all__ = [
    "Bill", "Journey", "Order", "Papers", "TicketRow", "bills_of_quote", "bills_of_ticket", "file_of", "journey_of", "my_bills",
    "my_tickets", "opening_words", "order_of", "papers_of", "readable_file", "survey_of",
    "survey_open", "to_do",
]  # fmt: skip
