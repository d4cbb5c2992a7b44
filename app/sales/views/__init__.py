"""Pages of quotes. One blueprint, one file per page."""

from flask import Blueprint

bp = Blueprint("sales", __name__)

from app.sales.views import answer, index, show, ticket  # noqa: E402, F401
