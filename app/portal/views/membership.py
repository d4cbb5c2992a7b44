"""« Adhésion » and « Ma famille »: what each costs and why, asked for and paid online; proofs sent; who may do what for a child."""

from flask import Response, request, url_for
from flask_login import current_user

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import signed_in
from app.core.web import go, or_404, page, say
from app.documents import services as files
from app.documents.states import FileKind
from app.members import queries as members
from app.members.queries.facts import Asked
from app.members.queries.proofs import proofs_of
from app.members.services import fees
from app.members.services.proofs import bring
from app.members.states import ProofKind
from app.portal.forms import JoinForm, ProofForm
from app.portal.queries import my_bills
from app.portal.queries.family import children_of
from app.portal.queries.membership import payable_homes, standings
from app.portal.queries.people import Circle, circle_of
from app.portal.services.joining import join
from app.portal.views.bills import pay
from app.portal.views.blueprint import bp
from app.portal.views.member import circle_or_404


@bp.get("/portail/adhesion")
@signed_in
def my_memberships() -> Response:
    """Where each person stands for the season one joins; the proofs that were sent."""
    circle = circle_of(current_user)
    if circle is None:
        return go(url_for("portal.home"))
    season = members.open_season()
    return page(
        "portal/memberships.html", season=season, standings=standings(circle, season), alone=circle.alone,
        payable={bill.id for bill in my_bills(current_user) if bill.left}, proofs=proofs_of(circle.ids),
    )  # fmt: skip


@bp.route("/portail/adhesion/<int:person_id>", methods=["GET", "POST"])
@signed_in
def my_join(person_id: int) -> Response:
    """What joining costs this person, and why; then it is asked for, and paid."""
    circle = circle_or_404()
    person, season = or_404(circle.person(person_id)), members.open_season()
    standing = next(row for row in standings(circle, season) if row.contact_id == person_id)
    if season is None or standing.row is not None:
        return go(url_for("portal.my_memberships"))
    form = JoinForm(payable_homes(circle, person_id), members.fee_rows())
    if not form.validate_on_submit():
        return _join_page(circle, person_id, form, 422 if form.errors else 200)
    article_id, household_id = form.chosen
    try:
        document_id = join(person, season, article_id, household_id)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _join_page(circle, person_id, form, error.status)
    bill = next((bill for bill in my_bills(current_user) if bill.id == document_id), None)
    if bill is not None:
        return pay(bill)
    say(_("Votre demande est enregistrée."))
    return go(url_for("portal.my_memberships"))


def _join_page(circle: Circle, person_id: int, form: JoinForm, status: int) -> Response:
    season = or_404(members.open_season())
    offers = fees([(Asked(person_id, home), article) for article, home in form.pairs], season)
    return page(
        "portal/join.html", status=status, form=form, season=season, name=circle.names[person_id],
        offers=list(zip(form.keys, form.titles, offers, strict=True)),
    )  # fmt: skip


@bp.route("/portail/justificatif", methods=["GET", "POST"])
@signed_in
def my_proof() -> Response:
    """A proof of address or of the quotient familial: it is checked, then deleted."""
    circle = circle_of(current_user)
    if circle is None:
        return go(url_for("portal.home"))
    form = ProofForm(circle.names)
    if not form.validate_on_submit():
        return page("portal/proof.html", status=422 if form.errors else 200, form=form, alone=circle.alone)
    try:
        ready = files.prepare_uploads(request.files.getlist("fichier"), FileKind.DOCUMENT)
        if not ready:
            raise DomainError(_("Choisissez le fichier : une photo ou un PDF."))
        with transaction():
            bring(or_404(circle.person(form.pour.data)), ProofKind(form.kind.data), ready[0])
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return page("portal/proof.html", status=error.status, form=form, alone=circle.alone)
    say(_("Merci, nous le vérifions puis le supprimons."))
    return go(url_for("portal.my_memberships"))


@bp.get("/portail/famille")
@signed_in
def my_family() -> Response:
    """My children, their households, who may do what; the order in which one calls is the desk's to change."""
    circle = circle_of(current_user)
    if circle is None:
        return go(url_for("portal.home"))
    return page("portal/family.html", circle=circle, children=children_of(circle))
