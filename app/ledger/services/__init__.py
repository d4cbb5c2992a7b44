"""Verbs of the ledger."""

from app.ledger.services.chart import change_chart, load_chart, uses
from app.ledger.services.posting import Caught, catch_up, pending
from app.ledger.services.years import Year, year_named, year_of

__all__ = ["Caught", "Year", "catch_up", "change_chart", "load_chart", "pending", "uses", "year_named", "year_of"]
