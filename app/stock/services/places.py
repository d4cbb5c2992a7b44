"""Places: shop, workshop, vans."""

from sqlalchemy import case, func, select

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.stock.models import StockPlace
from app.stock.states import PlaceKind

#: Where one looks first for a part, and where goods are delivered.
RANK = case(
    {PlaceKind.WORKSHOP: 0, PlaceKind.SHOP: 1, PlaceKind.VAN: 2, PlaceKind.QUARANTINE: 3},
    value=StockPlace.kind,
    else_=4,
)


def add_place(name: str, kind: PlaceKind = PlaceKind.SHOP, site_id: int | None = None) -> StockPlace:
    """A new place. Raises DomainError without a name, or when another has it."""
    require_transaction()
    words = name.strip()[:80]
    if not words:
        raise DomainError(_("Donnez un nom à ce lieu : Magasin, Atelier, Camionnette…"), field="name")
    if db.session.scalar(select(StockPlace.id).where(func.lower(StockPlace.name) == words.lower())):
        raise DomainError(_("« %(name)s » existe déjà. Choisissez un autre nom.", name=words), field="name")
    place = StockPlace(name=words, kind=kind, site_id=site_id)
    db.session.add(place)
    db.session.flush()
    record(place, "stock_place.added", name=words)
    return place


def usual_place() -> StockPlace | None:
    """The first workshop, else the first shop; None while the organisation has no place."""
    return db.session.scalar(
        select(StockPlace)
        .where(StockPlace.archived_at.is_(None), StockPlace.kind != PlaceKind.QUARANTINE)
        .order_by(RANK, StockPlace.id)
        .limit(1)
    )


def default_place() -> StockPlace:
    """Where goods go when nobody says: the usual place; made when the organisation has no place yet."""
    return usual_place() or add_place(_("Atelier"), PlaceKind.WORKSHOP)
