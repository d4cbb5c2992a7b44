"""Pages of the clients. One blueprint, one file per page; `doors` says how one comes in."""

from flask import Blueprint

bp = Blueprint("portal", __name__)

from app.portal.views import account, home, messages, papers, quote, status, survey  # noqa: E402, F401
