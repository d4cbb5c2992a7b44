"""What time does to loans, looked for every few minutes."""

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.lending import services
from app.lending.models import Loan
from app.lending.services import line, offers, reminders
from app.lending.services.insurance import ask_again

#: Recipients of one transaction: a kill loses at most these, and they are sent again.
TOGETHER = 20


def keep_time() -> int:
    """End the options that lapsed, keep what is late taken. Returns how many loans changed; safe to run twice."""
    changed = 0
    for ids, verb in ((services.ended_options, services.end_options), (services.newly_late, services.mark_late)):
        for loan_id in ids():
            with transaction():
                verb(services.locked(db.session.get_one(Loan, loan_id)))
            changed += 1
    return changed


def remind() -> int:
    """Every morning: one message a borrower for what he is to bring back. Returns how many; safe to kill and to run twice."""
    today = clock.today()
    groups = reminders.planned(today)
    db.session.rollback()
    sent = 0
    for start in range(0, len(groups), TOGETHER):
        with transaction():
            sent += reminders.send(groups[start : start + TOGETHER], today)
    return sent


def watch_insurance() -> int:
    """Every morning: a task for each certificate that lapsed during a loan, once. Returns how many."""
    with transaction():
        return ask_again()


def call_unanswered() -> int:
    """Every few minutes: the desk calls who did not answer in time about a threatened loan. How many; safe to run twice."""
    ids = offers.unanswered()
    for displacement_id in ids:
        with transaction():
            offers.ask_to_call(offers.fresh(displacement_id))
    return len(ids)


def offer_waiting() -> int:
    """Look at everybody who waits, first come first: offer what is free, end what came to nothing. Returns how many changed.

    One transaction each, the offer and its message together: safe to kill and to run twice.
    """
    changed = 0
    for request_id in line.to_look_at():
        try:
            with transaction():
                changed += line.look_at(line.locked_request(request_id))
        except DomainError:  # taken meanwhile, or this person may not book: the next one is looked at
            db.session.rollback()
    return changed
