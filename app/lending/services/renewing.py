"""The borrower keeps it longer by himself, when nobody waits and nothing blocks; else a sentence says why, and what to do."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.core.subject import subject_of
from app.lending.models import Incident, Loan
from app.lending.queries.terms import terms_of
from app.lending.services.charges import bill_renewal, renewal_rents
from app.lending.services.insurance import insurance_asked, insured
from app.lending.services.reserving import extend
from app.lending.states import IncidentState, LoanState
from app.members.queries import blocks
from app.messaging.services import add_task
from app.planning.queries import clash, next_open_day, rules_of
from app.sales.models import SalesDocument


def renewal_end(loan: Loan) -> datetime:
    """Until when a renewal would last (UTC): so many days more, on an open day, at the same hour."""
    due = clock.local(loan.due_at)
    days = min((terms_of(item.asset.family_id).renewal_days for item in loan.items if item.back_at is None), default=0)
    return clock.at(next_open_day(due.date() + timedelta(days=days)), due.hour, due.minute)


def why_not(loan: Loan) -> str:
    """Why the borrower may not keep it longer by himself, in a sentence; "" when he may."""
    still = [item for item in loan.items if item.back_at is None]
    allowed = min((terms_of(item.asset.family_id).renewals for item in still), default=0)
    if loan.state != LoanState.OUT or not still:
        return _("Ce prêt n'est plus en cours.")
    if not allowed:
        return _("Ce prêt ne se prolonge pas en ligne. Appelez-nous.")
    if loan.due_at < clock.now():
        return _("Le retour est déjà passé : rapportez le matériel, ou appelez-nous.")
    if loan.renewals >= allowed:
        return _("Vous avez déjà prolongé ce prêt autant que possible. Appelez-nous pour le garder plus longtemps.")
    return _blocked(loan) or _waited(loan)


def _blocked(loan: Loan) -> str:
    kept = blocks(loan.contact, clock.local(renewal_end(loan)).date())
    if kept:
        return kept[0].reason
    if _open_incident(loan):
        return _("Un problème signalé sur ce matériel attend notre réponse. Nous revenons vers vous.")
    if insurance_asked(loan) and not insured(loan.contact_id, clock.local(renewal_end(loan)).date()):
        return _("Votre attestation d'assurance ne couvre pas cette durée. Envoyez-nous la nouvelle, puis prolongez.")
    return ""


def _open_incident(loan: Loan) -> bool:
    query = select(Incident.id).where(Incident.loan_id == loan.id, Incident.state == IncidentState.OPEN)
    return db.session.scalar(query.limit(1)) is not None


def _waited(loan: Loan) -> str:
    end = renewal_end(loan)
    for item in loan.items:
        if item.back_at is None:
            buffer = timedelta(minutes=rules_of(item.asset.family_id).buffer_after)
            if clash(f"asset:{item.asset_id}", loan.due_at, end + buffer, item.booking_id):
                return _(
                    "Quelqu'un attend ce matériel : rapportez-le à la date prévue, ou appelez-nous pour en prendre un autre."
                )
    return ""


def renew(loan: Loan, *, bill: bool = False) -> SalesDocument | None:
    """Keep it for one more term. Its rent is billed at once (`bill`): the invoice; else the desk has a task, if there is one.

    Raises DomainError with the reason, or Conflict when somebody booked it meanwhile.
    """
    require_transaction()
    refusal = why_not(loan)
    if refusal:
        raise DomainError(refusal)
    end = renewal_end(loan)
    rents = renewal_rents(loan, end)
    try:
        extend(loan, end)
    except Conflict as conflict:
        raise Conflict(_("Quelqu'un vient de réserver ce matériel : rapportez-le à la date prévue.")) from conflict
    loan.renewals += 1
    record(loan, "loan.renewed", until=str(clock.local(end).date()))
    db.session.flush()
    if rents and bill:
        return bill_renewal(loan, rents)
    if rents:
        amount = euros(sum(row.gross for row in rents))
        add_task(
            _("%(number)s prolongé : %(amount)s de loyer à facturer.", number=loan.number, amount=amount),
            about=subject_of(loan), contact_id=loan.contact_id,
        )  # fmt: skip
    return None
