"""What a person does: exchange now, hand over, try again, answer a supplier."""

from flask import Response, request, url_for
from flask_login import current_user

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import later
from app.core.permissions import requires
from app.core.web import go, or_404, say
from app.documents.services import file_response
from app.einvoicing.queries import flows
from app.einvoicing.services import answers, outgoing
from app.einvoicing.services.account import platform
from app.einvoicing.services.exchange_files import deposit_by_hand
from app.einvoicing.states import Answer
from app.einvoicing.views.blueprint import SEND, VIEW, bp
from app.purchasing.queries import bill_for
from app.sales.queries.documents import document_for

EXCHANGE = "app.einvoicing.jobs.exchange"


@bp.post("/releve")
@requires(SEND)
def exchange() -> Response:
    """Hand over what waits and read what came, without waiting for the next turn."""
    if platform() is None:
        say(_("Aucune plateforme n'est réglée. Entrez d'abord son compte."), "error")
        return go(url_for("partners.new", kind="afnor"))
    with transaction():
        later(EXCHANGE, label=_("Facturation électronique : échange avec la plateforme"))
    say(_("L'échange avec la plateforme commence. Rechargez la page dans un instant."))
    return go(url_for("einvoicing.index"))


@bp.post("/flux/<int:flow_id>/reprise")
@requires(SEND)
def again(flow_id: int) -> Response:
    """Transmit once more."""
    or_404(flows.flow_by_id(flow_id))
    with transaction():
        outgoing.send_again(or_404(flows.flow_by_id(flow_id)))
    say(_("Transmission demandée de nouveau"))
    return go(url_for("einvoicing.index"))


@bp.post("/flux/<int:flow_id>/classement")
@requires(SEND)
def put_away(flow_id: int) -> Response:
    """Nothing is to be done of what could not be read."""
    or_404(flows.flow_by_id(flow_id))
    with transaction():
        outgoing.put_away(or_404(flows.flow_by_id(flow_id)))
    say(_("Ligne écartée"))
    return go(url_for("einvoicing.index"))


@bp.get("/flux/<int:flow_id>/fichier")
@requires(VIEW)
def file(flow_id: int) -> Response:
    """The file that came or that was handed over."""
    return file_response(or_404(flows.file_of(or_404(flows.flow_by_id(flow_id)))), download=True)


@bp.post("/factures/<ref>/depot")
@requires(SEND)
def hand_over(ref: str) -> Response:
    """Hand an invoice over, or once more after a refusal."""
    document = or_404(document_for(current_user, ref))
    with transaction():
        outgoing.hand_over(or_404(document_for(current_user, ref)))
        later(EXCHANGE, label=_("Facturation électronique : échange avec la plateforme"))
    say(_("%(number)s part vers la plateforme", number=document.number))
    return go(url_for("invoices.show", ref=ref))


@bp.post("/factures/<ref>/main")
@requires(SEND)
def by_hand(ref: str) -> Response:
    """It was put on the platform by somebody."""
    document = or_404(document_for(current_user, ref))
    deposit_by_hand(document.id)
    say(_("%(number)s notée comme déposée", number=document.number))
    return go(url_for("invoices.show", ref=ref))


@bp.post("/factures-recues/<int:bill_id>/reponse")
@requires(SEND)
def answer(bill_id: int) -> Response:
    """Say something of a supplier's invoice."""
    or_404(bill_for(current_user, bill_id))
    chosen = next((one for one in Answer if one.value == request.form.get("answer")), None)
    if chosen is None:
        raise DomainError(_("Choisissez votre réponse, puis envoyez-la de nouveau."))
    with transaction():
        bill = or_404(bill_for(current_user, bill_id))
        answers.answer_bill(bill, chosen, request.form.get("reason_code", ""), request.form.get("comment", ""))
        later(EXCHANGE, label=_("Facturation électronique : échange avec la plateforme"))
    say(_("Votre réponse part vers %(name)s", name=bill.supplier.name))
    return go(url_for("purchasing.bill", bill_id=bill_id))
