"""The blueprint that every page of purchasing joins."""

from flask import Blueprint

bp = Blueprint("purchasing", __name__)
