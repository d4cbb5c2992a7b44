"""Incidents: the list, one told at the desk, and the decision."""

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.assets.models import Asset
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.pages import asked_page, page_address
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents import services as files
from app.documents.states import FileKind
from app.lending.forms import DecisionForm, TellForm
from app.lending.models import Incident, Loan, LoanItem
from app.lending.queries.find import scanned
from app.lending.queries.incidents import incident_counts, incident_for, incidents, item_for_incident
from app.lending.services import incidents as verbs
from app.lending.states import INCIDENTS, IncidentState, Teller
from app.lending.views.blueprint import EDIT, VIEW, bp

Line = tuple[LoanItem, Loan]


@bp.get("/incidents")
@requires(VIEW)
def incident_list() -> Response:
    """Those to decide, or of another state: `?etat=`."""
    asked = request.args.get("etat", "open")
    state = IncidentState(asked) if asked in frozenset(IncidentState) else None
    counts = incident_counts()
    return page("lending/incidents.html", state=state, states=IncidentState, counts=counts, total=sum(counts.values()),
                page=incidents(state, *asked_page()), address=page_address)  # fmt: skip


@bp.route("/incidents/nouveau", methods=["GET", "POST"])
@requires(EDIT)
def new_incident() -> Response:
    """Told at the desk: about a line of a loan (`?ligne=`), a thing (`?bien=`), or what is scanned."""
    form, unit = TellForm(), db.session.get(Asset, chosen_id(request.values.get("bien")) or 0)
    line = item_for_incident(chosen_id(request.values.get("ligne")), unit)
    if not form.validate_on_submit():
        return _new_page(form, unit, line, 422 if form.errors else 200)
    try:
        photos = files.prepare_uploads(request.files.getlist("photos"), FileKind.PHOTO)
        with transaction():
            kept = [files.keep(photo, by=current_user.name) for photo in photos]
            found = _about(form, unit, line)
            incident = verbs.tell(
                found[0], form.words.data or "", Teller.DESK, item=found[1], loan=found[2], photos=kept
            )
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _new_page(form, unit, line, error.status)
    say(_("Incident noté : il attend votre décision"))
    return go(url_for("lending.incident", incident_id=incident.id))


def _about(form: TellForm, unit: Asset | None, line: Line | None) -> tuple[Asset, LoanItem | None, Loan | None]:
    """What it is about: the line shown, else what was scanned and who has it. Raises DomainError."""
    if line is None and unit is None:
        unit = scanned(form.code.data or "")
        if unit is None:
            raise DomainError(_("Scannez l'étiquette du matériel, ou vérifiez-la."), field="code")
        line = item_for_incident(None, unit)
    return (line[0].asset, line[0], line[1]) if line is not None else (unit, None, None)  # type: ignore[return-value]


def _new_page(form: TellForm, unit: Asset | None, line: Line | None, status: int) -> Response:
    return page("lending/incident_new.html", status=status, form=form, line=line, unit=line[0].asset if line else unit)


def the_incident(incident_id: int) -> Incident:
    """The incident, or the 404 page."""
    return or_404(incident_for(current_user, incident_id))


@bp.get("/incidents/<int:incident_id>")
@requires(VIEW)
def incident(incident_id: int) -> Response:
    """What was told, the photos, and the decision."""
    found = the_incident(incident_id)
    return _page(found, DecisionForm(found.state))


def _page(found: Incident, form: DecisionForm, status: int = 200) -> Response:
    about = subject_of(found)
    return page(
        "lending/incident.html", status=status, incident=found, form=form, photos=files.attachments_of(about),
        events=events_of(about, 30), may_decide=allowed(current_user, EDIT) and bool(INCIDENTS.following(found.state)),
    )  # fmt: skip


@bp.post("/incidents/<int:incident_id>/decision")
@requires(EDIT)
def decide_incident(incident_id: int) -> Response:
    """Nothing, a repair, another one in its place, lost."""
    found = the_incident(incident_id)
    form = DecisionForm(found.state)
    if not form.validate():
        return _page(found, form, 422)
    try:
        with transaction():
            found = verbs.decide(found, IncidentState(form.decision.data), current_user, note=form.note.data or "",
                                 instead=_instead(form.code.data or ""))  # fmt: skip
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _page(the_incident(incident_id), form, error.status)
    say(_("%(unit)s : %(state)s", unit=found.asset.label, state=found.state.label.lower()))
    return go(url_for("lending.incident", incident_id=incident_id))


def _instead(code: str) -> Asset | None:
    if not code:
        return None
    unit = scanned(code)
    if unit is None:
        raise DomainError(
            _("Aucun matériel à nous ne porte « %(code)s ». Vérifiez l'étiquette.", code=code), field="code"
        )
    return unit


@bp.post("/incidents/<int:incident_id>/photos")
@requires(EDIT)
def incident_photos(incident_id: int) -> Response:
    """More photos; the ticket it became gets them too."""
    found = the_incident(incident_id)
    photos = files.prepare_uploads(request.files.getlist("photos"), FileKind.PHOTO)
    with transaction():
        verbs.add_photos(found, [files.keep(photo, by=current_user.name) for photo in photos])
    return go(url_for("lending.incident", incident_id=incident_id))
