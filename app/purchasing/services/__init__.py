"""Verbs of purchasing: fill a basket, order, receive, take in an invoice, pay it."""

from app.purchasing.services.baskets import add_article, cancel, change_line, fill, start
from app.purchasing.services.bills import BillInput, accept, add_bill, dispute, match, point, settle_dispute
from app.purchasing.services.loading import locked
from app.purchasing.services.matching import BillLine, lines_in
from app.purchasing.services.orders import order, publish, render
from app.purchasing.services.paying import pay, unpay
from app.purchasing.services.reading import prepare_file, read_or_none, shares_of, take_in, values_of
from app.purchasing.services.receiving import Arrived, receive

__all__ = [
    "Arrived", "BillInput", "BillLine", "accept", "add_article", "add_bill", "cancel", "change_line", "dispute", "fill", "lines_in", "locked",
    "match", "order", "pay", "point", "prepare_file", "publish", "read_or_none", "receive", "render", "settle_dispute", "shares_of", "start", "take_in", "unpay", "values_of",
]  # fmt: skip
