"""« Séjours »: the list of a month, the page of one, those entered and corrected by hand."""

from datetime import timedelta
from typing import Any

from flask import Response, request, url_for

from app.concierge.forms.stays import CorrectForm, NewStayForm, ReasonForm
from app.concierge.models import Stay
from app.concierge.queries import stays as queries
from app.concierge.services import stays as services
from app.concierge.services.told import DAYS, FIELDS, MONEY, gap, news
from app.concierge.states import StayState
from app.concierge.views.blueprint import MANAGE, VIEW, bp
from app.concierge.views.words import LABELS, shown, stay_title
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.pages import asked_page, page_address, paged, same_list
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.statements.models import Month


@bp.get("/sejours")
@requires(VIEW)
def stays() -> Response:
    """Those that a month touches, with their totals."""
    filters = queries.Filters.read(request.args, clock.today())
    found = paged(queries.listing(filters), *asked_page())
    month = filters.month
    return page(
        "concierge/stays.html", block="liste", page=found, filters=filters, address=page_address, link=same_list,
        lodgings=queries.lodging_choices(), channels=queries.channels(), states=StayState, totals=queries.totals(filters),
        overlaps=queries.overlaps_of([row.id for row in found.rows]), look=queries.look_count(), to_map=queries.to_map(),
        title=month_title(month), before=month_key(Month.of(month.first - timedelta(days=1))), after=month_key(month.next),
        now=month_key(Month.of(clock.today())), here=month_key(month), empty=not found.rows and not queries.any_stay(),
    )  # fmt: skip


def month_key(month: Month) -> str:
    """« 2026-11 »."""
    return f"{month.year}-{month.month:02d}"


def month_title(month: Month) -> str:
    """« novembre 2026 »."""
    return f"{clock.MONTHS[month.month - 1]} {month.year}"


def the_stay(stay_id: int) -> Stay:
    """The stay, or the 404 page."""
    return or_404(queries.stay_by_id(stay_id))


@bp.get("/sejours/<int:stay_id>")
@requires(VIEW)
def stay(stay_id: int) -> Response:
    """What is known of it, what the platform says beside, and what counts it."""
    return _show(the_stay(stay_id), ReasonForm(formdata=None))


def _show(row: Stay, form: ReasonForm) -> Response:
    return page(
        "concierge/stay.html", row=row, title=stay_title(row), facts=_facts(row), gap=gap(row.told), form=form,
        news=[(name, LABELS[name], shown(name, row.told[name]), shown(name, getattr(row, name))) for name in _asked(row)],
        overlaps=queries.overlaps_of([row.id]).get(row.id, []), lines=queries.lines_of(row.id), labels=LABELS,
        events=events_of(subject_of(row), 40), status=422 if form.errors else 200,
    )  # fmt: skip


def _asked(row: Stay) -> list[str]:
    """The fields to decide on; the two days are one question."""
    found = news(row.told, row.kept)
    return [name for name in found if name != "departure" or "arrival" not in found]


def _facts(row: Stay) -> list[dict[str, Any]]:
    """Amounts of the stay: (name, value, what the platform said when it differs, whether a person corrected it)."""
    names = (*MONEY, *(name for name in services.OURS if getattr(row, name)))
    return [
        {
            "name": name, "label": LABELS[name], "value": getattr(row, name), "said": _said(row, name), "mine": name in row.kept,
        }
        for name in names
    ]  # fmt: skip


def _said(row: Stay, name: str) -> str:
    """What the platform says of a field, when it is something else; "" when it is the same."""
    if name not in FIELDS or name not in row.told or name not in row.kept:
        return ""
    value = getattr(row, name)
    same = row.told[name] == (value.isoformat() if name in DAYS else value)
    return "" if same else shown(name, row.told[name])


@bp.route("/sejours/nouveau", methods=["GET", "POST"])
@requires(MANAGE)
def new_stay() -> Response:
    """By telephone, at the door, or the owner himself."""
    owner = request.args.get("genre") == "proprietaire"
    form = NewStayForm(
        state=StayState.OWNER.value if owner else StayState.BOOKED.value, channel="" if owner else _("Direct")
    )
    if form.validate_on_submit():
        try:
            with transaction():
                lodging = or_404(queries.lodging_by_id(form.lodging_id.data))
                added = services.add_stay(lodging, form.values())
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Séjour ajouté") if added.booking_id else _("Séjour ajouté : il en chevauche un autre"))
            return go(url_for("concierge.stay", stay_id=added.id))
    return page("concierge/stay_new.html", form=form, channels=queries.channels(), status=422 if form.errors else 200)


@bp.route("/sejours/<int:stay_id>/correction", methods=["GET", "POST"])
@requires(MANAGE)
def correct_stay(stay_id: int) -> Response:
    """Say what is right, and why: the platform's next word does not undo it."""
    row = the_stay(stay_id)
    form = CorrectForm(row)
    if form.validate_on_submit():
        try:
            with transaction():
                changed = services.correct(the_stay(stay_id), form.values(), form.reason.data or "")
        except DomainError as error:
            db.session.rollback()
            put_error(form, error)
        else:
            say(_("Séjour corrigé") if changed else _("Rien n'a changé"))
            return go(url_for("concierge.stay", stay_id=stay_id))
    return page(
        "concierge/stay_correct.html", row=the_stay(stay_id), form=form, channels=queries.channels(), title=stay_title(row),
        status=422 if form.errors else 200,
    )  # fmt: skip


@bp.post("/sejours/<int:stay_id>/plateforme/<any(prendre, garder):verb>")
@requires(MANAGE)
def hear_stay(stay_id: int, verb: str) -> Response:
    """The platform says something else than what was corrected: take it, or keep ours."""
    the_stay(stay_id)
    with transaction():
        row, name = the_stay(stay_id), request.form.get("field", "")
        if verb == "prendre":
            services.hear(row, name)
        else:
            services.hold_to(row, name)
    say(_("La valeur de la plateforme est reprise") if verb == "prendre" else _("Votre correction est maintenue"))
    return go(url_for("concierge.stay", stay_id=stay_id))


@bp.post("/sejours/<int:stay_id>/mise-de-cote")
@requires(MANAGE)
def leave_out_stay(stay_id: int) -> Response:
    """It does not count in the months, and why."""
    row, form = the_stay(stay_id), ReasonForm()
    if not form.validate_on_submit():
        return _show(row, form)
    with transaction():
        services.leave_out(the_stay(stay_id), form.reason.data or "")
    say(_("Séjour mis de côté : les mois ne le comptent plus"))
    return go(url_for("concierge.stay", stay_id=stay_id))


@bp.post("/sejours/<int:stay_id>/comptage")
@requires(MANAGE)
def count_stay(stay_id: int) -> Response:
    """It counts again."""
    the_stay(stay_id)
    with transaction():
        services.count_again(the_stay(stay_id))
    say(_("Le séjour compte de nouveau"))
    return go(url_for("concierge.stay", stay_id=stay_id))
