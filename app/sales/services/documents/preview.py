"""The paper of a draft, as it will read: the same data as its PDF, the day being today."""

from typing import Any, cast

from app.core import clock
from app.sales.models import SalesDocument
from app.sales.services.documents.issuing import due_day
from app.sales.services.documents.papers import order_data
from app.sales.services.facturx.page import Data, page_data
from app.sales.states import ISSUED, DocumentKind


class _Foreseen:
    """The draft with what issuing it would write: nothing of it is written."""

    def __init__(self, draft: SalesDocument, content: Data) -> None:
        self._draft = draft
        self.content = content
        self.issued_on = clock.today()
        self.due_on = due_day(draft, self.issued_on) if draft.kind in ISSUED else draft.due_on

    def __getattr__(self, name: str) -> Any:
        return getattr(self._draft, name)


def preview(draft: SalesDocument, content: Data) -> Data:
    """What the paper of a draft invoice, credit note or order will say: see `page_data`. Its lines and parties are loaded;
    `content` is what `described` says of it."""
    seen = cast("SalesDocument", _Foreseen(draft, content))
    return order_data(seen) if draft.kind == DocumentKind.ORDER else page_data(seen)
