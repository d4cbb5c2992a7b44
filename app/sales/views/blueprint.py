"""The blueprint that every page of quotes joins."""

from flask import Blueprint

bp = Blueprint("sales", __name__)
