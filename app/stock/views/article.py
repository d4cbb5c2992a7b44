"""One article's stock: where it is, for whom it is kept, its lots, where it went."""

from collections.abc import Iterable
from typing import Any

from flask import Response
from flask_login import current_user

from app.accounts.queries import allowed
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import or_404, page
from app.stock import queries
from app.stock.services.hooks import buying, told
from app.stock.views.blueprint import bp


@bp.get("/stock/articles/<int:article_id>")
@requires("stock.view")
def article(article_id: int) -> Response:
    """The stock of an article."""
    found = or_404(queries.article_stock(article_id))
    moves, uses = queries.moves_of(article_id), queries.uses_of_article(article_id)
    gone = queries.gone_by_lot(article_id) if found.traced else {}
    return page(
        "stock/article.html", article=found, levels=queries.by_place(article_id), moves=moves, uses=uses,
        lots=queries.lots_of(article_id) if found.traced else [], gone=gone,
        links=links((*moves, *uses, *gone.values())),
        costs=allowed(current_user, "catalog.cost"), buy=buying(),
    )  # fmt: skip


def links(rows: Iterable[Any]) -> dict[tuple[str, int], tuple[str, str]]:
    """(label, address) of the records that rows are about, for those that this person may see."""
    return told(current_user, {(row.about_kind, row.about_id) for row in rows})


def article_panel(article: Any) -> dict[str, Any] | None:
    """The stock on the article's own page; absent where it is not kept in stock."""
    if not article.stocked:
        return None
    return {
        "article": article,
        "buy": buying(),
        "levels": queries.by_place(article.id),
        "reserved": queries.reserved_of_article(article.id),
    }


def ticket_panel(ticket: Any) -> dict[str, Any] | None:
    """The parts reserved and awaited for a ticket; absent where there are none."""
    parts = queries.reserved_for(subject_of(ticket))
    return {"parts": parts} if parts else None
