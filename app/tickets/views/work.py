"""Work on a ticket: texts saved by themselves, waiting, people, lines, check points, photos."""

from flask import Response, abort, jsonify, request
from flask_login import current_user

from app.accounts.queries import allowed
from app.catalog.queries import article_for, parts_beside, rate_on
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.settings import setting
from app.core.subject import subject_of
from app.core.web import go, not_found, or_404, page, say
from app.documents import services as files
from app.documents.models import Attachment
from app.documents.queries import attachments_of
from app.documents.states import FileKind
from app.questionnaires import services as questionnaires
from app.questionnaires.queries import points_of
from app.questionnaires.states import Use
from app.tariffs import services as tariffs
from app.tickets import services
from app.tickets.forms import LineForm, WaitingForm
from app.tickets.models import Ticket, TicketLine
from app.tickets.queries import lines_of
from app.tickets.queries.checks import check_state
from app.tickets.services import LineInput
from app.tickets.services.standard import LABOUR
from app.tickets.services.work import TEXTS
from app.tickets.states import Priority
from app.tickets.views.blueprint import bp
from app.tickets.views.common import the_ticket
from app.tickets.views.shelf import chosen_shelf, offer_shelves
from app.tickets.views.show import shown


@bp.post("/dossiers/<number>/textes/<field>")
@requires("ticket.work")
def text(number: str, field: str) -> Response:
    """Keep a text while it is typed. `seen` is the text the page started from: a colleague's change is not overwritten."""
    ticket = the_ticket(number)
    if field not in TEXTS:
        not_found()
    typed = request.form.get(field, "")
    with transaction():
        fresh = services.locked(ticket)
        seen = request.form.get("seen")
        if seen is not None and _flat(seen) != _flat(getattr(fresh, field)) != _flat(typed):
            raise Conflict(
                _(
                    "Un collègue a écrit ici en même temps que vous. Copiez votre texte, rechargez la page, puis complétez-le."
                )
            )
        services.write_text(fresh, field, typed)
    if request.headers.get("X-Requested-With") or request.headers.get("Accept", "").startswith("application/json"):
        return jsonify(
            version=fresh.version,
            saved=_("Enregistré à %(hour)s", hour=clock.hour(clock.now())),
            seen=getattr(fresh, field),
        )
    return shown(the_ticket(number), "corps")


