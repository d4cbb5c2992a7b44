"""« Mes prêts »: mine and my children's; keep one longer, tell what is wrong with it, give a reservation up, read the contract."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Response, request, url_for
from flask_login import current_user

from app.core import clock, links
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import signed_in
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents import services as files
from app.documents.states import FileKind
from app.lending.models import Loan
from app.lending.queries import loan_for
from app.lending.queries.waiting import in_line
from app.lending.services import deposits, locked
from app.lending.services.charges import held_for
from app.lending.services.contract import contract_paper
from app.lending.services.incidents import tell
from app.lending.services.renewing import why_not
from app.lending.services.told import LINK
from app.lending.states import TO_HAND_OVER, LoanState, Teller
from app.payments.services import online
from app.payments.services.deposits import pay_link
from app.portal.forms import ProblemForm
from app.portal.queries import my_bills
from app.portal.queries.loans import shelves, threatened_things
from app.portal.queries.people import circle_of
from app.portal.services.booking import give_up
from app.portal.services.keeping import keep_longer, longer
from app.portal.views.bills import pay
from app.portal.views.blueprint import bp
from app.portal.views.member import circle_or_404


def _loan(number: str) -> Loan:
    """A loan of the circle, or the 404 page."""
    return _ours(number)[0]


def _ours(number: str) -> tuple[Loan, Sequence[int]]:
    """A loan of the circle, and the people of that circle; or the 404 page."""
    circle = circle_or_404()
    loan = or_404(loan_for(current_user, number))
    return or_404(loan if loan.contact_id in circle.names else None), circle.ids


def _back(number: str) -> Response:
    return go(url_for("portal.my_loan", loan_number=number))


@bp.get("/portail/prets")
@signed_in
def my_loans() -> Response:
    """By person: what is out, reserved, late; what is over."""
    circle = circle_of(current_user)
    if circle is None:
        return go(url_for("portal.home"))
    found, waiting = shelves(circle.names), in_line(circle.names)
    known = bool(waiting) or any(row.running or row.past for row in found)
    return page("portal/loans.html", shelves=found, waiting=waiting, alone=circle.alone, any=known)


@bp.get("/portail/prets/<loan_number>")
@signed_in
def my_loan(loan_number: str) -> Response:
    """One of them, and what may be done with it."""
    (loan, people), means = _ours(loan_number), bool(online.offers())
    out = [item for item in loan.items if item.out_at and not item.back_at]
    refusal = why_not(loan) if out else ""
    return page(
        "portal/loan.html", loan=loan, out=out, refusal=refusal, longer=longer(loan, people, means=means) if out and not refusal else None,
        late=loan.state == LoanState.OUT and loan.due_at < clock.now(), may_give_up=loan.state in TO_HAND_OVER,
        deposit=deposits.to_give(loan, held_for(loan)) if means else 0,
        threats=[(label, links.token_of(LINK, subject_of(row))) for row, label in threatened_things(loan)],
    )  # fmt: skip


@bp.post("/portail/prets/<loan_number>/prolongation")
@signed_in
def my_loan_renewal(loan_number: str) -> Response:
    """« Prolonger », when nobody waits and nothing blocks; the rent that it adds is then paid online."""
    loan, people = _ours(loan_number)
    rent = request.form.get("loyer", 0, type=int)
    try:
        kept = keep_longer(loan, people, request.form.get("jusqu", "")[:10], rent)
    except DomainError as error:
        db.session.rollback()
        say(error.message, "error")
        return _back(loan_number)
    say(_("C'est prolongé : nouveau retour le %(day)s", day=clock.long_date(kept.until)))
    if rent and kept.document_id is None:
        say(_("Nous vous enverrons la facture du loyer."))
    bill = next((bill for bill in my_bills(current_user) if bill.id == kept.document_id), None)
    return pay(bill) if bill is not None else _back(loan_number)


@bp.post("/portail/prets/<loan_number>/caution")
@signed_in
def my_loan_deposit(loan_number: str) -> Response:
    """« Verser la caution en ligne »: the page where it is paid; with one means online, that means is already open there."""
    loan = _loan(loan_number)
    try:
        with transaction():
            deposit = deposits.ask_online(locked(loan))
            deposit_id, address = deposit.id, pay_link(deposit)
        means = online.offers()
        if len(means) == 1:
            online.open_deposit(deposit_id, means[0].id, address)
    except Conflict as error:
        say(error.message, "error")
        return _back(loan_number)
    except DomainError as error:
        say(error.message, "error")
    return go(urlsplit(address).path)


@bp.post("/portail/prets/<loan_number>/annulation")
@signed_in
def my_loan_end(loan_number: str) -> Response:
    """A reservation that is not wanted any more."""
    loan = _loan(loan_number)
    try:
        with transaction():
            give_up(loan)
        say(_("Votre réservation est annulée."))
    except DomainError as error:
        say(error.message, "error")
    return _back(loan_number)


@bp.route("/portail/prets/<loan_number>/probleme", methods=["GET", "POST"])
@signed_in
def my_loan_problem(loan_number: str) -> Response:
    """« Signaler un problème », with photos."""
    loan, form = _loan(loan_number), ProblemForm()
    if not any(item.out_at for item in loan.items):
        return _back(loan_number)
    if not form.validate_on_submit():
        return _problem(loan, form, 422 if form.errors else 200)
    try:
        photos = files.prepare_uploads(request.files.getlist("photos"), FileKind.PHOTO)
        with transaction():
            fresh = locked(loan)
            things = [item for item in fresh.items if item.out_at]
            item = next((one for one in things if one.id == chosen_id(request.form.get("ligne"))), things[0])
            kept = [files.keep(photo, by=current_user.name) for photo in photos]
            tell(item.asset, form.words.data or "", Teller.BORROWER, item=item, loan=fresh, photos=kept)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _problem(_loan(loan_number), form, error.status)
    say(_("Merci, nous avons bien reçu votre signalement. Nous vous répondons au plus vite."))
    return _back(loan_number)


def _problem(loan: Loan, form: ProblemForm, status: int) -> Response:
    things = [item for item in loan.items if item.out_at]
    return page(
        "portal/loan_problem.html", status=status, loan=loan, form=form, things=things,
        chosen=chosen_id(request.values.get("ligne")),
    )  # fmt: skip


@bp.get("/portail/prets/<loan_number>/contrat.pdf")
@signed_in
def my_loan_contract(loan_number: str) -> Response:
    """The contract: as it was signed, else of the present state."""
    response = Response(contract_paper(_loan(loan_number)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="contrat-{loan_number}.pdf"'
    return response
