"""What a borrower is told when a delay reaches his loan: the words' facts, the link to answer, the call when he does not."""

from app.core import clock, links
from app.core.db import db
from app.core.i18n import _
from app.core.subject import subject_of
from app.core.urls import absolute
from app.lending.models import Displacement, Loan
from app.lending.services import waiting
from app.lending.services.displaced import held_for
from app.lending.services.recipients import recipient_of
from app.messaging.services import add_task, tell
from app.messaging.services.registry import texts_of
from app.planning.queries.availability import called
from app.planning.queries.words import when

LINK, LINK_DAYS = "offer", 60
CODES = ("loan.displaced", "loan.new_date", "loan.given_back")


def link_of(found: Displacement) -> str:
    """The token of the page where the borrower answers; made when there is none."""
    about = subject_of(found)
    token = links.token_of(LINK, about)
    if token is None:
        token = links.issue(LINK, about, days=LINK_DAYS)
        db.session.flush()
    return token


def of_displacement(loan: Loan, found: Displacement) -> None:
    """Your thing will not be there: another one is held for you, or you wait, or you cancel."""
    plan = waiting.wait_plan(loan, found)
    _tell(loan, found, CODES[0], plan)


def of_new_date(loan: Loan, found: Displacement, plan: waiting.Period | None) -> None:
    """You wait for it: here is the new date, or nobody knows it yet."""
    _tell(loan, found, CODES[1], plan)


def of_return(loan: Loan, found: Displacement) -> None:
    """It is ready after all."""
    _tell(loan, found, CODES[2], (loan.starts_at, loan.due_at))


def _tell(loan: Loan, found: Displacement, code: str, plan: waiting.Period | None) -> None:
    if code == CODES[0] and not texts_of(code).active:
        ask_to_call(loan, found)
    tell(recipient_of(loan.contact), code, about=subject_of(loan), facts=facts_of(loan, found, plan))


def facts_of(loan: Loan, found: Displacement, plan: waiting.Period | None) -> dict[str, str]:
    """What these messages may say."""
    held = held_for(found)
    page = absolute("lending.offer", token=link_of(found))
    return {
        "materiel": found.unit.label,
        "dates": when(found.starts_at, found.due_at),
        "autre": called(held.asset.label, held.asset.inventory_number) if held and held.asset else "",
        "date": when(*plan) if plan else "",
        "limite": clock.full(found.answer_by),
        "pret": loan.number,
        "lien": page,
        "prendre": f"{page}?choix=prendre",
        "attendre": "" if waiting.gone(found) else f"{page}?choix=attendre",
        "annuler": f"{page}?choix=annuler",
    }


def ask_to_call(loan: Loan, found: Displacement) -> None:
    """Put the call on the desk's list."""
    found.called_at, who = clock.now(), recipient_of(loan.contact)
    add_task(
        _(
            "Appeler %(who)s : prêt %(number)s menacé, %(unit)s n'est pas libre.",
            who=who.name, number=loan.number, unit=found.unit.label,
        ),
        call=True, due_on=clock.today(), about=subject_of(found), contact_id=who.id,
    )  # fmt: skip
    db.session.flush()
