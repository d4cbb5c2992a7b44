"""A stocked part on a ticket: reserved, taken when the work is done, given back; never a used one without consent (D8, D9)."""

import pytest
from sqlalchemy import select

from app.catalog.models import Article
from app.catalog.states import Origin
from app.contacts.models import Contact
from app.contacts.services import give_consent
from app.contacts.states import Purpose
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.outbox import OutboxMessage
from app.core.subject import subject_of
from app.messaging.models import Task
from app.stock.queries import levels_of, reserved_for
from app.stock.states import ReservationState
from app.tickets.models import Ticket
from app.tickets.services import Arrival, LineInput, add_line, change_line, locked, move, remove_line
from app.tickets.services.work import set_waiting
from app.tickets.states import LineKind, Outcome, TicketState, Waiting
from tests.cast import Cast
from tests.factories.stock import a_lot, a_place, a_stocked_article, some_stock
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = [pytest.mark.row("D9"), pytest.mark.row("C13")]
T = TicketState


def put_on(ticket: Ticket, article: Article, quantity: int = 1000, lot_id: int | None = None) -> int:
    line = LineInput(LineKind.PART, article.label, quantity, article.price, 2000, article_id=article.id, lot_id=lot_id)
    with transaction():
        return add_line(locked(ticket), line).id


def parts(ticket: Ticket) -> list[tuple[ReservationState, int]]:
    db.session.expire_all()
    return [(part.state, part.quantity) for part in reserved_for(subject_of(ticket))]


def level(article: Article) -> tuple[int, int]:
    return tuple(levels_of([article.id]).get(article.id, (0, 0)))  # type: ignore[return-value]


def become_ready(ticket: Ticket, outcome: Outcome = Outcome.REPAIRED) -> None:
    with transaction():
        move(locked(ticket), T.READY, Arrival(outcome=outcome))


def test_a_part_is_kept_then_leaves_the_stock_with_the_work(cast: Cast) -> None:
    article, ticket = a_stocked_article(), a_ticket(T.REPAIRING)
    some_stock(article, a_place(), 3000)
    put_on(ticket, article, 2000)
    assert parts(ticket) == [(ReservationState.HELD, 2000)]
    assert level(article) == (3000, 1000)
    become_ready(ticket)
    assert parts(ticket) == [(ReservationState.TAKEN, 2000)]
    assert level(article) == (1000, 1000)


def test_a_line_removed_or_lessened_gives_back(cast: Cast) -> None:
    article, ticket = a_stocked_article(), a_ticket(T.REPAIRING)
    some_stock(article, a_place(), 3000)
    line_id = put_on(ticket, article, 3000)
    with transaction():
        change_line(locked(ticket), line_id, LineInput(LineKind.PART, "Pompe", 1000, 100, 2000, article_id=article.id))
    assert level(article) == (3000, 2000)
    become_ready(ticket)
    assert level(article) == (2000, 2000)
    with transaction():
        remove_line(locked(ticket), line_id)
    assert level(article) == (3000, 3000)


def test_a_repair_that_is_not_done_gives_its_parts_back(cast: Cast) -> None:
    article, ticket = a_stocked_article(), a_ticket(T.DIAGNOSING)
    some_stock(article, a_place(), 1000)
    put_on(ticket, article)
    become_ready(ticket, Outcome.NOT_REPAIRABLE)
    assert level(article) == (1000, 1000)
    with transaction():
        move(locked(ticket), T.REPAIRING)
    become_ready(ticket)
    assert level(article) == (0, 0)


def test_a_repair_is_not_declared_done_before_its_part_came(cast: Cast) -> None:
    article, ticket = a_stocked_article(label="Pompe à vide"), a_ticket(T.REPAIRING)
    put_on(ticket, article)
    with pytest.raises(DomainError, match="Pompe à vide"):
        become_ready(ticket)
    db.session.expire_all()
    assert db.session.get_one(Ticket, ticket.id).state == T.REPAIRING


@pytest.mark.row("D8")
def test_a_used_part_waits_for_the_clients_consent(cast: Cast) -> None:
    article, ticket = a_stocked_article(origin=Origin.REFURBISHED), a_ticket(T.REPAIRING, contact=cast.karim)
    some_stock(article, a_place(), 1000)
    with pytest.raises(DomainError, match="consenti"):
        put_on(ticket, article)
    with transaction():
        give_consent(db.session.get_one(Contact, cast.karim.id), Purpose.USED_PARTS, given=True)
    put_on(ticket, article)
    assert parts(ticket) == [(ReservationState.HELD, 1000)]


@pytest.mark.row("D8")
def test_a_used_lot_is_never_picked_for_who_refused_it(cast: Cast) -> None:
    article, place = a_stocked_article(traced=True), a_place()
    some_stock(article, place, 1000, lot=a_lot(article, "OCC-1", origin=Origin.USED))
    ticket = a_ticket(T.REPAIRING, contact=cast.karim)
    put_on(ticket, article)
    assert parts(ticket) == [(ReservationState.WAITING, 1000)]
    some_stock(article, place, 1000, lot=a_lot(article, "NEUF-1"))
    assert parts(ticket) == [(ReservationState.HELD, 1000)]
    [part] = reserved_for(subject_of(ticket))
    assert part.lot == "NEUF-1"


@pytest.mark.row("D11")
def test_all_parts_there_the_wait_is_lifted_and_people_are_told(cast: Cast) -> None:
    first, second, place = a_stocked_article(label="Pompe"), a_stocked_article(label="Joint"), a_place()
    ticket = a_ticket(T.REPAIRING, contact=cast.karim)
    put_on(ticket, first)
    put_on(ticket, second)
    with transaction():
        set_waiting(locked(ticket), Waiting.PART)
    some_stock(first, place)
    db.session.expire_all()
    assert db.session.get_one(Ticket, ticket.id).waiting == Waiting.PART
    some_stock(second, place)
    db.session.expire_all()
    assert db.session.get_one(Ticket, ticket.id).waiting == Waiting.NONE
    asked = db.session.scalars(select(Task).where(Task.subject_id == ticket.id, Task.subject_kind == "ticket")).all()
    assert [ticket.number in task.label for task in asked] == [True]
    told = select(OutboxMessage.channel).where(OutboxMessage.template == "ticket.parts_arrived")
    assert sorted(channel.value for channel in db.session.scalars(told)) == ["email", "sms"]


def test_from_the_ticket_to_the_part_and_back(browser: Browser, cast: Cast) -> None:
    article, ticket = a_stocked_article(label="Turbine", traced=True), a_ticket(T.REPAIRING, contact=cast.karim)
    lot = a_lot(article, "SN-0042", supplier_id=cast.dan.id, supplier_invoice="FA-881")
    some_stock(article, a_place(), 1000, lot=lot)
    technician = browser.as_("technicien")
    form = technician.get(f"/dossiers/{ticket.number}/lignes/nouvelle?article_id={article.id}", htmx=True).text
    assert 'value="Turbine"' in form
    url = f"/dossiers/{ticket.number}/lignes/nouvelle"
    technician.post(
        url, article_id=str(article.id), label="Turbine", quantity="1", unit_price="42", kind="part", vat_rate="2000"
    )
    page = technician.get(f"/dossiers/{ticket.number}").text
    assert "SN-0042" in page
    assert "FA-881" in page
    assert "Réservé" in page
    back = technician.get(f"/stock/articles/{article.id}").text
    assert ticket.number in back
