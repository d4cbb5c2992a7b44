"""An owner's month: each amount with its sum; lines added, put aside, taken back."""

from flask import Response, request, url_for
from flask_login import current_user

from app.concierge.forms.months import AsideForm, EntryForm
from app.concierge.models import OwnerStatement
from app.concierge.queries import months as q
from app.concierge.queries import sheets
from app.concierge.services import entries as verbs
from app.concierge.services.entries import NewEntry
from app.concierge.states import FROZEN
from app.concierge.views.blueprint import MONTHS, VIEW, bp
from app.concierge.views.months import asked_month
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents import queries as stored
from app.documents import services as files
from app.documents.models import StoredFile
from app.documents.states import FileKind
from app.statements.states import ACCOUNT, Account, LineKind


def the_statement(name: str, statement_id: int) -> OwnerStatement:
    """The statement of the address, else 404."""
    return or_404(sheets.statement_by_id(asked_month(name), statement_id))


def _back(name: str, statement_id: int) -> Response:
    return go(url_for("concierge.statement", name=name, statement_id=statement_id))


@bp.get("/mois/<name>/<int:statement_id>")
@requires(VIEW)
def statement(name: str, statement_id: int) -> Response:
    """How each cent is found."""
    found = the_statement(name, statement_id)
    return _page(name, found, EntryForm(sheets.mandates_of(found)), AsideForm())


def _page(name: str, found: OwnerStatement, form: EntryForm, aside: AsideForm) -> Response:
    asked = asked_month(name)
    return page(
        "concierge/statement.html", statement=found, name=name, title=clock.month_name(asked.first),
        sheet=sheets.sheet_of(found), entries=sheets.entries_of(found), form=form, aside=aside,
        frozen=found.state in FROZEN, fees_before=q.fees_before(asked, [found.contact_id]).get(found.contact_id),
        leaves=leaves, events=events_of(subject_of(found), 8), status=422 if form.errors or aside.errors else 200,
    )  # fmt: skip


def leaves(kind: LineKind) -> bool:
    """Whether a line takes from the owner's account."""
    return ACCOUNT[kind] is not Account.RECEIPT


@bp.post("/mois/<name>/<int:statement_id>/lignes")
@requires(MONTHS)
def entry_add(name: str, statement_id: int) -> Response:
    """Add a line, with its receipt."""
    found = the_statement(name, statement_id)
    form = EntryForm(sheets.mandates_of(found))
    if form.validate_on_submit():
        try:
            ready = files.prepare_uploads(request.files.getlist("file"), FileKind.DOCUMENT)
            with transaction():
                receipt = files.keep(ready[0], by=current_user.name) if ready else None
                verbs.add_entry(the_statement(name, statement_id), _entry(form, receipt))
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Ligne ajoutée, le relevé est recompté."))
            return _back(name, statement_id)
    return _page(name, the_statement(name, statement_id), form, AsideForm(formdata=None))


def _entry(form: EntryForm, receipt: StoredFile | None) -> NewEntry:
    return NewEntry(form.what, form.label.data or "", form.cents.data or 0, form.mandate_id.data, file=receipt)


@bp.post("/mois/<name>/<int:statement_id>/lignes/<int:entry_id>/retirer")
@requires(MONTHS)
def entry_remove(name: str, statement_id: int, entry_id: int) -> Response:
    """Take a line back."""
    with transaction():
        found = the_statement(name, statement_id)
        verbs.remove_entry(found, or_404(sheets.entry_of(found, entry_id)))
    say(_("Ligne retirée, le relevé est recompté."))
    return _back(name, statement_id)


@bp.get("/mois/<name>/<int:statement_id>/lignes/<int:entry_id>/justificatif")
@requires(VIEW)
def entry_file(name: str, statement_id: int, entry_id: int) -> Response:
    """The receipt of a line."""
    entry = or_404(sheets.entry_of(the_statement(name, statement_id), entry_id))
    return files.file_response(or_404(stored.stored_file(entry.file_id)))


@bp.post("/mois/<name>/<int:statement_id>/verser")
@requires(MONTHS)
def pay_out(name: str, statement_id: int) -> Response:
    """A line for the transfer of the whole balance."""
    try:
        with transaction():
            verbs.pay_out(the_statement(name, statement_id))
    except DomainError as error:
        say(error.message, "error")
    else:
        say(_("Virement du solde ajouté. Faites-le à votre banque : Établi ne déplace pas d'argent."))
    return _back(name, statement_id)


@bp.post("/mois/<name>/<int:statement_id>/mettre-de-cote")
@requires(MONTHS)
def put_aside(name: str, statement_id: int) -> Response:
    """Leave the owner out of the month, with the reason."""
    form = AsideForm()
    if form.validate_on_submit():
        with transaction():
            verbs.put_aside(the_statement(name, statement_id), form.reason.data or "")
        say(_("Relevé mis de côté."))
        return _back(name, statement_id)
    found = the_statement(name, statement_id)
    return _page(name, found, EntryForm(sheets.mandates_of(found), formdata=None), form)


@bp.post("/mois/<name>/<int:statement_id>/reprendre")
@requires(MONTHS)
def take_back(name: str, statement_id: int) -> Response:
    """Put it back among those to check."""
    with transaction():
        verbs.take_back(the_statement(name, statement_id))
    say(_("Relevé repris : il est de nouveau à vérifier."))
    return _back(name, statement_id)
