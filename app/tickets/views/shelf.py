"""Where the part of a line is taken: a place, and a lot or a serial number where the article has some."""

from typing import Any

from app.core.fields import options
from app.core.i18n import _
from app.core.money import TWO
from app.core.money import quantity as written
from app.stock.queries import by_place, held_at
from app.stock.states import PlaceKind
from app.tickets.forms import LineForm
from app.tickets.models import Ticket, TicketLine


def offer_shelves(form: LineForm, line: TicketLine | None) -> None:
    """Fill the choices of a line's form: where some are free, and where those of the line are held, which is chosen."""
    article_id = form.article_id.data
    own = held_at(Ticket.__kind__, line.id) if line is not None and article_id == line.article_id else None
    rows = [row for row in by_place(article_id) if row.kind != PlaceKind.QUARANTINE] if article_id else []
    offered = [row for row in rows if row.quantity > row.held or (row.place_id, row.lot_id or 0) == own]
    form.shelf.choices = options(
        [("", _("Là où il y en a, l'atelier d'abord")), *((_value(row), _words(row)) for row in offered)]
    )
    if own is not None and not form.is_submitted() and own in [(row.place_id, row.lot_id or 0) for row in offered]:
        form.shelf.data = f"{own[0]}-{own[1]}"


def _value(row: Any) -> str:
    return f"{row.place_id}-{row.lot_id or 0}"


def _words(row: Any) -> str:
    left = row.quantity - row.held
    free = (
        _("réservé ici")
        if left <= 0
        else _("%(n)s libre", n=written(left))
        if left < TWO
        else _("%(n)s libres", n=written(left))
    )
    lot = [f"{row.lot} ({row.origin.label.lower()})"] if row.lot else []
    return ", ".join([row.place, *lot, free])


def chosen_shelf(form: LineForm) -> tuple[int | None, int | None]:
    """(place, lot) chosen in the form; nothing when it is left to us."""
    place, _dash, lot = (form.shelf.data or "").partition("-")
    return (int(place), int(lot) or None) if place.isdigit() and lot.isdigit() else (None, None)
