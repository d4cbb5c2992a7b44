"""The two blueprints of the catalogue, and the rights that their routes ask for."""

from flask import Blueprint

bp = Blueprint("catalog", __name__, url_prefix="/articles")
vat_bp = Blueprint("vat", __name__, url_prefix="/reglages/tva")

VIEW, EDIT, COST, VAT = "catalog.view", "catalog.edit", "catalog.cost", "vat.edit"
