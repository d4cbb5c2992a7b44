"""An issued document by e-mail, with its PDF and a signed link to the client's page; an order or a delivery with its PDF alone."""

from app.core import clock, links
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import later
from app.core.money import euros
from app.core.outbox import Channel
from app.core.subject import subject_of
from app.core.urls import absolute
from app.documents import services as files
from app.messaging.services import tell
from app.sales.models import SalesDocument
from app.sales.services.documents.drafting import locked
from app.sales.services.documents.papers import is_paper
from app.sales.services.facturx.terms import in_instalments
from app.sales.states import CheckState, DocumentKind, DocumentState

LINK = "invoice"
LINK_DAYS = 400
SEND = "app.sales.jobs.send_document"
CODES = {
    DocumentKind.CREDIT: "invoice.credit_sent", DocumentKind.ORDER: "order.sent", DocumentKind.DELIVERY: "delivery.sent",
}  # fmt: skip


def link_to(document: SalesDocument) -> str:
    """The address of the client's page; "" before the first sending."""
    token = links.token_of(LINK, subject_of(document))
    return absolute("invoices.client", token=token) if token else ""


def ask_to_send(document: SalesDocument) -> bool:
    """Send a document now, or as soon as its PDF is made and its check has passed; True when it left now. Raises DomainError."""
    fresh = locked(document)
    _check(fresh)
    if fresh.file_id is not None and (fresh.check == CheckState.PASSED or is_paper(fresh)):
        send(fresh)
        return True
    later(SEND, fresh.id, label=_("Envoi de %(number)s", number=fresh.number))
    return False


def _check(document: SalesDocument) -> None:
    if document.issued_at is None and not is_paper(document):
        raise DomainError(_("Ce document n'est pas émis. Émettez-le, puis envoyez-le."))
    if document.state == DocumentState.CANCELLED:
        raise DomainError(_("Ce document est annulé : il ne s'envoie plus."))
    if document.check == CheckState.REFUSED:
        raise DomainError(_("Le contrôle de ce document a trouvé quoi compléter. Voyez pourquoi sur sa page."))
    if not (document.payer or document.contact).email:
        raise DomainError(
            _(
                "%(name)s n'a pas d'adresse de courriel. Complétez sa fiche.",
                name=(document.payer or document.contact).name,
            )
        )


def send(document: SalesDocument) -> None:
    """Write the message. Nothing leaves before the check has passed. Raises DomainError, Conflict."""
    require_transaction()
    _check(document)
    if document.file_id is None or not (document.check == CheckState.PASSED or is_paper(document)):
        raise Conflict(_("Le document se prépare : il partira dès que son contrôle aura passé."))
    about = subject_of(document)
    if not is_paper(document) and links.token_of(LINK, about) is None:
        links.issue(LINK, about, days=LINK_DAYS)
        db.session.flush()
    to = document.payer or document.contact
    code = CODES.get(document.kind, "invoice.sent")
    tell(to, code, about=about, facts=_facts(document), attachments=[document.file_id], channels=[Channel.EMAIL])
    document.sent_at = clock.now()
    record(document, "document.sent", to=to.email)
    db.session.flush()


def keep_paper(document_id: int, ready: files.Ready) -> SalesDocument:
    """Keep the PDF of an order or of a delivery: what left is what is read afterwards. Done once."""
    document = locked(document_id)
    if document.file_id is None:
        stored = files.keep(ready, by=str(document.content["seller"]["name"]))
        label = _("%(kind)s %(number)s", kind=document.noun, number=document.number)
        files.attach(stored, subject_of(document), label, for_client=True)
        document.file_id = stored.id
        db.session.flush()
    return document


def _facts(document: SalesDocument) -> dict[str, str]:
    return {
        "document": document.noun.lower(),
        "numero": document.number or "",
        "objet": document.title,
        "montant": euros(document.due),
        "deja_regle": euros(document.paid) if document.paid > 0 else "",
        "reste": euros(document.left),
        "echeance": clock.long_date(document.due_on, year=True) if document.due_on and document.left > 0 else "",
        "echeancier": in_instalments(document.content) if document.left > 0 else "",
        "lien": link_to(document),
    }
