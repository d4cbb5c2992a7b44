"""States of a ticket (B2, B4): legal moves, who makes them, what they ask for."""

import itertools

import pytest
from flask import Flask

from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError, IllegalMove
from app.core.history import events_of
from app.core.subject import subject_of
from app.tickets.models import Ticket
from app.tickets.services import Arrival, locked, move, set_waiting
from app.tickets.states import MACHINES, Outcome, TicketKind, TicketState, Waiting
from tests.cast import Cast
from tests.factories.tickets import WAY, a_ticket
from tests.signing import Browser

T = TicketState
PAIRS = [(a, b) for a, b in itertools.product(WAY, WAY) if b not in (a, T.QUOTED)]


@pytest.mark.row("B4")
@pytest.mark.parametrize(("state", "to"), PAIRS)
def test_a_move_is_made_when_legal_and_refused_with_a_sentence_otherwise(
    cast: Cast, state: TicketState, to: TicketState
) -> None:
    ticket = a_ticket(state)
    legal = MACHINES[TicketKind.REPAIR].allows(state, to)
    with transaction():
        fresh = db.session.get_one(Ticket, ticket.id)
        if legal:
            move(fresh, to, Arrival(outcome=Outcome.NO_FAULT))
            assert fresh.state == to
        else:
            with pytest.raises(IllegalMove, match=r"On ne peut pas passer|état final"):
                move(fresh, to, Arrival(outcome=Outcome.NO_FAULT))


def test_a_move_writes_who_and_what(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket()
    tech = browser.as_("technicien")
    answer = tech.post(f"/dossiers/{ticket.number}/etat", state="diagnosing", version=ticket.version)
    assert answer.status_code == 303, answer.text
    event = events_of(subject_of(ticket))[0]
    assert (event.title, event.who) == ("Diagnostic", "Inès Rousseau")


def test_ready_asks_for_the_outcome(cast: Cast) -> None:
    ticket = a_ticket(T.CHECKING)
    with transaction(), pytest.raises(DomainError, match="issue"):
        move(db.session.get_one(Ticket, ticket.id), T.READY)


def test_two_people_on_one_ticket_the_second_is_told(cast: Cast) -> None:
    ticket = a_ticket()
    seen = ticket.version
    with transaction():
        move(locked(ticket, seen), T.DIAGNOSING)
    with transaction(), pytest.raises(Conflict, match="a modifié ce dossier"):
        move(locked(ticket, seen), T.READY, Arrival(outcome=Outcome.REPAIRED))


def test_waiting_only_where_it_has_sense(cast: Cast) -> None:
    ticket = a_ticket()
    with transaction(), pytest.raises(DomainError, match="Diagnostic"):
        set_waiting(locked(ticket), Waiting.PART)
    ticket = a_ticket(T.REPAIRING)
    with transaction():
        set_waiting(locked(ticket), Waiting.PART, "Courroie")
    with transaction():
        fresh = locked(ticket)
        assert (fresh.waiting, fresh.waiting_note) == (Waiting.PART, "Courroie")
        move(fresh, T.CHECKING)
        assert fresh.waiting == Waiting.NONE


@pytest.mark.row("B1")
def test_sales_may_not_work_on_a_ticket_nor_print_its_work_slip(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.DIAGNOSING)
    sales = browser.as_("commercial")
    assert sales.post(f"/dossiers/{ticket.number}/etat", state="repairing", version=ticket.version).status_code == 403
    assert sales.get(f"/dossiers/{ticket.number}/bons/intervention.pdf").status_code == 403
    assert sales.get(f"/dossiers/{ticket.number}/bons/expedition.pdf").status_code == 403
    assert sales.get(f"/dossiers/{ticket.number}/bons/entree.pdf").status_code == 200


def test_an_outside_repairer_sees_only_his_own(cast: Cast, browser: Browser) -> None:
    mine, other = a_ticket(assignee_id=cast.hugo.id), a_ticket()
    hugo = browser.as_("luthier")
    assert hugo.get(f"/dossiers/{mine.number}").status_code == 200
    assert hugo.get(f"/dossiers/{other.number}").status_code == 404


@pytest.mark.row("B6")
@pytest.mark.row("B7")
@pytest.mark.parametrize("kind", ["entree", "etiquette", "intervention", "sortie", "expedition", "controles"])
def test_every_slip_prints_at_any_time(cast: Cast, browser: Browser, kind: str) -> None:
    ticket = a_ticket(T.READY, contact=cast.karim)
    answer = browser.as_("technicien").get(f"/dossiers/{ticket.number}/bons/{kind}.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")


@pytest.mark.row("B9")
def test_ready_sends_the_sms_by_itself(cast: Cast, app: Flask) -> None:
    from sqlalchemy import select

    from app.core.outbox import Channel, OutboxMessage

    a_ticket(T.READY, contact=cast.karim)
    sms = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "ticket.ready", OutboxMessage.channel == Channel.SMS)
    ).one()
    assert "à retirer" in sms.text
