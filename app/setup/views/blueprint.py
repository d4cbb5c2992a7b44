"""The blueprint of setup, and the right its pages ask for."""

from flask import Blueprint

bp = Blueprint("setup", __name__)
RIGHT = "organisation.edit"
