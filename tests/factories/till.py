"""Tills, sessions, tickets."""

from typing import Any

from app.core.db import transaction
from app.till import services
from app.till.models import Till, TillSale, TillSession
from app.till.services import Paid, SaleLine
from app.till.states import Means
from tests.factories.base import serial


def a_till(**values: Any) -> Till:
    """A till of its own code, closed."""
    with transaction():
        return services.add_till(**{"code": f"C{serial()}", "name": "Caisse du magasin"} | values)


def an_open_till(float_amount: int = 10_000, **values: Any) -> Till:
    """A till opened with 100 €."""
    till = a_till(**values)
    opened(till, float_amount)
    return till


def opened(till: Till, float_amount: int = 10_000) -> TillSession:
    """Its session."""
    with transaction():
        return services.open_till(till.id, float_amount)


def a_line(**values: Any) -> SaleLine:
    """Water filter at 11,90 € with tax at 20 %."""
    known: dict[str, Any] = {"label": "Filtre à eau", "price": 1190, "rate": 2000, "vat_code": "normal"}
    return SaleLine(**known | values)


def a_sale(till: Till, *lines: SaleLine, means: tuple[Paid, ...] = (), **values: Any) -> TillSale:
    """A ticket paid in cash, unless other means are given."""
    rung = lines or (a_line(),)
    due = sum(line.gross for line in rung)
    with transaction():
        return services.sell(
            till.id, rung, means or (Paid(Means.CASH, due),), **{"form_key": f"vente-{serial()}"} | values
        )
