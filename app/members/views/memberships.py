"""One membership: asked for with its price explained, invoiced, given up."""

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.members import queries, services
from app.members.forms import EnrolForm, VerbForm
from app.members.models import Membership, Season
from app.members.queries.blocks import way_to_pay
from app.members.queries.facts import Asked
from app.members.states import MembershipState
from app.members.views.blueprint import EDIT, VIEW, bp, the_person
from app.sales.states import DocumentState


@bp.route("/adherents/personnes/<int:contact_id>/adhesion", methods=["GET", "POST"])
@requires(EDIT)
def enrol(contact_id: int) -> Response:
    """Season, fee, who pays; the price and its reasons follow what is chosen. `do`: invoice at once, or later."""
    contact, homes = the_person(contact_id), queries.homes_of(contact_id)
    form, season = EnrolForm().ready(homes, the_person(contact_id).name), queries.open_season()
    if not form.is_submitted():
        fees = queries.fee_rows()
        form.season_id.data = chosen_id(request.args.get("season_id")) or (season.id if season else None)
        form.article_id.data = chosen_id(request.args.get("article_id")) or (fees[0].id if fees else None)
        asked = request.args.get("household_id")
        form.household_id.data = chosen_id(asked) if asked is not None else homes[0].household.id if homes else None
        return _form(form, contact)
    if not form.validate():
        return _form(form, contact, 422)
    try:
        with transaction():
            row = _write(contact, form)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _form(form, the_person(contact_id), error.status)
    say(_("%(name)s : adhésion enregistrée", name=contact.name))
    return go(url_for("members.show", membership_id=row.id))


def _write(contact: Contact, form: EnrolForm) -> Membership:
    season = or_404(db.session.get(Season, form.season_id.data))
    row = services.ask(contact, season, form.article_id.data or 0, form.household_id.data)
    if request.form.get("do") == "facturer":
        services.bill([row], issue=True)
    return row


def _form(form: EnrolForm, contact: Contact, status: int = 200) -> Response:
    season = db.session.get(Season, form.season_id.data) if form.season_id.data else None
    fee = None
    if season is not None and form.article_id.data in [row.id for row in queries.fee_rows()]:
        fee = services.fee(Asked(contact.id, form.household_id.data), form.article_id.data, season)
    return page("members/enrol.html", block="formulaire", form=form, contact=contact, fee=fee, status=status)


@bp.get("/adherents/adhesions/<int:membership_id>")
@requires(VIEW)
def show(membership_id: int) -> Response:
    """A membership, what it costs and why, where its invoice stands."""
    row = the_membership(membership_id)
    document = row.document
    unbilled = row.state == MembershipState.ASKED and (document is None or document.state == DocumentState.CANCELLED)
    edit = allowed(current_user, EDIT)
    return page(
        "members/show.html", row=row, document=document, unbilled=unbilled and edit, edit=edit, form=VerbForm(formdata=None),
        way=way_to_pay(row) if row.state == MembershipState.TO_PAY and allowed(current_user, "payment.receive") else "",
        may_cancel=edit and row.state not in (MembershipState.CANCELLED, MembershipState.ENDED),
        events=events_of(subject_of(row), 30),
    )  # fmt: skip


def the_membership(membership_id: int) -> Membership:
    """The membership, or the 404 page."""
    return or_404(queries.membership_by_id(membership_id))


@bp.post("/adherents/adhesions/<int:membership_id>/<any(facture, annulation):verb>")
@requires(EDIT)
def verb(membership_id: int, verb: str) -> Response:
    """Invoice it now, or give it up."""
    the_membership(membership_id)
    try:
        with transaction():
            row = the_membership(membership_id)
            if verb == "facture":
                document = services.bill([row], issue=True)
                sent = document is not None and services.send(document)
                say(
                    _("Facture émise et envoyée")
                    if sent
                    else _("Facture émise")
                    if document
                    else _("Adhésion gratuite : à jour")
                )
            else:
                services.cancel(row, request.form.get("reason", ""))
                say(_("Adhésion annulée"))
    except DomainError as error:
        say(error.message, "error")
    return go(url_for("members.show", membership_id=membership_id))
