"""What happens behind the back of who writes an invoice: a VAT rate goes, the clock moves back. A sentence, nothing lost."""

import re

import pytest

from app.catalog.queries import rate_for
from app.catalog.services import remove_rate
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import JobRun
from app.core.jobs import run as run_job
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents import LineData, recurring
from app.sales.states import DocumentState
from app.tickets.services import LineInput, add_line, locked
from app.tickets.states import LineKind
from tests.cast import Cast
from tests.factories.catalog import a_vat_rate, an_article
from tests.factories.offers import an_offer
from tests.factories.sales import a_legal_seller, again, an_invoice, an_issued_invoice
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")


def plain(text: str) -> str:
    return re.sub("[\u202f\xa0]", " ", text).replace("’", "'").replace("&#39;", "'")


def typed(code: str) -> dict[str, str]:
    return {
        "kind": "item", "label": "Diagnostic sur place", "quantity": "3", "unit": "heure", "unit_price": "61,50",
        "vat_code": code, "discount": "", "taking": "included",
    }  # fmt: skip


@pytest.mark.parametrize("where", ["invoice", "offer"])
def test_a_rate_removed_while_a_line_is_typed_is_said_and_the_line_is_kept(
    cast: Cast, browser: Browser, where: str
) -> None:
    a_legal_seller()
    rate = a_vat_rate(rate=850)
    url = (
        f"/ventes/{an_invoice(contact=cast.karim).id}/lignes/nouvelle"
        if where == "invoice"
        else f"/devis/brouillons/{an_offer(cast.karim).id}/lignes/nouvelle"
    )
    manager = browser.as_("gerant")
    assert rate.code in manager.get(url).text
    with transaction():
        remove_rate(rate_for(rate.id))
    answer = manager.post(url, data=typed(rate.code))
    assert answer.status_code == 422
    assert "Ce choix n'est plus proposé. Choisissez dans la liste." in plain(answer.text)
    assert "Diagnostic sur place" in answer.text
    assert 'value="61,50"' in answer.text
    assert manager.post(url, data=typed("normal")).status_code in (200, 303)


def test_a_rate_that_a_draft_or_a_recurrence_bears_is_not_removed(cast: Cast, browser: Browser) -> None:
    a_legal_seller()
    rate = a_vat_rate(rate=850)
    an_invoice(LineData("Pose", 1000, 10_000, rate.code), contact=cast.karim)
    model = an_issued_invoice(LineData("Entretien", 1000, 10_000, rate.code), contact=cast.karim)
    with transaction():
        recurring.repeat(model, label="Entretien", months=1, next_on=clock.today())
    answer = browser.as_("compta").post(f"/reglages/tva/{rate.id}/suppression")
    assert answer.status_code == 422
    assert "sert encore : 2 lignes de document" in plain(answer.text)


def test_a_rate_that_a_ticket_bears_and_that_is_gone_is_named_before_it_is_billed(cast: Cast, browser: Browser) -> None:
    a_legal_seller()
    rate, ticket = a_vat_rate(rate=850), a_ticket(contact=cast.karim)
    with transaction():
        add_line(locked(ticket), LineInput(LineKind.PART, "Pompe", 1000, 5000, 850))
    with transaction():
        remove_rate(rate_for(rate.id))
    answer = browser.as_("gerant").post(f"/dossiers/{ticket.number}/facture")
    assert answer.status_code == 422
    assert "Aucune TVA n'a le taux de 8,5 % aujourd'hui" in plain(answer.text)
    assert db.session.query(SalesDocument).count() == 0


def test_an_article_is_not_kept_with_a_rate_that_is_gone(cast: Cast, browser: Browser) -> None:
    an_article()
    rate = a_vat_rate(rate=850)
    with transaction():
        remove_rate(rate_for(rate.id))
    form = {
        "label": "Courroie",
        "kind": "good",
        "unit": "pièce",
        "price": "12",
        "vat_code": rate.code,
        "nature": "goods",
    }
    answer = browser.as_("gerant").post("/articles/nouveau", data=form)
    assert answer.status_code == 422
    assert "Ce choix n'est plus proposé. Choisissez dans la liste." in plain(answer.text)
    assert 'value="Courroie"' in answer.text


def test_the_clock_set_back_is_said_on_the_page_and_in_a_batch_and_the_drafts_stay(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_issued_invoice()
    draft = an_invoice(contact=cast.karim)
    manager = browser.as_("gerant")
    today = clock.today()
    with monkeypatch.context() as then:
        then.setattr(clock, "today", lambda: today.replace(year=today.year - 1))
        answer = manager.post(f"/ventes/{draft.id}/emission", version=str(draft.version))
        assert answer.status_code == 422
        assert "l'horloge du serveur a reculé" in plain(answer.text)
        where = manager.post("/factures/lots/emettre", ids=[str(draft.id)]).headers["Location"]
        run_job(db.session.get_one(JobRun, int(where.rpartition("/")[2])).id)
        assert "l'horloge du serveur a reculé" in plain(manager.get(where).text)
    assert again(draft).state == DocumentState.DRAFT
    with transaction():
        assert documents.issue(draft).number.endswith("-0002")


def test_a_document_changed_by_a_colleague_meanwhile_is_not_issued_under_the_amount_that_was_read(
    cast: Cast, browser: Browser
) -> None:
    draft = an_invoice(contact=cast.karim)
    manager = browser.as_("gerant")
    read = draft.version
    with transaction():
        documents.add_line(documents.locked(draft.id), LineData("Déplacement", 1000, 5000))
    answer = manager.post(f"/ventes/{draft.id}/emission", version=str(read))
    assert answer.status_code == 409
    assert "a changé entre-temps" in plain(answer.text)
    with pytest.raises(DomainError), transaction():
        documents.issue(draft, version=read)
