"""Verbs of purchasing: fill a basket, order, receive, take in an invoice, pay it."""

from app.purchasing.services.baskets import add_article, cancel, change_line, fill, start
from app.purchasing.services.bills import (
    BillInput,
    accept,
    add_bill,
    classify,
    declare_booked,
    dispute,
    is_booked,
    last_expense,
    match,
    point,
    settle_dispute,
)
from app.purchasing.services.loading import locked
from app.purchasing.services.matching import BillLine, lines_in
from app.purchasing.services.orders import order, publish, render
from app.purchasing.services.paying import deduct, pay, unpay
from app.purchasing.services.reading import Proposal, prepare_file, propose, read_or_none, shares_of, take_in, values_of
from app.purchasing.services.receiving import Arrived, receive

__all__ = [
    "Arrived", "BillInput", "BillLine", "Proposal", "accept", "add_article", "add_bill", "cancel", "change_line", "classify", "declare_booked", "deduct", "dispute", "fill", "is_booked", "last_expense", "lines_in", "locked",
    "match", "order", "pay", "point", "prepare_file", "propose", "publish", "read_or_none", "receive", "render", "settle_dispute", "shares_of", "start", "take_in", "unpay", "values_of",
]  # fmt: skip
