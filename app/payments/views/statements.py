"""The account of a payer over some days: on screen, on paper, by mail."""

from datetime import date, timedelta

from flask import Response, request, url_for
from flask_login import current_user

from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import later
from app.core.permissions import requires
from app.core.queue import HEAVY
from app.core.web import go, or_404, page, say
from app.payments import queries
from app.payments.services import papers
from app.payments.views.blueprint import bp


def _asked(contact_id: int) -> tuple[Contact, date, date]:
    """The payer, and the days of the address: the last year when it gives none."""
    contact, today = or_404(contact_for(current_user, contact_id)), clock.today()
    return contact, _day("du") or today - timedelta(days=365), _day("au") or today


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None


@bp.get("/reglements/releves/<int:contact_id>")
@requires("payment.view")
def statement(contact_id: int) -> Response:
    """The account of a payer over a year, or between the days of the query string; for whom, when he pays for others."""
    contact, since, until = _asked(contact_id)
    return page(
        "payments/statement.html", contact=contact, statement=queries.statement(contact.id, since, until), since=since,
        until=until, balance=queries.balance_of(contact.id), members=queries.household(contact.id, since, until),
    )  # fmt: skip


@bp.get("/reglements/releves/<int:contact_id>/pdf")
@requires("payment.view")
def statement_pdf(contact_id: int) -> Response:
    """The same on paper."""
    contact, since, until = _asked(contact_id)
    return papers.as_file(papers.statement_paper(contact, since, until), f"releve-{contact.id}.pdf")


@bp.post("/reglements/releves/<int:contact_id>/envoi")
@requires("payment.receive")
def send_statement(contact_id: int) -> Response:
    """By mail: made and sent by the worker."""
    contact, since, until = _asked(contact_id)
    if not contact.email:
        raise DomainError(_("Ce contact n'a pas de courriel. Ajoutez-le sur sa fiche, ou imprimez le relevé."))
    with transaction():
        later("app.payments.jobs.send_statement", contact.id, since.isoformat(), until.isoformat(), queue_name=HEAVY)
    say(_("Le relevé part à %(email)s", email=contact.email))
    return go(url_for("payments.statement", contact_id=contact_id, du=since.isoformat(), au=until.isoformat()))
