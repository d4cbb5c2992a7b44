"""What sales holds on a person: quotes and documents. What is issued is kept as it is: the law of books asks it, and so do seals."""

from typing import Any

from sqlalchemy import func, select

from app.core.personal import ACCOUNTING, CONTRACTS, LAW_OF_BOOKS, Holding, Pending, Person, PersonalData, Since
from app.sales.models import DocumentLine, Instalment, Quote, QuoteLine, Recurrence, SalesDocument
from app.sales.states import DocumentKind, QuoteState

AGREED = (QuoteState.ACCEPTED, QuoteState.WITHDRAWN)
NEVER_ISSUED = select(SalesDocument.id).where(SalesDocument.issued_at.is_(None))
AGREED_IDS = select(Quote.id).where(Quote.state.in_(AGREED))
OWED = (DocumentKind.INVOICE, DocumentKind.DEPOSIT, DocumentKind.PROGRESS)


def _hollow(value: Any) -> Any:
    """The same shape without words: numbers stay, strings and lists are emptied."""
    if isinstance(value, dict):
        return {key: _hollow(inside) for key, inside in value.items()}
    return "" if isinstance(value, str) else [] if isinstance(value, list) else value


def _without_him(row: Quote | SalesDocument, person: Person) -> dict[str, Any]:
    """The copy that a document carries, emptied: what the house itself says there stays, and the number of the ticket."""
    left = {key: value if key in ("organisation", "seller") else _hollow(value) for key, value in row.content.items()}
    if isinstance(left.get("ticket"), dict):
        left["ticket"] |= {"number": row.content["ticket"].get("number", "")}
    if isinstance(left.get("client"), dict):
        left["client"] |= {"name": person.no_name}
    return left


def _its_word(_row: object, _person: Person) -> str:
    return "Effacé"


PERSONAL = PersonalData(
    "sales",
    "Devis, commandes et factures",
    "Vendre, facturer, tenir la comptabilité",
    "Exécution du contrat ; obligation légale pour ce qui est émis",
    ACCOUNTING,
    (
        Holding(
            Quote,
            lambda person: Quote.contact_id == person.contact_id,
            blank=(
                "title", "conditions", "sha256", "answered_name", "answered_from", "answered_agent",
                "withdrawn_by", "refusal_reason", "form_key", "signature_file_id", "file_id",
            ),
            put={"content": _without_him},
            unless=Quote.state.in_(AGREED),
            kept="Devis accepté, pièce de la facture : 10 ans (code de commerce, art. L123-22).",
            plain=("number", "answered_how"),
        ),
        Holding(
            QuoteLine,
            lambda person: QuoteLine.quote_id.in_(person.of(Quote)),
            blank=("detail",),
            put={"label": _its_word},
            unless=QuoteLine.quote_id.in_(AGREED_IDS),
            kept=LAW_OF_BOOKS,
            plain=("choice", "reference", "unit", "vat_code"),
        ),
        Holding(
            SalesDocument,
            lambda person: (SalesDocument.contact_id == person.contact_id) | (SalesDocument.payer_id == person.contact_id),
            blank=("title", "purchase_order", "delivery_address", "conditions", "notes", "form_key"),
            put={"content": _without_him},
            unless=SalesDocument.issued_at.is_not(None),
            kept=LAW_OF_BOOKS,
            plain=("number", "shares", "faults"),
        ),
        Holding(
            DocumentLine,
            lambda person: DocumentLine.document_id.in_(person.of(SalesDocument)),
            blank=("detail",),
            put={"label": _its_word},
            unless=DocumentLine.document_id.not_in(NEVER_ISSUED),
            kept=LAW_OF_BOOKS,
            plain=("reference", "unit", "vat_code"),
        ),
        Holding(
            Instalment,
            lambda person: Instalment.document_id.in_(person.of(SalesDocument)),
            kept=LAW_OF_BOOKS,
        ),
    ),
    since=(
        Since(Quote.contact_id, Quote.created_at, CONTRACTS),
        Since(SalesDocument.contact_id, SalesDocument.issued_at, CONTRACTS),
        Since(SalesDocument.payer_id, SalesDocument.issued_at, CONTRACTS),
    ),
    pending=(
        Pending(
            lambda: select(SalesDocument.contact_id).where(
                SalesDocument.issued_at.is_not(None), SalesDocument.settled.is_(False), SalesDocument.kind.in_(OWED)
            ),
            "Une facture n'est pas réglée : encaissez-la, ou annulez-la par un avoir.",
        ),
        Pending(
            lambda: select(SalesDocument.payer_id).where(
                SalesDocument.issued_at.is_not(None), SalesDocument.settled.is_(False), SalesDocument.kind.in_(OWED)
            ),
            "Une facture n'est pas réglée : encaissez-la, ou annulez-la par un avoir.",
        ),
        Pending(
            lambda: select(func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)).where(
                SalesDocument.issued_at.is_not(None), SalesDocument.settled.is_(False), SalesDocument.kind == DocumentKind.CREDIT
            ),
            "Un avoir lui reste dû : remboursez-le ou utilisez-le.",
        ),
        Pending(
            lambda: select(SalesDocument.payer_id).where(
                SalesDocument.issued_at.is_(None), SalesDocument.payer_id != SalesDocument.contact_id
            ),
            "Il paie un document en préparation pour quelqu'un d'autre : changez-en le payeur, émettez-le ou supprimez-le.",
        ),
        Pending(
            lambda: select(Quote.contact_id).where(Quote.state == QuoteState.SENT),
            "Un devis attend sa réponse : notez-la ou retirez le devis.",
        ),
        Pending(
            lambda: select(SalesDocument.contact_id)
            .join(Recurrence, Recurrence.model_id == SalesDocument.id)
            .where(Recurrence.active),
            "Une facture périodique est en service : arrêtez-la.",
        ),
    ),
)  # fmt: skip
