"""What the papers of a repair say of its parts and of its guarantee (QualiRépar 6.2.2, 6.3.2)."""

import pytest

from app.catalog.states import Origin
from app.core.db import transaction
from app.sales.services import documents
from app.sales.services.facturx.page import page_data
from app.sales.services.printing import preview
from app.tickets.models import Ticket
from app.tickets.services import LineInput, locked
from app.tickets.states import LineKind, Outcome
from tests.cast import Cast
from tests.factories.quotes import a_priced_ticket
from tests.factories.sales import a_legal_seller, again
from tests.sales.test_papers import words_of

pytestmark = pytest.mark.row("D8")

GUARANTEE = "Réparation garantie 3 mois"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    a_legal_seller()
    parts = [LineInput(LineKind.PART, f"Pièce {rank}", 1000, 1000, 2000, f"P-{rank}", origin=origin.value)
             for rank, origin in enumerate(Origin)]  # fmt: skip
    labour = LineInput(LineKind.LABOUR, "Main-d'œuvre", 1000, 5000, 2000, origin="new_maker")
    return a_priced_ticket(*parts, labour, contact=cast.karim)


def test_the_invoice_says_where_each_part_comes_from_and_the_guarantee(ticket: Ticket) -> None:
    with transaction():
        invoice = documents.from_ticket(ticket)
    with transaction():
        issued = documents.issue(invoice)
    page = page_data(again(issued))
    assert [line["detail"] for line in page["lines"]] == [
        "P-0, Neuve, du fabricant", "P-1, Neuve, compatible", "P-2, D’occasion", "P-3, Reconditionnée", None,
    ]  # fmt: skip
    assert any(GUARANTEE in text for text in page["terms"])


def test_what_was_not_repaired_is_not_guaranteed(ticket: Ticket) -> None:
    with transaction():
        locked(ticket).outcome = Outcome.NOT_REPAIRABLE
        invoice = documents.from_ticket(ticket)
    assert GUARANTEE not in invoice.conditions


def test_the_quote_says_it_in_words(ticket: Ticket) -> None:
    paper = words_of(preview(ticket))
    assert "P-1, Neuve, compatible" in paper
    assert "new_" not in paper
