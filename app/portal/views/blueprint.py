"""The blueprint that every page of the clients joins."""

from flask import Blueprint

bp = Blueprint("portal", __name__)
