"""A repair of ours is shared: to whom it should go and why, by hand otherwise, refused to the next, rebalanced as previewed."""

from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.core.settings import change_setting
from app.core.subject import subject_of
from app.messaging.models import Task
from app.planning.services import end_maintenance
from app.repairers import services
from app.repairers.jobs import watch_answers
from app.repairers.models import Repairer
from app.repairers.queries import names
from app.repairers.states import JobState, Level
from app.tickets import services as tickets
from app.tickets.models import Ticket
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.planning import a_booking
from tests.factories.repairers import a_broken_unit, a_repairer, accepted, proposed, repairs_sent_out, the_job
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = pytest.mark.row("A5")


def plain(text: str) -> str:
    return unescape(text).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def told(repairer: Repairer, words: str) -> int:
    """How many messages with these words in their subject he was sent."""
    db.session.rollback()
    query = db.session.query(OutboxMessage).filter_by(contact_id=repairer.contact_id, channel="email")
    return sum(words in plain(message.subject) for message in query)


def tasks(words: str) -> int:
    db.session.rollback()
    return sum(words in plain(task.label) for task in db.session.query(Task))


def test_where_nothing_is_sent_out_nothing_of_it_is_seen(browser: Browser, cast: Cast) -> None:
    _unit, ticket = a_broken_unit(a_family(name="Violon"))
    camille = browser.as_("gerant")
    page = camille.get(f"/dossiers/{ticket.number}").text
    assert "Réparateur extérieur" not in page
    assert "/reparations/partage" not in page


def test_a_repair_of_ours_is_suggested_to_somebody_and_its_ticket_says_why_him(browser: Browser, cast: Cast) -> None:
    repairs_sent_out()
    violin, flute = a_family(name="Violon"), a_family(name="Flûte")
    near, far = a_repairer(violin, metres=2000), a_repairer(violin, metres=60_000)
    a_repairer(flute)
    _unit, ticket = a_broken_unit(violin)
    page = plain(browser.as_("accueil").get(f"/dossiers/{ticket.number}").text)
    job = the_job(ticket)
    assert (job.state, job.suggested_id) == (JobState.TO_SHARE, near.id)
    assert "Pourquoi lui ?" in page
    assert "58,0 km de plus" in page, "the second best, and why not"
    assert names()[far.id] in page
    assert "ne répare pas « Violon »" in page, "who cannot, and why"


def test_a_skill_in_a_family_covers_those_below_it_and_the_level_is_a_hard_rule(app: Flask, cast: Cast) -> None:
    repairs_sent_out()
    strings = a_family(name="Cordes")
    violin = a_family(name="Violon", parent_id=strings.id)
    careful, quick = a_repairer(strings, metres=50_000), a_repairer(strings, skill={"level": Level.UPKEEP}, metres=0)
    _unit, ticket = a_broken_unit(violin)
    assert the_job(ticket).suggested_id == quick.id
    with transaction():
        services.set_terms(*services.locked(the_job(ticket)), minutes=300, level=Level.REPAIR, earliest=None)
    assert the_job(ticket).suggested_id == careful.id


def test_the_next_booking_of_the_thing_is_the_due_date_and_the_quick_one_gets_it(app: Flask, cast: Cast) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    slow = a_repairer(violin, skill={"lead_days": 20}, metres=0)
    quick = a_repairer(violin, skill={"lead_days": 2}, metres=25_000)
    _unit, nobody_waits = a_broken_unit(violin)
    assert the_job(nobody_waits).suggested_id == slow.id, "nearer, and nothing presses"
    unit, ticket = a_broken_unit(violin, assignee_id=cast.ines.id)
    day = clock.today() + timedelta(days=8)
    with transaction():
        end_maintenance(subject_of(ticket))
    a_booking(unit, f"{day} 09:00", f"{day} 18:00")
    with transaction():
        services.send_out(db.session.get_one(Ticket, ticket.id))
    assert the_job(ticket).suggested_id == quick.id


def test_in_one_tap_it_is_proposed_and_the_repairer_is_told_once(browser: Browser, cast: Cast) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    luthier = a_repairer(violin, user=cast.hugo)
    _unit, ticket = a_broken_unit(violin)
    desk = browser.as_("accueil")
    for _twice in range(2):
        answer = desk.post(f"/dossiers/{ticket.number}/reparateur", repairer_id=luthier.id)
        assert answer.status_code == 303
    job = the_job(ticket)
    assert (job.state, job.repairer_id) == (JobState.PROPOSED, luthier.id)
    assert db.session.get_one(Ticket, ticket.id).assignee_id == cast.hugo.id
    assert told(luthier, "une réparation vous est proposée") == 1
    assert "Proposée à" in plain(desk.get(f"/dossiers/{ticket.number}").text)


def test_another_choice_is_possible_with_its_reason_which_is_kept(browser: Browser, cast: Cast) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    a_repairer(violin, metres=0)
    other = a_repairer(a_family(name="Piano"), metres=90_000)
    _unit, ticket = a_broken_unit(violin)
    desk = browser.as_("accueil")
    refused = desk.post(f"/dossiers/{ticket.number}/reparateur", repairer_id=other.id)
    assert refused.status_code == 422
    assert "Dites pourquoi vous choisissez quelqu'un d'autre" in plain(refused.text)
    desk.post(f"/dossiers/{ticket.number}/reparateur", repairer_id=other.id, reason="Il l'a fabriqué")
    page = plain(desk.get(f"/dossiers/{ticket.number}").text)
    assert the_job(ticket).repairer_id == other.id
    assert "choix à la main" in page
    assert "Il l'a fabriqué" in page


