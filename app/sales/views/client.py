"""The page of a document that its client opens with the link received: no account, no menu."""

from flask import Response, render_template

from app.core import clock, links
from app.core.errors import Conflict
from app.core.i18n import _
from app.core.panels import panels
from app.core.permissions import public
from app.core.web import or_404, page
from app.documents.services import file_response
from app.sales.models import SalesDocument
from app.sales.queries import documents as queries
from app.sales.services.documents.sending import LINK
from app.sales.states import DocumentKind
from app.sales.views.blueprint import invoices as bp


def _opened(token: str) -> SalesDocument:
    link = or_404(links.resolve(token, LINK))
    return or_404(queries.document_by_id(link.subject_id))


@bp.get("/facture/<token>")
@public
def client(token: str) -> Response:
    """What is to be paid, by when, and the PDF."""
    document = _opened(token)
    found = [render_template(template, **values) for template, values in panels("document.client", document, ())]
    return page(
        "sales/documents/client.html", panels=found, d=document, token=token, credit=document.kind == DocumentKind.CREDIT,
        late=document.late and document.kind != DocumentKind.CREDIT, today_is=clock.today(),
    )  # fmt: skip


@bp.get("/facture/<token>/facture.pdf")
@public
def client_pdf(token: str) -> Response:
    """The PDF that was checked, byte for byte."""
    document = _opened(token)
    if document.file is None:
        raise Conflict(_("Ce document se prépare. Revenez dans un instant."))
    return file_response(document.file)
