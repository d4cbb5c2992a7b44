"""The monthly message to an owner: his statement and its invoice, with the receipts of what was paid for him."""

from app.concierge.models import OwnerStatement
from app.concierge.queries.receipts import receipts_of
from app.concierge.queries.told import name_of
from app.core import clock, links
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.core.outbox import Channel
from app.core.subject import subject_of
from app.messaging.services import tell
from app.sales.models import SalesDocument
from app.sales.services.documents import locked, sending
from app.statements.models import Month

CODE = "concierge.statement"


def send(statement: OwnerStatement) -> None:
    """Write the message of a locked statement that is made; the outbox has it leave once. Raises DomainError without an address."""
    require_transaction()
    who = statement.contact
    if not who.email:
        raise DomainError(_("%(name)s n'a pas d'adresse de courriel. Complétez sa fiche.", name=who.name))
    invoice = locked(statement.invoice_id) if statement.invoice_id else None
    papers = [statement.file_id, invoice.file_id if invoice else None, *receipts_of(statement)]
    if invoice is not None:
        _open_online(invoice)
    tell(
        who, CODE, about=subject_of(statement), facts=_facts(statement, invoice),
        attachments=[file_id for file_id in papers if file_id], channels=[Channel.EMAIL],
    )  # fmt: skip
    statement.sent_at = clock.now()
    record(who, "owner_statement.sent", number=statement.number, to=who.email)
    if invoice is not None:
        invoice.sent_at = clock.now()
        record(invoice, "document.sent", to=who.email)
    db.session.flush()


def _open_online(invoice: SalesDocument) -> None:
    about = subject_of(invoice)
    if links.token_of(sending.LINK, about) is None:
        links.issue(sending.LINK, about, days=sending.LINK_DAYS)
        db.session.flush()


def _facts(statement: OwnerStatement, invoice: SalesDocument | None) -> dict[str, str]:
    closing = statement.closing
    return {
        "mois": name_of(Month(statement.month.year, statement.month.month)),
        "releve": statement.number or "",
        "facture": (invoice.number if invoice else statement.outside.get("number")) or "",
        "solde": euros(abs(closing)),
        "en_votre_faveur": "oui" if closing > 0 else "",
        "a_regler": "oui" if closing < 0 else "",
        "lien": sending.link_to(invoice) if invoice is not None and invoice.left > 0 else "",
    }
