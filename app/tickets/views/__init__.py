"""Pages of tickets. One blueprint, one file per page."""

from flask import Blueprint

bp = Blueprint("tickets", __name__)

from app.tickets.views import board, exits, intake, loaners, scan, show, slips, work  # noqa: E402, F401
