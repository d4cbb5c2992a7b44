"""The page of a ticket, and the small pages around it: moves, delay, details."""

from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed, rights_of, workers
from app.accounts.states import Role
from app.core.db import transaction
from app.core.errors import DomainError, NotAllowed
from app.core.forms import put_error
from app.core.history import Event, events_of
from app.core.i18n import _
from app.core.money import totals
from app.core.panels import panels
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, page, say, wants_fragment
from app.documents.queries import AttachedFile, attachments_of_all
from app.messaging.services import conversation
from app.planning.queries import bookings_about
from app.planning.services.repairs import end_words
from app.planning.states import BookingState
from app.tickets import queries, services
from app.tickets.forms import DetailsForm, MoveForm
from app.tickets.models import Ticket
from app.tickets.queries.checks import check_state, document_subjects
from app.tickets.queries.steps import steps_of
from app.tickets.services import Arrival
from app.tickets.states import MAY_WAIT, NEXT_MOVES, WAITING_FOR, Outcome, TicketKind, TicketState
from app.tickets.views.blueprint import bp
from app.tickets.views.board import board_again
from app.tickets.views.common import the_ticket

TABS = ("historique", "messages", "documents")


def show_context(ticket: Ticket) -> dict[str, Any]:
    """What the page of a ticket shows."""
    lines = queries.lines_of(ticket)
    subject, rights = subject_of(ticket), rights_of(current_user.role)
    tab = request.args.get("onglet", "historique")
    if tab == "messages" and "message.view" not in rights:
        tab = TABS[0]
    files = attachments_of_all([subject, *document_subjects(ticket)])
    own = files.pop(subject, [])
    return {
        "ticket": ticket,
        "lines": lines,
        "totals": totals((line.net, line.vat_rate) for line in lines),
        "moves": queries.moves_for(current_user, ticket),
        "next_move": NEXT_MOVES.get(ticket.state),
        "steps": steps_of(ticket),
        "reasons": WAITING_FOR[ticket.kind],
        "may_wait": ticket.state in MAY_WAIT,
        "workers": workers(),
        "tab": tab if tab in TABS else TABS[0],
        **(_thread(ticket) if tab == "messages" else {}),
        "events": _events(ticket) if tab not in ("messages", "documents") else [],
        "photos": [file for file in own if file.is_picture],
        "point_photos": _by_point(own),
        "own_files": [file for file in own if not file.is_picture],
        "family_files": [file for found in files.values() for file in found],
        "checks": check_state(ticket),
        "related": queries.related(ticket),
        **_held(ticket),
        "top_panels": panels("ticket.top", ticket, rights),
        "main_panels": panels("ticket.main", ticket, rights),
        "header_panels": panels("ticket.header", ticket, rights),
        "work": allowed(current_user, "ticket.work") and not ticket.finished,
        "edit": allowed(current_user, "ticket.edit"),
        "Outcome": Outcome,
        "TicketState": TicketState,
        "print_now": request.args.get("imprimer", ""),
    }


def _held(ticket: Ticket) -> dict[str, Any]:
    """What the ticket holds on the planning: loaners, or our own thing with the end of its repair."""
    held = bookings_about(subject_of(ticket)) if ticket.kind != TicketKind.SOFTWARE else []
    repair = next((booking for booking in held if booking.state == BookingState.MAINTENANCE), None)
    return {"loaners": held, "repair_end": end_words(repair) if repair else ""}


def _events(ticket: Ticket) -> list[Event]:
    """The time-line; of an outside repairer, what a client is told and what he did: not who else was asked, nor why."""
    outside = current_user.role == Role.REPAIRER
    return events_of(subject_of(ticket), 60, client_only=outside, own=current_user.name)


def _by_point(files: list[AttachedFile]) -> dict[str, list[AttachedFile]]:
    """The photos taken for each check point."""
    found: dict[str, list[AttachedFile]] = {}
    for file in files:
        if file.point and file.is_picture:
            found.setdefault(file.point, []).append(file)
    return found


def _thread(ticket: Ticket) -> dict[str, Any]:
    title = _("dossier %(number)s", number=ticket.number)
    fil = conversation(subject_of(ticket), ticket.contact, title)
    return {"fil": fil, "may_send": allowed(current_user, "message.send"), "fil_error": "", "fil_typed": ""}


