"""An article on a ticket: its line is filled, a standard service brings its own lines."""

import pytest

from app.catalog.models import Article
from app.catalog.services import PartInput, set_parts
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.subject import subject_of
from app.questionnaires.queries import all_responses
from app.questionnaires.states import Use
from app.tickets.models import Ticket
from app.tickets.queries import lines_of
from app.tickets.services import Arrival, locked, move
from app.tickets.states import Outcome, TicketState
from tests.cast import Cast
from tests.factories.catalog import a_vat_rate, an_article
from tests.factories.questionnaires import a_questionnaire
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = pytest.mark.row("C11")


WATER = {"code": "purge", "label": "Circuit purgé", "type": "tristate", "compulsory": True}


def winter(**values: object) -> Article:
    service = an_article(
        label="Mise en hivernage", kind="standard", minutes=90, unit="forfait", **{"price": 9500} | values
    )
    product = an_article(label="Algicide", price=2490, stocked=False)
    plug = an_article(label="Bouchon", price=390, stocked=False)
    extra = an_article(label="Bâche", stocked=False)
    with transaction():
        set_parts(
            db.session.get_one(Article, service.id),
            [PartInput(product.id), PartInput(plug.id, 4000), PartInput(extra.id, optional=True)],
        )
    return service


def lines(ticket: Ticket) -> list[tuple[str, int, int]]:
    db.session.rollback()
    found = db.session.get_one(Ticket, ticket.id)
    return [(line.label, line.quantity, line.unit_price) for line in lines_of(found)]


def test_choosing_an_article_fills_the_line(cast: Cast, browser: Browser) -> None:
    rate = a_vat_rate(rate=850)
    article = an_article(label="Pompe Ondine", price=49_900, vat_code=rate.code, stocked=False)
    ticket = a_ticket(contact=cast.karim)
    person = browser.as_("technicien")
    form = person.get(f"/dossiers/{ticket.number}/lignes/nouvelle?article_id={article.id}", htmx=True).text
    assert 'value="Pompe Ondine"' in form
    assert 'value="499,00"' in form
    assert f'value="{article.reference}"' in form
    assert '<option selected value="850">' in form
    answer = person.post(
        f"/dossiers/{ticket.number}/lignes/nouvelle", article_id=str(article.id), label="Pompe Ondine", quantity="1", unit="pièce",
        unit_price="499", vat_rate="850", kind="part", reference=article.reference, origin="",
    )  # fmt: skip
    assert answer.status_code == 303
    assert lines(ticket) == [("Pompe Ondine", 1000, 49_900)]
    assert db.session.get_one(Ticket, ticket.id).lines[0].article_id == article.id


def test_a_standard_service_brings_its_lines_and_its_time(cast: Cast, browser: Browser) -> None:
    service, ticket = winter(), a_ticket(contact=cast.karim)
    person = browser.as_("technicien")
    form = person.get(f"/dossiers/{ticket.number}/lignes/nouvelle?article_id={service.id}", htmx=True).text
    assert "apporte aussi" in form
    assert "4 × Bouchon" in form
    assert "En option, à cocher" in form.replace("\xa0", " ")
    cover = db.session.query(Article).filter_by(label="Bâche").one()
    person.post(
        f"/dossiers/{ticket.number}/lignes/nouvelle", article_id=str(service.id), label="Mise en hivernage", quantity="2",
        unit="forfait", unit_price="95", vat_rate="2000", kind="labour", reference="", origin="", extra=str(cover.id),
    )  # fmt: skip
    assert lines(ticket) == [
        ("Mise en hivernage", 2000, 9500), ("Algicide", 2000, 2490), ("Bouchon", 8000, 390), ("Bâche", 2000, cover.price),
    ]  # fmt: skip
    assert db.session.get_one(Ticket, ticket.id).estimated_minutes == 180


def test_a_standard_service_without_a_price_is_what_it_brings(cast: Cast, browser: Browser) -> None:
    service, ticket = winter(price=0), a_ticket(contact=cast.karim)
    browser.as_("technicien").post(
        f"/dossiers/{ticket.number}/lignes/nouvelle", article_id=str(service.id), label="Mise en hivernage", quantity="1",
        unit="forfait", unit_price="0", vat_rate="2000", kind="labour", reference="", origin="",
    )  # fmt: skip
    assert [label for label, *_rest in lines(ticket)] == ["Algicide", "Bouchon"]


@pytest.mark.row("C4")
def test_a_bundle_is_one_line(cast: Cast, browser: Browser) -> None:
    pool = an_article(label="Piscine Mistral", kind="bundle", price=1_690_000)
    pump = an_article(stocked=False)
    with transaction():
        set_parts(db.session.get_one(Article, pool.id), [PartInput(pump.id)])
    ticket = a_ticket(contact=cast.karim)
    browser.as_("technicien").post(
        f"/dossiers/{ticket.number}/lignes/nouvelle", article_id=str(pool.id), label="Piscine Mistral", quantity="1", unit="ensemble",
        unit_price="16900", vat_rate="2000", kind="part", reference="", origin="",
    )  # fmt: skip
    assert lines(ticket) == [("Piscine Mistral", 1000, 1_690_000)]


@pytest.mark.row("C12")
def test_a_service_brings_its_questionnaire_to_fill_before_the_work_is_done(cast: Cast, browser: Browser) -> None:
    report = a_questionnaire(WATER, use=Use.REPORT, name="Rapport hivernal")
    other = a_questionnaire(WATER, use=Use.REPORT, name="Relevé de pression")
    service = winter(questionnaire_id=report.id)
    second = an_article(label="Mise en pression", kind="service", questionnaire_id=other.id)
    ticket = a_ticket(TicketState.REPAIRING, contact=cast.karim)
    person = browser.as_("technicien")
    assert "Rapport hivernal" not in person.get(f"/dossiers/{ticket.number}").text
    for article in (service, second):
        person.post(
            f"/dossiers/{ticket.number}/lignes/nouvelle", article_id=str(article.id), label=article.label, quantity="1",
            unit="forfait", unit_price="95", vat_rate="2000", kind="labour", reference="", origin="",
        )  # fmt: skip
    page = person.get(f"/dossiers/{ticket.number}").text.replace("\u2019", "'")
    assert page.index("Rapport hivernal") < page.index("Relevé de pression")
    with pytest.raises(DomainError, match="Rapport hivernal"), transaction():
        move(locked(ticket), TicketState.READY, Arrival(outcome=Outcome.REPAIRED))
    for row in (report, other, report):
        url = f"/dossiers/{ticket.number}/controles/report-{row.id}"
        assert row.name in person.get(url).text.replace("\u2019", "'")
        assert person.post(url, data={"q-purge": "oui"}).status_code == 303
    assert len(all_responses(subject_of(ticket))) == 2, "each service keeps its own answers"
    db.session.rollback()
    with transaction():
        move(locked(ticket), TicketState.READY, Arrival(outcome=Outcome.REPAIRED))
