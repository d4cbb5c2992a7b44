"""A loan at the desk: who, what, until when. Each gesture keeps what was chosen for five minutes; nothing is booked before
« Prêter » or « Réserver »."""

from datetime import datetime
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.assets.models import AssetModel
from app.assets.queries import side_of
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.lending import services
from app.lending.forms import LoanForm
from app.lending.models import Loan
from app.lending.queries.find import Found, find, scanned
from app.lending.queries.sets import Set, complete
from app.lending.queries.words import asked
from app.lending.views.blueprint import EDIT, OVERRIDE, bp
from app.lending.views.choice import Choice
from app.lending.views.repeat import Dates, prolonged, write_series
from app.members.queries import blocks
from app.planning import services as planning
from app.planning.queries import clash
from app.planning.queries.one import free_like


@bp.route("/prets/nouveau", methods=["GET", "POST"])
@requires(EDIT)
def new() -> Response:
    """The form; a scan or a choice adds a thing to it, « Prêter » or « Réserver » writes."""
    form, choice = LoanForm.of(request.args), Choice.read()
    if not form.is_submitted():
        if (longer := chosen_id(request.args.get("serie"))) is not None:
            prolonged(form, choice, longer)
        return _form_page(form, choice, held=False)
    if request.form.get("do") == "laisser":
        return leave()
    if request.form.get("do") == "attendre":
        return _wait(form, choice)
    adding = choice.changed or form.code.data or request.form.get("do") == "ajouter"
    if not adding and not form.validate():
        return _form_page(form, choice, 422)
    try:
        return _add(form, choice) if adding else _take(form, choice)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _form_page(form, Choice.read(), error.status)


@bp.post("/prets/nouveau/laisser")
@requires(EDIT)
def leave() -> Response:
    """The form is left: what it held is free at once."""
    with transaction():
        planning.let_go(current_user, Choice.read().held)
    return go(url_for("lending.index"))


def _take(form: LoanForm, choice: Choice) -> Response:
    if form.repeat.data:
        return _take_series(form, choice)
    with transaction():
        loan = _write(form, choice)
    say(_written(loan))
    return go(url_for("lending.show", number=loan.number))


def _take_series(form: LoanForm, choice: Choice) -> Response:
    """The dates are shown first; what was shown and confirmed is written."""
    if not choice.units:
        raise DomainError(_("Ajoutez au moins un matériel : scannez son étiquette ou cherchez-le."), field="code")
    contact = or_404(db.session.get(Contact, form.contact_id.data))
    dates = _dates(form, choice, contact)
    if request.form.get("do") != "serie":
        return _form_page(form, choice)
    if not dates.shown:
        raise Conflict(_("Les dates ont changé : relisez-les, puis réservez."))
    with transaction():
        loans = write_series(form, dates, contact, _wish(form, choice))
    say(_n("%(num)s date réservée", "%(num)s dates réservées", len(loans)))
    return go(url_for("lending.show", number=loans[0].number))


def _dates(form: LoanForm, choice: Choice, contact: Contact | None) -> Dates:
    return Dates.read(form, choice, contact, despite=bool(_despite(form)))


def _despite(form: LoanForm) -> str:
    return form.despite.data or "" if allowed(current_user, OVERRIDE) else ""


def _wish(form: LoanForm, choice: Choice) -> services.Wish:
    return services.Wish(choice.units, choice.without, choice.any_unit, _despite(form))


def _write(form: LoanForm, choice: Choice) -> Loan:
    contact = or_404(db.session.get(Contact, form.contact_id.data))
    start, due, at_once = form.period()
    wish = _wish(form, choice)
    words = {"notes": form.notes.data or "", "option": form.option.data}
    return services.take_set(contact, wish, start, due, current_user, at_once=at_once, **words)


def _written(loan: Loan) -> str:
    words = {
        "out": _("%(number)s : remis à %(client)s"),
        "option": _("%(number)s : option posée pour %(client)s"),
    }
    return words.get(loan.state.value, _("%(number)s : réservé pour %(client)s")) % {
        "number": loan.number, "client": loan.contact.name,
    }  # fmt: skip


def _add(form: LoanForm, choice: Choice) -> Response:
    """One more thing, or one less: scanned, chosen in the list of what answers, or explained."""
    form.take_days(*choice.days)
    code = "" if choice.changed else form.code.data or ""
    unit = scanned(code) if code else None
    if unit is not None:
        other = clash(f"asset:{unit.id}", *form.period()[:2])
        if other is not None and not choice.mine(other):
            return _taken(form, choice, unit.label, other, free_like(unit, *form.period()[:2]))
        choice.add(unit)
    elif code:
        return _search(form, choice, code)
    form.code.raw_data, form.code.data = [""], ""
    return _form_page(form, choice)


