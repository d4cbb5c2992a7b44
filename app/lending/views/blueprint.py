"""The blueprint of loans, and its rights."""

from flask import Blueprint

VIEW, EDIT, SETTINGS, OVERRIDE = "loan.view", "loan.edit", "loan.settings", "loan.override"

bp = Blueprint("lending", __name__)
