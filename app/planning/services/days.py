"""Closures: days when nobody is there. What is already promised on them is said, never undone in silence."""

from datetime import date

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.planning.models import Closure

LONGEST = 366


def close_days(label: str, first: date, last: date, site_id: int | None = None) -> Closure:
    """Close from one day to another, both included. Raises DomainError."""
    require_transaction()
    if last < first:
        raise DomainError(_("Le dernier jour vient avant le premier. Échangez-les."), field="last_day")
    if (last - first).days > LONGEST:
        raise DomainError(_("Une fermeture dure un an au plus. Vérifiez les années."), field="last_day")
    closure = Closure(label=label.strip(), first_day=first, last_day=last, site_id=site_id)
    db.session.add(closure)
    db.session.flush()
    record(closure, "closure.added", label=closure.label)
    return closure


def open_again(closure: Closure) -> None:
    """Forget a closure."""
    require_transaction()
    record(closure, "closure.dropped", label=closure.label)
    db.session.delete(closure)
    db.session.flush()
