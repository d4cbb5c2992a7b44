"""Pages of the clients. One blueprint, one file per page; `doors` says how one comes in."""

from app.portal.views import account, bills, home, messages, papers, quote, status, survey
from app.portal.views.blueprint import bp

__all__ = ["account", "bills", "bp", "home", "messages", "papers", "quote", "status", "survey"]
