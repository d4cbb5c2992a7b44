"""The blueprint that every page of the till joins, and what they share."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint

from app.core.db import transaction
from app.core.web import or_404
from app.till import queries, services
from app.till.models import Till, TillSale

bp = Blueprint("till", __name__)
T = TypeVar("T")


def the_till(code: str) -> Till:
    """The till of the address, or 404."""
    return or_404(queries.till_by_code(code))


def the_sale(number: str) -> TillSale:
    """The ticket of the address, or 404."""
    return or_404(queries.sale_by_number(number))


def in_order(till_id: int, work: Callable[[], T]) -> T:
    """Do the work in a transaction; a clock that went back refuses it, and is written in another."""
    try:
        with transaction():
            return work()
    except services.ClockWentBack:
        with transaction():
            services.note_clock(till_id)
        raise
