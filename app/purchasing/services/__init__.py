"""Verbs of purchasing: fill a basket, order, receive, take in an invoice, pay it."""

from app.purchasing.services.baskets import add_article, cancel, change_line, fill
from app.purchasing.services.bills import BillInput, accept, add_bill, dispute, match, pay
from app.purchasing.services.loading import locked
from app.purchasing.services.orders import order, publish, render
from app.purchasing.services.reading import BillRead, read_bill
from app.purchasing.services.receiving import Arrived, receive

__all__ = [
    "Arrived", "BillInput", "BillRead", "accept", "add_article", "add_bill", "cancel", "change_line", "dispute", "fill", "locked", "match",
    "order", "pay", "publish", "read_bill", "receive", "render",
]  # fmt: skip
