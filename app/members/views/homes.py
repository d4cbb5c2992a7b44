"""Households: made, corrected, who lives there, whom to call first, who pays."""

from flask import Response, request, url_for
from flask_login import current_user

from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.members import services
from app.members.forms import HouseholdForm, JoinForm
from app.members.models import Household
from app.members.queries.people import home_of, homes_of
from app.members.states import Role
from app.members.views.blueprint import EDIT, VIEW, bp, the_home


@bp.route("/adherents/foyers/nouveau", methods=["GET", "POST"])
@requires(EDIT)
def new_home() -> Response:
    """A new home; `?contact=`: who lives there first."""
    first = contact_for(current_user, chosen_id(request.values.get("contact")) or 0)
    form = HouseholdForm()
    if not form.is_submitted() and first is not None:
        form.name.data = _("Famille %(name)s", name=first.last_name or first.name)
        if not homes_of(first.id):  # who lives nowhere yet founds his home, and most often pays for it
            form.payer_id.data, form.payer_id_text.data = first.id, first.name
    if not form.validate_on_submit():
        return _form(form, first, 422 if form.errors else 200)
    try:
        with transaction():
            home = _made(form, first)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _form(form, first, error.status)
    say(_("Foyer « %(name)s » créé", name=home.name))
    return go(url_for("members.home", household_id=home.id))


def _form(form: HouseholdForm, first: Contact | None, status: int) -> Response:
    return page("members/home_new.html", form=form, first=first, payer=_payer(form), status=status)


def _payer(form: HouseholdForm) -> Contact | None:
    named = (form.payer_id_text.data or "").strip()
    return contact_for(current_user, form.payer_id.data) if form.payer_id.data and named else None


def _made(form: HouseholdForm, first: Contact | None) -> Household:
    payer, child = _payer(form), request.form.get("role") == Role.CHILD
    if child and first is not None and payer is not None and payer.id == first.id:
        payer = None
    home = services.add_household(
        form.name.data or "", payer, address=form.address.data or "", postcode=form.postcode.data or "", town=form.town.data or "",
    )  # fmt: skip
    if first is not None and (payer is None or payer.id != first.id):
        again = db.session.get_one(Contact, first.id)
        services.join(home, again, Role.CHILD if child else Role.ADULT)
    return home


@bp.get("/adherents/foyers/<int:household_id>")
@requires(VIEW)
def home(household_id: int) -> Response:
    """A home."""
    return _page(the_home(household_id))


def _page(
    found: Household, form: HouseholdForm | None = None, joining: JoinForm | None = None, status: int = 200
) -> Response:
    shown = form or HouseholdForm(formdata=None, obj=found)
    if form is None:
        shown.payer_id_text.data = found.payer.name if found.payer else ""
    events = events_of(subject_of(found), 20)
    return page(
        "members/home.html", home=home_of(found), form=shown, joining=joining or JoinForm(formdata=None), Role=Role, events=events,
        status=status,
    )  # fmt: skip


@bp.post("/adherents/foyers/<int:household_id>")
@requires(EDIT)
def change_home(household_id: int) -> Response:
    """Correct a home."""
    found, form = the_home(household_id), HouseholdForm()
    if not form.validate():
        return _page(found, form=form, status=422)
    try:
        with transaction():
            services.change_household(
                the_home(household_id), name=form.name.data or "", payer=_payer(form), address=form.address.data or "",
                postcode=form.postcode.data or "", town=form.town.data or "",
            )  # fmt: skip
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _page(the_home(household_id), form=form, status=error.status)
    say(_("Foyer enregistré"))
    return go(url_for("members.home", household_id=household_id))


@bp.post("/adherents/foyers/<int:household_id>/membres")
@requires(EDIT)
def join(household_id: int) -> Response:
    """Somebody more lives there."""
    found, form = the_home(household_id), JoinForm()
    if not form.validate():
        return _page(found, joining=form, status=422)
    known = or_404(contact_for(current_user, form.contact_id.data)) if form.contact_id.data else None
    try:
        with transaction():
            contact = known or services.meet(form.contact_id_text.data or "", current_user)
            services.join(the_home(household_id), contact, Role(form.role.data))
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _page(the_home(household_id), joining=form, status=error.status)
    say(_("%(name)s fait partie du foyer", name=contact.name))
    return go(url_for("members.home", household_id=household_id))


@bp.post("/adherents/foyers/<int:household_id>/membres/<int:contact_id>/<any(appeler, retirer):verb>")
@requires(EDIT)
def member_verb(household_id: int, contact_id: int, verb: str) -> Response:
    """Call this one first, or he lives there no more."""
    found = the_home(household_id)
    or_404(next((one for one in home_of(found).members if one.contact_id == contact_id), None))
    with transaction():
        (services.call_first if verb == "appeler" else services.leave)(the_home(household_id), contact_id)
    say(_("Ordre d'appel changé") if verb == "appeler" else _("Retiré du foyer"))
    return go(url_for("members.home", household_id=household_id))
