"""The blueprint of outside repairers, and its rights."""

from flask import Blueprint

MANAGE, SHARE, OWN = "repairer.manage", "repairer.share", "repairer.own"

bp = Blueprint("repairers", __name__)