def _flat(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


@bp.post("/dossiers/<number>/attente")
@requires("ticket.work")
def waiting(number: str) -> Response:
    """Say what the work waits for."""
    ticket = the_ticket(number)
    form = WaitingForm().for_ticket(ticket)
    if not form.validate_on_submit():
        raise DomainError(_("Choisissez ce que le dossier attend."))
    with transaction():
        services.set_waiting(services.locked(ticket, form.version.data), form.waiting.data, form.note.data)
    return shown(the_ticket(number), "corps")


@bp.post("/dossiers/<number>/attribution")
@requires("ticket.edit")
def assignment(number: str) -> Response:
    """Give the ticket to somebody."""
    ticket = the_ticket(number)
    with transaction():
        services.assign(services.locked(ticket), chosen_id(request.form.get("assignee_id")))
    return shown(the_ticket(number), "corps")


@bp.post("/dossiers/<number>/priorite")
@requires("ticket.edit")
def priority(number: str) -> Response:
    """Change how urgent it is."""
    ticket = the_ticket(number)
    asked = request.form.get("priority", "")
    if asked not in [item.value for item in Priority]:
        raise DomainError(_("Choisissez une priorité dans la liste."))
    with transaction():
        services.set_priority(services.locked(ticket), Priority(asked))
    return shown(the_ticket(number), "corps")


def _line(form: LineForm, ticket: Ticket) -> LineInput:
    article_id, quantity = form.article_id.data, form.quantity.data or 0
    shown = chosen_id(request.form.get("tariff_price"))
    price = tariffs.followed(article_id, ticket.contact_id, quantity, form.unit_price.data or 0, shown)
    place_id, lot_id = chosen_shelf(form)
    return LineInput(
        form.kind.data, form.label.data, quantity, price, form.vat_rate.data,
        form.reference.data, form.unit.data, form.origin.data or "", form.article_id.data, lot_id, place_id,
    )  # fmt: skip


@bp.route("/dossiers/<number>/lignes/nouvelle", methods=["GET", "POST"])
@requires("ticket.work")
def new_line(number: str) -> Response:
    """Add a part or some labour."""
    ticket = the_ticket(number)
    form = LineForm(version=ticket.version, **_line_defaults(ticket))
    offer_shelves(form, None)
    if not form.validate_on_submit():
        return _line_page(ticket, form, None)
    try:
        with transaction():
            services.add_article_line(services.locked(ticket), _line(form, ticket), _taken())
    except DomainError as error:
        put_error(form, error)
        return _line_page(the_ticket(number), form, None)
    return shown(the_ticket(number), "corps")


def _taken() -> list[int]:
    return request.form.getlist("extra", type=int)


def _line_page(ticket: Ticket, form: LineForm, line: TicketLine | None) -> Response:
    answer = page(
        "tickets/line.html", block="formulaire", status=422 if form.errors else 200, ticket=ticket, form=form, line=line,
        brings=parts_beside(form.article_id.data, form.unit_price.data or 0) if line is None else [], contact_id=ticket.contact_id, tariff=line is None,
        offer=tariffs.offer(form.article_id.data, ticket.contact_id, form.quantity.data or 1000), taken=_taken(),
        extras=tariffs.in_option(form.article_id.data, form.quantity.data or 1000, ticket.contact_id) if line is None else [],
    )  # fmt: skip
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#ligne-nouvelle", "innerHTML"
    return answer


def _line_defaults(ticket: Ticket) -> dict[str, object]:
    """Of some labour, of the article chosen in the catalogue, or of a free part."""
    article = article_for(current_user, chosen_id(request.values.get("article_id")) or 0)
    if article is not None:
        rate = rate_on(article.vat_code, clock.today())
        offer = tariffs.offer(article.id, ticket.contact_id)
        return {
            "article_id": article.id, "kind": "labour" if article.kind in LABOUR else "part",
            "label": article.label, "reference": article.reference, "unit": article.unit,
            "unit_price": offer.net if offer else article.price,
            "vat_rate": rate.rate, "origin": "" if article.kind in LABOUR else article.origin.value,
        }  # fmt: skip
    labour = request.args.get("nature") == "labour"
    return {
        "kind": "labour" if labour else "part",
        "label": _("Main-d'œuvre atelier") if labour else "",
        "unit": _("heure") if labour else _("pièce"),
        "unit_price": setting("tickets.labour_rate") if labour else None,
        "vat_rate": setting("tickets.vat_rate"),
    }


@bp.route("/dossiers/<number>/lignes/<int:line_id>", methods=["GET", "POST"])
@requires("ticket.work")
def line(number: str, line_id: int) -> Response:
    """Correct a line in its place."""
    ticket = the_ticket(number)
    row = or_404(next((item for item in lines_of(ticket) if item.id == line_id), None))
    form = LineForm(obj=row)
    offer_shelves(form, row)
    if not form.validate_on_submit():
        return _line_page(ticket, form, row)
    try:
        with transaction():
            services.change_line(services.locked(ticket), line_id, _line(form, ticket))
    except DomainError as error:
        put_error(form, error)
        return _line_page(the_ticket(number), form, row)
    return shown(the_ticket(number), "corps")


@bp.post("/dossiers/<number>/lignes/<int:line_id>/suppression")
@requires("ticket.work")
def remove_line(number: str, line_id: int) -> Response:
    """Take a line away."""
    ticket = the_ticket(number)
    with transaction():
        services.remove_line(services.locked(ticket), line_id)
    return shown(the_ticket(number), "corps")


@bp.route("/dossiers/<number>/controles/<use>", methods=["GET", "POST"])
@requires("ticket.view")
def checks(number: str, use: str) -> Response:
    """Fill the check points of the intake or of the exit."""
    ticket = the_ticket(number)
    state = or_404(check_state(ticket).get(use))
    if not may_fill(state.use):
        abort(403)
    if request.method == "GET":
        return page("tickets/checks.html", ticket=ticket, state=state, points=state.points, erreurs={})
    try:
        answer_checks(ticket, use)
    except DomainError as error:
        points = points_of(state.questionnaire, state.response, request.form)
        return page(
            "tickets/checks.html",
            status=422,
            ticket=ticket,
            state=state,
            points=points,
            erreurs={error.field: error.message},
        )
    say(_("%(use)s enregistré", use=state.title))
    return go(f"/dossiers/{number}#controles")


def may_fill(use: str) -> bool:
    """Whether this person answers that questionnaire: those of the work are the workshop's, the others the counter's too."""
    of_work = use in (Use.CHECK_OUT, Use.REPORT)
    return allowed(current_user, "ticket.work") or (not of_work and allowed(current_user, "ticket.create"))


def answer_checks(ticket: Ticket, key: str) -> None:
    """Keep the answers and photos posted for a questionnaire of the ticket. Raises DomainError(field=code)."""
    state = check_state(ticket, *([Use(key)] if key in Use._value2member_map_ else ())).get(key)
    if state is None or state.questionnaire is None:
        return
    ready = {
        code: files.prepare_uploads(request.files.getlist(name), FileKind.PHOTO)
        for name, code in questionnaires.file_fields(state.questionnaire, state.response).items()
    }
    for name, code in questionnaires.signature_fields(state.questionnaire, state.response).items():
        drawn = files.prepare_signature(request.form.get(name, ""))
        ready.setdefault(code, []).extend([drawn] if drawn else [])
    labels = {point.item.code: point.item.label for point in state.points}
    with transaction():
        fresh = services.locked(ticket)
        kept: dict[str, list[int]] = {}
        for code, uploads in ready.items():
            for upload in uploads:
                stored = files.keep(upload, by=current_user.name)
                if stored.kind == FileKind.PHOTO:
                    files.attach(stored, subject_of(fresh), labels[code], point=code, for_client=True)
                kept.setdefault(code, []).append(stored.id)
        questionnaires.answer(
            state.questionnaire, subject_of(fresh), state.use, request.form, by=current_user.name, files=kept
        )
        services.touch(fresh)


@bp.post("/dossiers/<number>/photos")
@requires("ticket.view")
def photos(number: str) -> Response:
    """Add photos or documents, from the camera or from files."""
    ticket = the_ticket(number)
    ready = files.prepare_uploads(request.files.getlist("photos"), FileKind.PHOTO)
    ready += files.prepare_uploads(request.files.getlist("documents"), FileKind.DOCUMENT)
    if not ready:
        raise DomainError(_("Choisissez une photo ou un document à joindre."))
    label = request.form.get("label", "").strip()[:200]
    with transaction():
        fresh = services.locked(ticket)
        for upload in ready:
            stored = files.keep(upload, by=current_user.name)
            files.attach(stored, subject_of(fresh), label, for_client=request.form.get("for_client") == "1")
        services.touch(fresh)
    return shown(the_ticket(number), "corps")


@bp.post("/dossiers/<number>/fichiers/<int:attachment_id>/suppression")
@requires("ticket.edit")
def remove_file(number: str, attachment_id: int) -> Response:
    """Take a file away from the ticket."""
    ticket = the_ticket(number)
    or_404(next((item for item in attachments_of(subject_of(ticket)) if item.id == attachment_id), None))
    with transaction():
        files.detach(db.session.get_one(Attachment, attachment_id))
        services.touch(services.locked(ticket))
    return shown(the_ticket(number), "corps")