@bp.get("/dossiers/<number>")
@requires("ticket.view")
def show(number: str) -> Response:
    """The ticket."""
    ticket = the_ticket(number)
    return page(
        "tickets/show.html", block="aside_tabs" if "onglet" in request.args else "corps", **show_context(ticket)
    )


def shown(ticket: Ticket, block: str) -> Response:
    """After a change: the block of the page, its header going along; the page itself without htmx."""
    if not wants_fragment():
        return go(url_for("tickets.show", number=ticket.number))
    return page("tickets/show.html", block=block, oob=("etat",) if block != "etat" else (), **show_context(ticket))


@bp.get("/dossiers/<number>/etat")
@requires("ticket.view")
def moves(number: str) -> Response:
    """The dialogue of legal moves."""
    ticket = the_ticket(number)
    return _move_dialog(ticket, MoveForm(formdata=None, version=ticket.version))


def _move_dialog(ticket: Ticket, form: MoveForm, status: int = 200, to: TicketState | None = None) -> Response:
    return page(
        "tickets/move.html", block="dialogue", status=status, ticket=ticket, form=form, to=to,
        moves=queries.moves_for(current_user, ticket), outcomes=_outcomes(ticket),
    )  # fmt: skip


def _outcomes(ticket: Ticket) -> list[Outcome]:
    return [outcome for outcome in Outcome if outcome != Outcome.RETIRED or ticket.kind == TicketKind.FLEET]


@bp.post("/dossiers/<number>/etat")
@requires("ticket.view")
def move(number: str) -> Response:
    """Change the state: from the dialogue, the page's button, or a card dropped on a column."""
    ticket = the_ticket(number)
    form = MoveForm()
    to = _asked_state(form)
    if to is None or not queries.may_move(current_user, to):
        raise NotAllowed(_("Votre rôle ne permet pas ce passage, ou cette colonne ne se choisit pas à la main."))
    if to in (TicketState.OUT, TicketState.SHIPPING) and ticket.kind != TicketKind.SOFTWARE:
        return go(url_for("tickets.hand_over" if to == TicketState.OUT else "tickets.ship", number=number))
    if to == TicketState.READY and not form.outcome.data and ticket.state != TicketState.SHIPPING:
        return _ask_outcome(ticket, form)
    with transaction():
        fresh = services.locked(ticket, form.version.data)
        services.move(fresh, to, Arrival(outcome=form.outcome.data, reason=form.reason.data or ""))
    say(_("%(number)s : %(state)s", number=ticket.number, state=queries.word(to)))
    return board_again() or shown(the_ticket(number), "corps")


def _asked_state(form: MoveForm) -> TicketState | None:
    text = form.state.raw_data[0] if form.state.raw_data else ""
    return TicketState(text) if text in TicketState._value2member_map_ else None


def _ask_outcome(ticket: Ticket, form: MoveForm) -> Response:
    response = _move_dialog(ticket, form, to=TicketState.READY)
    response.headers["HX-Retarget"] = "body"
    response.headers["HX-Reswap"] = "beforeend"
    return response


@bp.route("/dossiers/<number>/correction", methods=["GET", "POST"])
@requires("ticket.edit")
def details(number: str) -> Response:
    """Correct what was typed at the intake."""
    ticket = the_ticket(number)
    form = DetailsForm(obj=ticket)
    if request.method == "GET":
        form.accessories.data = ", ".join(ticket.accessories)
    if not allowed(current_user, "payment.receive"):
        del form.paid_at_intake, form.paid_by
    if not form.validate_on_submit():
        return page("tickets/edit.html", status=422 if form.errors else 200, ticket=ticket, form=form)
    values = {name: value for name, value in form.data.items() if name not in ("csrf_token", "version")}
    values["accessories"] = [word.strip() for word in form.accessories.data.split(",") if word.strip()]
    try:
        with transaction():
            fresh = services.locked(ticket, form.version.data)
            services.change_details(fresh, **values)
            services.keep_to_promise(fresh)
    except DomainError as error:
        if not error.field:
            raise
        put_error(form, error)
        return page("tickets/edit.html", status=error.status, ticket=the_ticket(number), form=form)
    say(_("%(number)s corrigé", number=number))
    return go(url_for("tickets.show", number=number))
