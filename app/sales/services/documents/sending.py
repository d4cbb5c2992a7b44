"""An issued document by e-mail, with its PDF and a signed link to the client's page."""

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
from app.messaging.services import tell
from app.sales.models import SalesDocument
from app.sales.services.documents.drafting import locked
from app.sales.states import CheckState, DocumentKind

LINK = "invoice"
LINK_DAYS = 400
SEND = "app.sales.jobs.send_document"


def link_to(document: SalesDocument) -> str:
    """The address of the client's page; "" before the first sending."""
    token = links.token_of(LINK, subject_of(document))
    return absolute("invoices.client", token=token) if token else ""


def ask_to_send(document: SalesDocument) -> bool:
    """Send an issued document now, or as soon as its check has passed; True when it left now. Raises DomainError."""
    fresh = locked(document.id)
    _check(fresh)
    if fresh.check == CheckState.PASSED and fresh.file_id is not None:
        send(fresh)
        return True
    later(SEND, fresh.id, label=_("Envoi de %(number)s", number=fresh.number))
    return False


def _check(document: SalesDocument) -> None:
    if document.issued_at is None:
        raise DomainError(_("Ce document n'est pas émis. Émettez-le, puis envoyez-le."))
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
    if document.check != CheckState.PASSED or document.file_id is None:
        raise Conflict(_("Le document se prépare : il partira dès que son contrôle aura passé."))
    about = subject_of(document)
    if links.token_of(LINK, about) is None:
        links.issue(LINK, about, days=LINK_DAYS)
        db.session.flush()
    to = document.payer or document.contact
    code = "invoice.credit_sent" if document.kind == DocumentKind.CREDIT else "invoice.sent"
    tell(to, code, about=about, facts=_facts(document), attachments=[document.file_id], channels=[Channel.EMAIL])
    document.sent_at = clock.now()
    record(document, "document.sent", to=to.email)
    db.session.flush()


def _facts(document: SalesDocument) -> dict[str, str]:
    return {
        "document": document.kind.label.lower(),
        "numero": document.number or "",
        "objet": document.title,
        "montant": euros(document.due),
        "echeance": clock.long_date(document.due_on, year=True) if document.due_on else "",
        "lien": link_to(document),
    }
