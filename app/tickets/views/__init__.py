"""Pages of tickets. One blueprint, one file per page."""

from app.tickets.views import board, delays, exits, intake, loaners, scan, show, slips, work
from app.tickets.views.blueprint import bp

__all__ = ["board", "bp", "delays", "exits", "intake", "loaners", "scan", "show", "slips", "work"]
