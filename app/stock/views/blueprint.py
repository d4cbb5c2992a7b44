"""The blueprint that every page of stock joins."""

from flask import Blueprint

bp = Blueprint("stock", __name__)
