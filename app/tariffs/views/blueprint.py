"""The blueprint of tariffs, and its right."""

from flask import Blueprint

bp = Blueprint("tariffs", __name__, url_prefix="/tarifs")
EDIT = "tariff.edit"
