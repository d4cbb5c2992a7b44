"""Pages of tickets. One blueprint, one file per page."""

from app.tickets.views import board, exits, intake, loaners, scan, show, slips, work
from app.tickets.views.blueprint import bp

__all__ = ["board", "bp", "exits", "intake", "loaners", "scan", "show", "slips", "work"]
