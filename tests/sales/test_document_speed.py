"""The page of an issued invoice, whatever hangs on it: at most twelve statements, cold caches aside."""

import pytest

from app.core.db import db, transaction
from app.sales import jobs
from app.sales.services import documents
from app.sales.services.documents import sending
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.payments import paid
from tests.factories.quotes import a_priced_ticket
from tests.factories.sales import again, an_invoice
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")


def test_an_invoice_with_all_that_may_hang_on_it_is_read_in_twelve_statements(
    cast: Cast, browser: Browser, queries: list[str]
) -> None:
    town, parent = a_contact(name="Ville de Brignoles"), a_contact(name="Margaux Delcourt")
    draft = an_invoice(contact=cast.karim, payer_id=parent.id, ticket_id=a_priced_ticket(contact=cast.karim).id)
    with transaction():
        fresh = documents.locked(draft.id)
        documents.add_third_party(fresh, db.session.merge(town, load=False), "Subvention", 2_000)
        documents.issue(fresh)
    jobs.render_and_check(draft.id)
    issued = again(draft)
    with transaction():
        sending.ask_to_send(issued)
    with transaction():
        documents.credit(issued, [(issued.lines[1].id, 1000)])
    paid(parent, 5_000, again(draft))
    desk = browser.as_("gerant")
    address = f"/ventes/{issued.number}"
    for word in ("Subvention", "Ville de Brignoles", "A-20", "50,00"):
        assert word in desk.get(address).text.replace("\u202f", " "), word
    queries.clear()
    desk.get(address)
    assert len(queries) <= 12, "\n\n".join(queries)
    paid(parent, 1_000, again(draft))  # what the menu counts is counted again
    queries.clear()
    desk.get(address)
    assert len(queries) <= 12, "\n\n".join(queries)
