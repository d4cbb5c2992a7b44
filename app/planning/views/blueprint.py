"""The blueprint of the planning, and its rights."""

from flask import Blueprint

VIEW, EDIT, SETTINGS = "planning.view", "planning.edit", "planning.settings"

bp = Blueprint("planning", __name__)
