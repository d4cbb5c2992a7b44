"""The calculation of an owner's month: a book in, statements out."""

from app.statements.services.corrections import corrections, uncorrected
from app.statements.services.month import lines_of, statements_of
from app.statements.services.oddities import Found, oddities
from app.statements.services.parts import ALL
from app.statements.services.rates import ties
from app.statements.services.sharing import shared

__all__ = ["ALL", "Found", "corrections", "lines_of", "oddities", "shared", "statements_of", "ties", "uncorrected"]
