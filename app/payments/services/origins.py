"""A credit note settles the invoice that it corrects as soon as it is issued, as far as that one is not paid."""

from app.core.db import db
from app.payments.services.money_out import settle_nothing_due, settle_with_credit
from app.payments.services.parts import credit_left
from app.sales.models import SalesDocument
from app.sales.states import DocumentKind


def settle_origin(document: SalesDocument) -> None:
    """Told of each issued document: one with nothing to pay is settled; a credit note is set against its own invoice, what is left of
    it is the client's."""
    if document.due == 0:
        settle_nothing_due(document)
    if document.kind != DocumentKind.CREDIT or document.origin_id is None:
        return
    origin = db.session.get_one(SalesDocument, document.origin_id)
    if origin.left > 0 and credit_left(document) > 0:
        settle_with_credit(document, origin)
