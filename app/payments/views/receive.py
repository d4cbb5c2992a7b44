"""« Encaisser »: from an invoice, from a contact, or from nothing yet."""

import secrets

from flask import Response, request, url_for
from flask_login import current_user

from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.money import euros
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.payments import queries, services
from app.payments.forms import ReceiveForm
from app.payments.models import Payment
from app.payments.queries import Owed
from app.payments.services import Part
from app.payments.states import Method
from app.payments.views.blueprint import bp, document_url


@bp.route("/reglements/encaisser", methods=["GET", "POST"])
@requires("payment.receive")
def receive() -> Response:
    """What is owed, by what means it was paid, and how much."""
    payer, document_id = _asked()
    if payer is None:
        return page("payments/who.html")
    owed = queries.open_documents(payer.id)
    form = ReceiveForm()
    if not form.is_submitted():
        _propose(form, owed, document_id)
    if not form.validate_on_submit():
        return _form_page(form, payer, owed, document_id)
    try:
        with transaction():
            payment = _take(form, payer.id)
    except DomainError as error:
        again = or_404(contact_for(current_user, payer.id))
        put_error(form, error)
        return _form_page(form, again, queries.open_documents(payer.id), document_id, error.status)
    say(_("%(amount)s encaissés", amount=euros(payment.amount)))
    return go(document_url(document_id) or url_for("payments.show", payment_id=payment.id))


def _asked() -> tuple[Contact | None, int | None]:
    """Who pays (the one named, else the payer of the invoice named), and the invoice named."""
    document_id = chosen_id(request.values.get("facture") or request.form.get("document"))
    document = queries.payable(document_id) if document_id else None
    if document_id and document is None:
        or_404(None)
    contact_id = chosen_id(request.values.get("contact"))
    if contact_id:
        return or_404(contact_for(current_user, contact_id)), document_id
    return (document.payer or document.contact, document_id) if document else (None, None)


def ref(owed: Owed) -> str:
    """« d12:5000 »: a thing to settle and what is left of it."""
    return f"{f's{owed.share_id}' if owed.share_id else f'd{owed.document_id}'}:{owed.left}"


def _propose(form: ReceiveForm, owed: list[Owed], document_id: int | None) -> None:
    chosen = [row for row in owed if document_id in (None, row.document_id)]
    form.form_key.data = secrets.token_urlsafe(12)
    form.document.data = str(document_id or "")
    form.amount.data = sum(row.asked for row in chosen) or None
    form.received_on.data = clock.today()


def _ticked(owed: list[Owed], document_id: int | None) -> set[str]:
    if request.method == "POST":
        return {text.partition(":")[0] for text in request.form.getlist("to")}
    return {ref(row).partition(":")[0] for row in owed if document_id in (None, row.document_id)}


def _form_page(
    form: ReceiveForm, payer: Contact, owed: list[Owed], document_id: int | None, status: int = 0
) -> Response:
    ticked = _ticked(owed, document_id)
    rows = [(ref(row), row, ref(row).partition(":")[0] in ticked) for row in owed]
    return page(
        "payments/receive.html", block="formulaire", form=form, payer=payer, rows=rows, document_id=document_id, methods=Method,
        credit=queries.credit_of(payer.id), today_is=clock.today(), status=status or (422 if form.errors else 200),
    )  # fmt: skip


def parts_of(amount: int) -> list[Part]:
    """The amount spread over what was ticked, oldest first as shown; each is refused if it is not as it was seen."""
    parts = []
    for text in request.form.getlist("to"):
        name, _colon, seen = text.partition(":")
        number, left = chosen_id(name[1:]), chosen_id(seen)
        if number is None or left is None or name[:1] not in ("d", "s"):
            raise DomainError(_("Une des lignes cochées ne se lit pas. Rechargez la page."))
        part = min(amount, left)
        amount -= part
        parts.append(Part(number, part) if name[0] == "d" else Part(None, part, number))
    return parts


def _take(form: ReceiveForm, payer_id: int) -> Payment:
    amount = form.amount.data or 0
    assert form.received_on.data is not None  # noqa: S101  required by the form
    return services.receive(
        payer_id, Method(form.method.data), amount, form.received_on.data, allocations=parts_of(amount),
        reference=form.reference.data or "", note=form.note.data or "", form_key=form.form_key.data, by=current_user.name,
    )  # fmt: skip