def _taken(form: LoanForm, choice: Choice, label: str, other: Any, instead: Any) -> Response:
    whose = db.session.get(Contact, other.contact_id) if other.contact_id else None
    sentence = _("%(unit)s est pris : %(label)s.", unit=label, label=whose.name if whose else other.label)
    put_error(form, Conflict(sentence, field="code"))
    return _form_page(form, choice, 409, instead=instead)


def _search(form: LoanForm, choice: Choice, code: str, status: int = 0) -> Response:
    words = asked(code)
    form.take_days(words.first, words.last)
    start, due, _now = form.period()
    _check(start, due)
    found = find(words.words, start, due, but=[unit.id for unit in choice.units], user_id=current_user.id)
    if not found:
        sentence = _("Rien ne répond à « %(code)s ». Vérifiez l'étiquette, ou cherchez par le nom.", code=words.words)
        put_error(form, DomainError(sentence, field="code"))
    elif words.words != code:
        form.code.raw_data, form.code.data = [words.words], words.words
    if found.named and found.family_id is not None:
        with transaction():
            services.note_refusal(found.family_id, start, due, form.contact_id.data or None)
    return _form_page(form, choice, status or (200 if found else 422), found=found)


def _wait(form: LoanForm, choice: Choice) -> Response:
    """Nothing is free: in line for a family, or for one model (`attente`: « family:3 »)."""
    contact, side = db.session.get(Contact, form.contact_id.data or 0), side_of(request.form.get("attente", ""))
    start, due, _now = form.period()
    try:
        _check(start, due)
        if contact is None or side is None:
            raise DomainError(_("Choisissez d'abord qui attend."), field="contact_id")
        model = db.session.get(AssetModel, side.id) if side.kind == "model" else None
        flexible = request.form.get("souple", 0, type=int)
        with transaction():
            services.join(
                contact, model.family_id if model else side.id, start, due, model_id=model.id if model else None, flexible_days=flexible
            )  # fmt: skip
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _search(form, choice, form.code.data or "", error.status)
    say(
        _(
            "%(client)s est en liste d'attente ; dès qu'un exemplaire se libère, il lui est proposé.",
            client=contact.name,
        )
    )
    return go(url_for("lending.waiting"))


def _form_page(form: LoanForm, choice: Choice, status: int = 200, *, held: bool = True, **more: Any) -> Response:
    contact = db.session.get(Contact, form.contact_id.data) if form.contact_id.data else None
    whole, until, dates = Set(choice.units), None, Dates()
    if choice.units or choice.held:
        try:
            if held and (form.until.data or form.times.data):
                dates = _dates(form, choice, contact)
            whole, until = _kept(form, choice, dates, held=held)
        except DomainError as error:
            db.session.rollback()
            if not any(error.message in said for said in form.errors.values()):
                put_error(form, error)
            status = status if status != 200 else error.status
    why = blocks(contact, clock.local(form.period()[0]).date()) if contact else []
    shown = {"found": Found(), "instead": [], "blocks": why, "override": allowed(current_user, OVERRIDE), **more}
    return page(
        "lending/new.html", block="formulaire", status=status, form=form, choice=choice, units=whole.units, whole=whole,
        contact=contact, until=until, dates=dates, why_not=services.why_not, at_once=form.start_day.data is None, **shown,
    )  # fmt: skip


def _kept(form: LoanForm, choice: Choice, dates: Dates, *, held: bool) -> tuple[Set, Any]:
    """The whole set; on a POST it is held for who is choosing, for each date of a series."""
    start, due, _now = form.period()
    _check(start, due)
    if dates.slots:
        whole = next((slot.whole for slot in dates.slots if slot.whole and not slot.swapped), Set(choice.units))
        with transaction():
            planning.let_go(current_user, choice.held)
            return whole, dates.hold()
    if not held:
        return complete(choice.units, start, due, without=choice.without, user_id=current_user.id), None
    with transaction():
        whole, until = services.hold_set(choice.units, start, due, current_user, choice.without)
        planning.let_go(current_user, set(choice.held) - {unit.id for unit in whole.units})
    return whole, until


def _check(start: datetime, due: datetime) -> None:
    if start >= due:
        raise DomainError(_("Le retour doit venir après la remise."), field="due_day")
