"""The blueprint that every page of exchange hangs on."""

from flask import Blueprint

bp = Blueprint("exchange", __name__)
IMPORT = "import.run"
