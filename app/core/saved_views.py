"""Saved views: the query string of a list, kept under a name, private or shared."""

from typing import NamedTuple

from sqlalchemy import Index, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Identified, Names, Stamped, column, db, require_transaction
from app.core.revisions import follow, kept_until


class SavedView(Identified, Stamped, Base):
    """A named query string of one page."""

    __tablename__ = "saved_view"
    __kind__ = "saved_view"
    __fr__ = Names("vue enregistrée", "vues enregistrées", True)
    __table_args__ = (Index(None, "page", "owner_id"),)

    page: Mapped[str] = column("Page")
    name: Mapped[str] = column("Nom")
    query: Mapped[str] = column("Filtres")
    owner_id: Mapped[int] = mapped_column()
    shared: Mapped[bool] = column("Partagée", default=False)


follow("saved_views", SavedView)


class View(NamedTuple):
    """A saved view as its page shows it."""

    id: int
    name: str
    query: str
    owner_id: int
    shared: bool


@kept_until("saved_views")
def views_of(page: str, owner_id: int) -> list[View]:
    """The views of a page that this person sees: his own and the shared ones."""
    query = (
        select(SavedView.id, SavedView.name, SavedView.query, SavedView.owner_id, SavedView.shared)
        .where(SavedView.page == page, or_(SavedView.owner_id == owner_id, SavedView.shared))
        .order_by(SavedView.id)
    )
    return [View(*row) for row in db.session.execute(query)]


def save_view(page: str, name: str, query: str, owner_id: int, *, shared: bool) -> SavedView:
    """Keep a view; the same name of the same owner is replaced."""
    require_transaction()
    view = db.session.scalar(
        select(SavedView).where(SavedView.page == page, SavedView.owner_id == owner_id, SavedView.name == name)
    )
    if view is None:
        view = SavedView(page=page, name=name, owner_id=owner_id, query=query, shared=shared)
        db.session.add(view)
    else:
        view.query, view.shared = query, shared
    db.session.flush()
    return view


def drop_view(view_id: int, owner_id: int) -> bool:
    """Forget one of one's own views; False when it is not one's own."""
    require_transaction()
    view = db.session.get(SavedView, view_id)
    if view is None or view.owner_id != owner_id:
        return False
    db.session.delete(view)
    return True
