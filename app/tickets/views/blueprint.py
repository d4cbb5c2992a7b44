"""The blueprint that every page of tickets joins."""

from flask import Blueprint

bp = Blueprint("tickets", __name__)
