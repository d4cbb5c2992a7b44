"""A private person withdraws from a quote that he accepted at a distance or off premises (C. conso. art. L221-10, L221-18 ff.)."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from app.contacts.states import ContactKind
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.outbox import OutboxMessage
from app.messaging.models import Task
from app.payments.services import receive
from app.payments.states import Method
from app.sales import services
from app.sales.models import Quote, SalesDocument
from app.sales.queries.withdrawal import is_open, last_day, payable_from, withdrawal_end
from app.sales.services import Signer, Terms, offers
from app.sales.services.documents import LineData
from app.sales.services.offers import OfferLine
from app.sales.states import DocumentKind, DocumentState, Means, QuoteState
from app.sales.states.withdrawal import Concluded, Exempt
from app.tickets.services import locked
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.offers import a_sent_offer, an_offer
from tests.factories.quotes import a_priced_ticket, fresh, link_to
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")
KARIM = Signer("Karim Benyahia", Means.LINK, "192.0.2.7", "Mozilla/5.0")
HOURS = (OfferLine(LineData("Nettoyage", 4000, 5_000, unit="heure")),)
OFF = Concluded.OFF_PREMISES


def accepted(quote: Quote, **options: Any) -> Quote:
    with transaction():
        services.accept(quote.id, KARIM, **options)
    return fresh(quote)


def words(html: str) -> str:
    return " ".join(re.sub("[\u202f\xa0]", " ", re.sub(r"<[^>]+>", " ", html)).replace("’", "'").split())


def a_deposit(quote: Quote) -> SalesDocument:
    return db.session.scalars(
        select(SalesDocument).where(SalesDocument.quote_id == quote.id, SalesDocument.kind == DocumentKind.DEPOSIT)
    ).one()


@pytest.mark.parametrize(
    ("first", "end"),
    [
        (date(2026, 11, 2), date(2026, 11, 16)),  # a Monday
        (date(2026, 11, 6), date(2026, 11, 20)),
        (date(2026, 11, 7), date(2026, 11, 23)),  # would end on a Saturday
        (date(2026, 12, 11), date(2026, 12, 28)),  # on Christmas, then a week-end
    ],
)
def test_the_delay_runs_from_the_next_day_and_never_ends_on_a_day_of_rest(first: date, end: date, cast: Cast) -> None:
    assert last_day(first) == end


@pytest.mark.parametrize(
    ("concluded", "exempt", "kind", "right"),
    [
        (OFF, Exempt.NONE, ContactKind.PERSON, True), (Concluded.DISTANCE, Exempt.NONE, ContactKind.PERSON, True),
        (Concluded.PREMISES, Exempt.NONE, ContactKind.PERSON, False), (OFF, Exempt.URGENT, ContactKind.PERSON, False),
        (OFF, Exempt.CUSTOM, ContactKind.PERSON, False), (OFF, Exempt.NONE, ContactKind.COMPANY, False),
    ],
)  # fmt: skip
def test_who_may_withdraw(cast: Cast, concluded: Concluded, exempt: Exempt, kind: ContactKind, right: bool) -> None:
    quote = accepted(a_sent_offer(a_contact(kind=kind), HOURS, concluded=concluded, exempt=exempt))
    assert is_open(quote) is right
    if not right:
        with pytest.raises(Conflict, match="pas de droit"), transaction():
            services.withdraw_contract(quote.id, KARIM)


def text_of(quote: Quote) -> str:
    from io import BytesIO

    return words(
        " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(services.preview_offer(quote))).pages)
    )


def test_the_paper_bears_the_notice_and_the_form_only_where_the_law_wants_them(cast: Cast) -> None:
    paper = text_of(an_offer(None, HOURS, concluded=OFF))
    assert "dans un délai de 14 jours" in paper
    assert "Modèle de formulaire de rétractation" in paper
    assert "avant la fin d'un délai de 7 jours" in paper
    assert "délai de 7 jours" not in text_of(an_offer(None, HOURS, concluded=Concluded.DISTANCE))
    assert "rétractation" not in text_of(an_offer(None, HOURS, concluded=Concluded.PREMISES))
    urgent = text_of(an_offer(None, HOURS, concluded=OFF, exempt=Exempt.URGENT))
    assert "L221-28, 8°" in urgent
    assert "formulaire" not in urgent


def test_the_client_withdraws_in_two_taps_and_the_desk_is_told(cast: Cast, browser: Browser) -> None:
    quote = accepted(a_sent_offer(cast.karim, HOURS, concluded=OFF))
    page = browser.get(link_to(quote))
    end = withdrawal_end(quote)
    assert end is not None
    assert f"jusqu'au {clock.long_date(end)}" in words(page.text)
    assert "Me rétracter" in page.text
    assert "Confirmer ma rétractation" in browser.get(f"{link_to(quote)}/retractation").text
    done = browser.post(f"{link_to(quote)}/retractation", name="Karim Benyahia", follow=True)
    assert "Votre rétractation est bien reçue" in words(done.text)
    quote = fresh(quote)
    assert (quote.state, quote.withdrawn_by) == (QuoteState.WITHDRAWN, "Karim Benyahia")
    task = db.session.scalars(select(Task).where(Task.label.contains("se rétracte"))).one()
    assert "Remboursez" in task.notes
    told = db.session.scalars(select(OutboxMessage.template)).all()
    assert "offer.withdrawn" in told
    again = browser.post(f"{link_to(quote)}/retractation", name="Karim Benyahia")
    assert again.status_code == 303
    assert db.session.scalars(select(Task).where(Task.label.contains("se rétracte"))).one()


def test_an_order_of_which_nothing_was_made_is_cancelled(cast: Cast) -> None:
    quote = accepted(a_sent_offer(cast.karim, HOURS, concluded=Concluded.DISTANCE, deposit_share=0))
    with transaction():
        services.withdraw_contract(quote.id, KARIM)
    order = db.session.scalars(select(SalesDocument).where(SalesDocument.quote_id == quote.id)).one()
    assert order.state == DocumentState.CANCELLED


def test_a_repair_agreed_at_a_distance_is_withdrawn_from_its_status_page(cast: Cast, browser: Browser) -> None:
    from app.sales import jobs

    ticket = a_priced_ticket(contact=cast.karim)
    with transaction():
        terms = Terms("", "", 30, Concluded.DISTANCE)
        quote = services.send(locked(ticket), terms=terms)
    jobs.render_and_send(quote.id)
    quote = accepted(fresh(quote))
    client = browser.as_("client")
    page = client.get(f"/portail/dossiers/{ticket.number}")
    assert "Me rétracter" in page.text
    client.post(f"/portail/devis/{quote.number}/retractation", name="Karim Benyahia")
    assert fresh(quote).state == QuoteState.WITHDRAWN
    assert "Me rétracter" not in client.get(f"/portail/dossiers/{ticket.number}").text


def test_past_its_delay_nobody_withdraws(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    quote = accepted(a_sent_offer(cast.karim, HOURS, concluded=OFF))
    end = withdrawal_end(quote)
    assert end is not None
    late = datetime(end.year, end.month, end.day, 12, tzinfo=UTC) + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert not is_open(quote)
    with pytest.raises(Conflict, match="délai de rétractation est passé"), transaction():
        services.withdraw_contract(quote.id, KARIM)


def test_goods_count_from_their_reception(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    quote = accepted(
        a_sent_offer(cast.karim, (OfferLine(LineData("Pompe", 1000, 50_000)),), concluded=Concluded.DISTANCE)
    )
    later = clock.now() + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert is_open(quote)  # not delivered yet


def test_the_request_to_begin_at_once_is_kept_with_the_signature(cast: Cast, browser: Browser) -> None:
    quote = a_sent_offer(cast.karim, HOURS, concluded=OFF)
    assert "commence avant la fin du délai" in words(browser.get(link_to(quote)).text)
    given = {"agree": "1", "begin": "1", "signature_name": "Karim Benyahia", "expected": str(quote.gross)}
    browser.post(f"{link_to(quote)}/accord", data=given)
    quote = fresh(quote)
    assert quote.begin_at_once
    assert "commencer avant la fin" in words(browser.as_("gerant").get(f"/devis/{quote.number}").text)
    assert is_open(quote)  # until the work is done


@pytest.mark.parametrize(
    ("concluded", "exempt", "held"),
    [(OFF, Exempt.NONE, True), (OFF, Exempt.CUSTOM, True), (OFF, Exempt.URGENT, False), (Concluded.DISTANCE, Exempt.NONE, False)],
)  # fmt: skip
def test_off_premises_no_money_is_taken_for_seven_days_but_for_an_urgent_repair(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch, concluded: Concluded, exempt: Exempt, held: bool
) -> None:
    quote = accepted(a_sent_offer(cast.karim, HOURS, concluded=concluded, exempt=exempt, deposit_share=3000))
    invoice = a_deposit(quote)

    def pay() -> None:
        with transaction():
            receive(cast.karim.id, Method.CARD, 1_000, clock.today(), allocations=[(invoice.id, 1_000)])

    if not held:
        assert payable_from(quote) is None
        return pay()
    assert payable_from(quote) == clock.today() + timedelta(days=8)
    assert invoice.due_on == payable_from(quote)
    assert "Payer " not in browser.get(link_to(quote)).text
    with pytest.raises(DomainError, match="hors de vos locaux"):
        pay()
    with transaction():  # a transfer that came is written down all the same
        receive(cast.karim.id, Method.TRANSFER, 1_000, clock.today(), allocations=[(invoice.id, 1_000)])
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    pay()
    return None


def test_the_desk_notes_a_letter_and_chooses_where_a_quote_is_concluded(cast: Cast, browser: Browser) -> None:
    draft = an_offer(cast.karim, HOURS)
    desk = browser.as_("accueil")
    desk.get(f"/devis/brouillons/{draft.id}")
    given = {"contact_id": str(cast.karim.id), "days": "30", "concluded": "distance", "exempt": "none"}
    desk.post(f"/devis/brouillons/{draft.id}/termes", data=given)
    assert fresh(draft).content["withdrawal"]["form"]
    with transaction():
        offers.send(fresh(draft))
    from app.sales import jobs

    jobs.render_and_send(draft.id)
    quote = accepted(fresh(draft))
    assert "Noter une rétractation" in desk.get(f"/devis/{quote.number}").text
    desk.post(f"/devis/{quote.number}/retractation")
    assert fresh(quote).state == QuoteState.WITHDRAWN
    assert "Rétracté" in desk.get(f"/devis/{quote.number}").text
