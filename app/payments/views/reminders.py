"""Who will be reminded, and for whom reminders are stopped."""

from flask import Response, request, url_for
from sqlalchemy import select

from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.i18n import _
from app.core.permissions import requires
from app.core.settings import setting
from app.core.web import go, or_404, page, say
from app.payments import queries
from app.payments.forms import StopForm
from app.payments.models import ReminderStop
from app.payments.services import reminders
from app.payments.views.blueprint import bp, tabs
from app.sales.models import SalesDocument


@bp.get("/reglements/relances")
@requires("payment.view")
def reminders_page() -> Response:
    """What the job of the morning would send now, and the stops in force."""
    return _page(StopForm(formdata=None))


def _page(form: StopForm, status: int = 200) -> Response:
    document_id = chosen_id(request.values.get("arreter"))
    stops = reminders.stops()
    return page(
        "payments/reminders.html", due=reminders.due_reminders(), tones=reminders.WORDS, stops=stops, names=_names(stops), form=form,
        stopping=queries.payable(document_id) if document_id else None, days=setting("payments.reminder_days"),
        tabs=tabs("reminders_page"), status=status,
    )  # fmt: skip


def _names(stops: list[ReminderStop]) -> dict[int, str]:
    """What each stop is about."""
    contacts = select(Contact.id, Contact.name).where(
        Contact.id.in_([row.contact_id for row in stops if row.contact_id])
    )
    documents = select(SalesDocument.id, SalesDocument.number).where(
        SalesDocument.id.in_([row.document_id for row in stops if row.document_id])
    )
    people = {row.id: row.name for row in db.session.execute(contacts)}
    numbers = {row.id: row.number for row in db.session.execute(documents)}
    return {row.id: people.get(row.contact_id or 0) or numbers.get(row.document_id or 0) or "" for row in stops}


@bp.post("/reglements/relances/<int:document_id>")
@requires("payment.receive")
def remind(document_id: int) -> Response:
    """One reminder now."""
    document = or_404(queries.payable(document_id))
    number = document.number
    with transaction():
        reminders.remind(document_id, by_hand=True)
    say(_("Relance envoyée pour %(number)s", number=number))
    return go(url_for("payments.reminders_page"))


@bp.post("/reglements/relances/arrets")
@requires("payment.receive")
def stop_reminders() -> Response:
    """A disputed invoice, or a payer who is not to be reminded."""
    form = StopForm()
    document = queries.payable(chosen_id(request.form.get("arreter")) or 0)
    if document is None:
        raise DomainError(_("Choisissez d'abord une facture dans la liste des relances."))
    if not form.validate_on_submit():
        return _page(form, 422)
    payer_id = document.payer_id or document.contact_id
    whole = form.scope.data == "contact"
    with transaction():
        reminders.stop(
            form.reason.data or "", document_id=None if whole else document.id, contact_id=payer_id if whole else None
        )
    say(_("Relances arrêtées"))
    return go(url_for("payments.reminders_page"))


@bp.post("/reglements/relances/arrets/<int:stop_id>/levee")
@requires("payment.receive")
def lift_stop(stop_id: int) -> Response:
    """Reminders may leave again."""
    with transaction():
        row = or_404(db.session.get(ReminderStop, stop_id))
        reminders.lift(row)
    say(_("Les relances peuvent repartir"))
    return go(url_for("payments.reminders_page"))
