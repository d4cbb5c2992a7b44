"""Pages of loans."""

from app.lending.views import (
    borrower,
    conditions,
    contract,
    day,
    find,
    incidents,
    index,
    money,
    new,
    offer,
    returns,
    series,
    settings,
    show,
    threatened,
    waiting,
)
from app.lending.views.blueprint import bp

__all__ = [
    "borrower",
    "bp",
    "conditions",
    "contract",
    "day",
    "find",
    "incidents",
    "index",
    "money",
    "new",
    "offer",
    "returns",
    "series",
    "settings",
    "show",
    "threatened",
    "waiting",
]
