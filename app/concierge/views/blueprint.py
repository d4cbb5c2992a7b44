"""The blueprint of the concierge, and its rights."""

from flask import Blueprint

VIEW, MANAGE, MONTHS, APPROVE = "concierge.view", "concierge.manage", "concierge.months", "concierge.approve"

bp = Blueprint("concierge", __name__, url_prefix="/conciergerie")