def test_refused_it_goes_to_the_next_then_to_a_task_of_the_desk(app: Flask, cast: Cast) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    first, second = a_repairer(violin, metres=0), a_repairer(violin, metres=80_000)
    _unit, ticket = a_broken_unit(violin)
    proposed(ticket, first)
    with transaction():
        assert services.refuse(*services.locked(the_job(ticket)), "Trop de travail")
    assert (the_job(ticket).state, the_job(ticket).repairer_id) == (JobState.PROPOSED, second.id)
    assert told(second, "une réparation vous est proposée") == 1
    with transaction():
        assert not services.refuse(*services.locked(the_job(ticket)), "Moi non plus")
    job = the_job(ticket)
    assert (job.state, job.repairer_id) == (JobState.TO_SHARE, None)
    assert db.session.get_one(Ticket, ticket.id).assignee_id is None
    assert tasks(f"Réparation {ticket.number}") == 1
    assert "a refusé cette réparation" in str(job.why)


def test_the_weights_of_the_manager_decide(app: Flask, cast: Cast) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    near, cheap = a_repairer(violin, metres=0, hourly=9000), a_repairer(violin, metres=20_000, hourly=1000)
    _unit, ticket = a_broken_unit(violin)
    assert the_job(ticket).suggested_id == cheap.id
    with transaction():
        change_setting("repairers.weight_cost", 0)
    with transaction():
        services.suggest(*services.locked(the_job(ticket)))
    assert the_job(ticket).suggested_id == near.id


def test_rebalancing_is_previewed_applied_whole_and_then_stable(browser: Browser, cast: Cast) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    with transaction():
        change_setting("repairers.usual_hours", 8)
    one, other = a_repairer(violin, metres=0), a_repairer(violin, metres=0)
    broken = [a_broken_unit(violin)[1] for _rank in range(6)]
    kept = accepted(broken[0], one)
    for ticket in broken[1:]:
        proposed(ticket, one)
    desk = browser.as_("gerant")
    preview = desk.get("/reparations/partage/reequilibrage")
    page = plain(preview.text)
    assert "Appliquer 3 changements" in page
    assert {the_job(ticket).repairer_id for ticket in broken} == {one.id}, "nothing has changed yet"
    mark = preview.text.split('name="mark" value="')[1].split('"')[0]
    assert desk.post("/reparations/partage/reequilibrage", mark=mark).status_code == 303
    assert sorted(the_job(ticket).repairer_id == other.id for ticket in broken) == [False] * 3 + [True] * 3
    assert the_job(broken[0]).state == JobState.ACCEPTED
    assert the_job(broken[0]).expected_on == kept.expected_on
    assert told(other, "une réparation vous est proposée") == 3
    assert told(one, "ne vous est plus confiée") == 3
    assert "Rien de mieux à proposer" in plain(desk.get("/reparations/partage/reequilibrage").text)


def test_what_changed_since_the_preview_is_shown_again_instead_of_being_applied(browser: Browser, cast: Cast) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    a_repairer(violin)
    _unit, ticket = a_broken_unit(violin)
    desk = browser.as_("gerant")
    preview = desk.get("/reparations/partage/reequilibrage")
    mark = preview.text.split('name="mark" value="')[1].split('"')[0]
    a_broken_unit(violin)
    answer = desk.post("/reparations/partage/reequilibrage", mark=mark)
    assert answer.status_code == 409
    assert "Appliquer 2 changements" in plain(answer.text)
    assert the_job(ticket).state == JobState.TO_SHARE


def test_a_ticket_given_by_hand_to_somebody_else_is_taken_from_its_repairer_who_is_told(app: Flask, cast: Cast) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    luthier = a_repairer(violin)
    _unit, ticket = a_broken_unit(violin)
    accepted(ticket, luthier)
    with transaction():
        tickets.assign(tickets.locked(ticket), cast.ines.id)
    assert (the_job(ticket).state, the_job(ticket).repairer_id) == (JobState.KEPT, None)
    assert told(luthier, "ne vous est plus confiée") == 1


def test_a_ticket_of_a_client_may_be_sent_out_too_and_kept_after_all(browser: Browser, cast: Cast) -> None:
    repairs_sent_out()
    ticket = a_ticket(contact=cast.karim)
    a_repairer(a_family(name="Piano"))
    desk = browser.as_("accueil")
    desk.post(f"/dossiers/{ticket.number}/sous-traitance")
    assert the_job(ticket).state == JobState.TO_SHARE
    page = plain(desk.get(f"/dossiers/{ticket.number}").text)
    assert "Aucun réparateur ne peut la prendre" in page
    desk.post(f"/dossiers/{ticket.number}/reparateur/reprise?garder=1", garder="1", reason="Nous saurons le faire")
    assert the_job(ticket).state == JobState.KEPT


@pytest.mark.parametrize("silence", ["task", "next"])
def test_without_an_answer_he_is_reminded_once_then_it_is_given_up_once(app: Flask, cast: Cast, silence: str) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    first, second = a_repairer(violin, metres=0), a_repairer(violin, metres=80_000)
    with transaction():
        change_setting("repairers.silence", silence)
    _unit, ticket = a_broken_unit(violin)
    proposed(ticket, first)
    began = clock.now()
    for hours, reminded, given_up in ((23, 0, 0), (25, 1, 0), (26, 1, 0), (49, 1, 1), (50, 1, 1)):
        with clock.told_at(began + timedelta(hours=hours)):
            watch_answers()
        assert told(first, "nous attendons votre réponse") == reminded, hours
        if silence == "task":
            assert tasks("n'a pas répondu") == given_up, hours
            assert the_job(ticket).repairer_id == first.id
        else:
            assert (the_job(ticket).repairer_id == second.id) == bool(given_up), hours
