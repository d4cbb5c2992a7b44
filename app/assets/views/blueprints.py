"""The two blueprints of assets, and the rights that their routes ask for."""

from flask import Blueprint

bp = Blueprint("assets", __name__, url_prefix="/biens")
settings_bp = Blueprint("families", __name__, url_prefix="/reglages/familles")

VIEW, EDIT, SETTINGS = "asset.view", "asset.edit", "family.edit"
