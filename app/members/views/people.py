"""One person: his blocks, memberships, households, representatives and proofs; shown on his contact page too."""

from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.settings import setting
from app.core.web import go, or_404, page, say
from app.members import queries, services
from app.members.forms import ProfileForm
from app.members.queries.proofs import proofs_of
from app.members.states import AUTHORISATIONS, MembershipState, Role
from app.members.views.blueprint import EDIT, VIEW, bp, the_person


@bp.get("/adherents/personnes/<int:contact_id>")
@requires(VIEW)
def person(contact_id: int) -> Response:
    """All that members know of somebody."""
    contact = the_person(contact_id)
    return page("members/person.html", block="panneau", contact=contact, **_known(contact))


def _known(contact: Contact) -> dict[str, Any]:
    homes, season = queries.homes_of(contact.id), queries.open_season()
    rows = queries.memberships_of([contact.id])
    present = next((row for row in rows if season and row.season == season.name), None)
    child = any(one.contact_id == contact.id and one.role == Role.CHILD for home in homes for one in home.members)
    return {
        "profile": queries.profile_of(contact.id), "homes": homes, "season": season, "rows": rows, "Role": Role,
        "present": present if present is None or present.state != MembershipState.CANCELLED else None,
        "blocks": queries.blocks(contact), "child": child, "purposes": list(AUTHORISATIONS), "proofs": proofs_of([contact.id])[:4],
        "representatives": queries.representatives_of(contact.id) if child else [], "edit": allowed(current_user, EDIT),
    }  # fmt: skip


@bp.route("/adherents/personnes/<int:contact_id>/profil", methods=["GET", "POST"])
@requires(EDIT)
def profile(contact_id: int) -> Response:
    """Category, birth, suspension."""
    contact = the_person(contact_id)
    form = ProfileForm(obj=queries.profile_of(contact.id))
    if not form.validate_on_submit():
        return page("members/profile.html", contact=contact, form=form, status=422 if form.errors else 200)
    try:
        with transaction():
            _write(the_person(contact_id), form)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return page("members/profile.html", contact=the_person(contact_id), form=form, status=error.status)
    say(_("Profil de %(name)s enregistré", name=contact.name))
    return go(url_for("members.person", contact_id=contact_id))


def _write(contact: Contact, form: ProfileForm) -> None:
    services.put_profile(contact, category=form.category.data or "", born_on=form.born_on.data)
    if form.suspended_until.data is None:
        services.lift_suspension(contact)
    else:
        known = queries.profile_of(contact.id)
        if known is None or (known.suspended_until, known.suspension) != (
            form.suspended_until.data,
            form.suspension.data,
        ):
            services.suspend(contact, form.suspended_until.data, form.suspension.data or "")


@bp.route("/adherents/enfants/<int:contact_id>/representants/<int:adult_id>", methods=["GET", "POST"])
@requires(EDIT)
def guardian(contact_id: int, adult_id: int) -> Response:
    """Whether an adult represents a child by law, and what he allows."""
    child, adult = the_person(contact_id), or_404(contact_for(current_user, adult_id))
    if request.method == "GET":
        known = {row.adult_id: row for row in queries.representatives_of(child.id)}
        return page("members/guardian.html", child=child, adult=adult, known=known.get(adult.id), purposes=_texts())
    represents = request.form.get("represents") == "1"
    given = {purpose: request.form.get(purpose.value) == "1" for purpose in AUTHORISATIONS}
    try:
        with transaction():
            services.put_guardian(child, adult, represents=represents)
            services.authorise(
                child, adult, given if represents else {}, source=_("noté par %(name)s", name=current_user.name)
            )
    except DomainError as error:
        say(error.message, "error")
        return go(url_for("members.person", contact_id=contact_id))
    say(_("Autorisations de %(adult)s pour %(child)s enregistrées", adult=adult.name, child=child.name))
    return go(url_for("members.person", contact_id=contact_id))


def _texts() -> list[tuple[Any, str]]:
    return [(purpose, str(setting(key))) for purpose, key in AUTHORISATIONS.items()]
