"""The blueprints that the pages of quotes, and those of orders and invoices, join."""

from flask import Blueprint

bp = Blueprint("sales", __name__)
invoices = Blueprint("invoices", __name__)
