"""An answer that the client gave by telephone or on paper, noted by the desk."""

from flask import Response, url_for

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import client_address, go, page, say
from app.sales import services
from app.sales.forms import AnswerForm
from app.sales.models import Quote
from app.sales.services import Signer
from app.sales.states import Means
from app.sales.views.blueprint import bp
from app.sales.views.show import the_quote


@bp.route("/devis/<number>/reponse", methods=["GET", "POST"])
@requires("quote.answer")
def answer(number: str) -> Response:
    """Who answered, how, and what."""
    quote = the_quote(number)
    services.check_open(quote)
    form = AnswerForm(name=quote.content["client"]["name"])
    if not form.validate_on_submit():
        return page("sales/answer.html", quote=quote, form=form, status=422 if form.errors else 200)
    try:
        _note(quote, form)
    except DomainError as error:
        the_quote(number)  # what was read is forgotten by the refused transaction
        put_error(form, error)
        return page("sales/answer.html", quote=quote, form=form, status=error.status)
    accepted = form.answer.data == "accepted"
    say(_("Devis %(number)s accepté", number=number) if accepted else _("Devis %(number)s refusé", number=number))
    return go(url_for("sales.show", number=number))


@bp.post("/devis/<number>/retractation")
@requires("quote.answer")
def withdraw(number: str) -> Response:
    """The client withdrew by letter, by e-mail or at the counter: noted by the desk."""
    quote = the_quote(number)
    with transaction():
        services.withdraw_contract(
            quote.id, Signer(quote.content["client"]["name"], Means.PAPER, address=client_address())
        )
    say(_("Rétractation du devis %(number)s notée", number=number))
    return go(url_for("sales.show", number=number))


def _note(quote: Quote, form: AnswerForm) -> None:
    signer = Signer(form.name.data, Means(form.means.data), address=client_address())
    with transaction():
        if form.answer.data == "accepted":
            services.accept(quote.id, signer, begin=bool(form.begin.data))
        else:
            services.refuse(quote.id, signer, form.reason.data or "")
