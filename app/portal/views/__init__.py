"""Pages of the clients. One blueprint, one file per page; `doors` says how one comes in."""

from app.portal.views import (
    account,
    bills,
    booking,
    home,
    loans,
    membership,
    messages,
    owner,
    owner_accounts,
    papers,
    quote,
    status,
    survey,
    waiting,
)
from app.portal.views.blueprint import bp

__all__ = [
    "account", "bills", "booking", "bp", "home", "loans", "membership", "messages", "owner",
    "owner_accounts", "papers", "quote", "status", "survey", "waiting",
]  # fmt: skip
