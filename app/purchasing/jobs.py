"""Jobs of purchasing. Each is done twice without harm: what they find to do is in the database."""

from app.core.db import transaction
from app.documents import services as files
from app.documents.states import FileKind
from app.purchasing import queries, services


def render_and_send(purchase_id: int) -> dict[str, str]:
    """Make the PDF of an order, keep it, and send it to the supplier."""
    purchase = queries.purchase_by_id(purchase_id)
    if purchase is None or purchase.number is None or purchase.file_id is not None:
        return {}
    ready = files.prepare(services.render(purchase), f"{purchase.number}.pdf", FileKind.DOCUMENT)
    with transaction():
        services.publish(purchase_id, ready)
    return {"number": purchase.number}


def fill_baskets(article_ids: list[int] | None = None) -> dict[str, int]:
    """Put into the suppliers' baskets what is short of these articles, or of all."""
    with transaction():
        return {"lines": services.fill(article_ids)}
