"""« Payer en plusieurs fois »: the dates and amounts of a draft invoice, proposed in equal parts, changed by hand."""

from datetime import date

from flask import Response, request

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, page, say
from app.sales.forms import ScheduleForm
from app.sales.models import Dated, SalesDocument
from app.sales.services import documents as services
from app.sales.services.documents import instalments
from app.sales.services.documents.drafting import check_draft
from app.sales.views.blueprint import invoices as bp
from app.sales.views.document import address_of, the_document

#: How many times are offered in one press.
OFFERED = (2, 3, 4, 6, 10, 12)


@bp.route("/ventes/<ref>/echeancier", methods=["GET", "POST"])
@requires("invoice.edit")
def schedule(ref: str) -> Response:
    """Give a draft its dates, or have it paid at once."""
    document = the_document(ref)
    check_draft(document)
    form = ScheduleForm()
    if form.validate_on_submit():
        try:
            with transaction():
                fresh = services.locked(document, form.version.data)
                services.put_schedule(fresh, [] if "once" in request.form else form.dated)
            say(_("Facture payable en une fois") if "once" in request.form else _("Échéancier enregistré"))
            return go(address_of(document))
        except DomainError as error:
            document = the_document(ref)
            put_error(form, error)
    if not form.is_submitted():
        form.propose(document.version, _proposed(document, form))
    _count, first = instalments.usual(document)
    return page(
        "sales/documents/schedule.html", d=document, form=form, offered=OFFERED, first=_first(first), asked=len(form.dated),
        total=sum(row.amount for row in form.dated), status=422 if form.errors and form.is_submitted() else 200,
    )  # fmt: skip


def _first(usual: date) -> date:
    """The first day asked for in the address, else the usual one."""
    try:
        return date.fromisoformat(request.args.get("premiere", ""))
    except ValueError:
        return usual


def _proposed(document: SalesDocument, form: ScheduleForm) -> list[Dated]:
    """What the address asks for, else the schedule as it is, else what is usual."""
    if document.due <= 0:
        return []
    known = [Dated(row.due_on, row.amount) for row in document.instalments]
    if known and "repartir" in request.args:
        again = instalments.spread_again([row.amount for row in known], document.due)
        return [Dated(row.due_on, amount) for row, amount in zip(known, again, strict=True)]
    if known and "fois" not in request.args:
        return known
    count, first = instalments.usual(document)
    try:
        return instalments.monthly(document.due, chosen_id(request.args.get("fois")) or count, _first(first))
    except DomainError as error:
        put_error(form, error)
        return instalments.monthly(document.due, count, first)
