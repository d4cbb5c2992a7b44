"""The blueprint of personal data."""

from flask import Blueprint

RIGHT = "privacy.manage"

bp = Blueprint("privacy", __name__)
