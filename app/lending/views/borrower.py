"""The borrower's page of a loan, opened by the signed link of our messages: what he has, until when, « Signaler un problème »."""

from collections.abc import Callable

from flask import Response, request, url_for

from app.accounts.services import note_refusal, too_many_attempts
from app.core import clock, links
from app.core.actor import Actor, acting_as
from app.core.db import db, transaction
from app.core.errors import DomainError, Gone
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import public
from app.core.web import go, or_404, page, say
from app.documents import services as files
from app.documents.states import FileKind
from app.lending.forms import TellForm
from app.lending.models import Loan
from app.lending.queries.one import loan_by_id
from app.lending.services import incidents as verbs
from app.lending.services import locked
from app.lending.services.borrower import LINK
from app.lending.services.charges import renewal_rent
from app.lending.services.renewing import renew, renewal_end, why_not
from app.lending.states import LoanState, Teller
from app.lending.views.blueprint import bp


def _entered(token: str) -> Loan:
    link = or_404(links.resolve(token, LINK))
    return or_404(loan_by_id(link.subject_id))


def _problem(title: str, advice: str, status: int) -> Response:
    return page("lending/mine_problem.html", status=status, title=title, advice=advice)


def _inside(token: str, view: Callable[[Loan], Response]) -> Response:
    """The view with the loan of that link; a borrower who sends too much waits."""
    try:
        loan = _entered(token)
    except Gone as gone:
        return _problem(_("Ce lien n'est plus valable"), gone.message, gone.status)
    if request.method == "POST":
        key = f"link:loan{loan.id}"
        if too_many_attempts(key):
            advice = _(
                "Vous avez envoyé beaucoup de réponses en peu de temps. Attendez un quart d'heure, ou appelez-nous."
            )
            return _problem(_("Trop d'envois"), advice, 429)
        with transaction():
            note_refusal(key)
        loan = _entered(token)
    with acting_as(Actor("contact", loan.contact_id, loan.contact.name)):
        return view(loan)


@bp.get("/pret/<token>")
@public
def mine(token: str) -> Response:
    """What he has, and until when."""
    return _inside(token, lambda loan: _mine(loan, token))


def _mine(loan: Loan, token: str) -> Response:
    late = loan.state == LoanState.OUT and loan.due_at < clock.now()
    refusal = why_not(loan)
    until = None if refusal else renewal_end(loan)
    return page("lending/mine.html", loan=loan, token=token, late=late, refusal=refusal, until=until, rent=renewal_rent(loan, until) if until else 0,
                out=[item for item in loan.items if item.out_at and not item.back_at])  # fmt: skip


@bp.route("/pret/<token>/probleme", methods=["GET", "POST"])
@public
def mine_problem(token: str) -> Response:
    """« Signaler un problème », with photos."""
    return _inside(token, lambda loan: _tell(loan, token))


def _tell(loan: Loan, token: str) -> Response:
    form = TellForm()
    things = [item for item in loan.items if item.out_at is not None]
    chosen = chosen_id(request.values.get("ligne"))
    if not things:
        return go(url_for("lending.mine", token=token))
    if not form.validate_on_submit():
        return page(
            "lending/mine_tell.html",
            status=422 if form.errors else 200,
            form=form,
            token=token,
            things=things,
            chosen=chosen,
        )
    try:
        photos = files.prepare_uploads(request.files.getlist("photos"), FileKind.PHOTO)
        with transaction():
            item = next((known for known in things if known.id == chosen), things[0])
            kept = [files.keep(photo, by=loan.contact.name) for photo in photos]
            verbs.tell(item.asset, form.words.data or "", Teller.BORROWER, item=item, loan=loan, photos=kept)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        things = [item for item in _entered(token).items if item.out_at is not None]
        return page("lending/mine_tell.html", status=error.status, form=form, token=token, things=things, chosen=chosen)
    say(_("Merci, nous avons bien reçu votre signalement. Nous vous répondons au plus vite."))
    return go(url_for("lending.mine", token=token))


@bp.post("/pret/<token>/prolongation")
@public
def mine_renew(token: str) -> Response:
    """« Prolonger », when nobody waits."""
    return _inside(token, lambda loan: _renew(loan, token))


def _renew(loan: Loan, token: str) -> Response:
    try:
        with transaction():
            renew(locked(loan))
    except DomainError as error:
        db.session.rollback()
        say(error.message, "error")
        return go(url_for("lending.mine", token=token))
    say(_("C'est prolongé : nouveau retour le %(day)s", day=clock.long_date(clock.local(loan.due_at).date())))
    return go(url_for("lending.mine", token=token))
