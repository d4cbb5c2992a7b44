"""Orders, deliveries, invoices, credit notes: their kinds, states and legal moves."""

from app.core.labels import LabelEnum
from app.core.state import Machine


class DocumentKind(LabelEnum):
    """The type code of EN 16931 (UNTDID 1001) is in `TYPE_CODES`."""

    ORDER = "order", "Commande", "clipboard-check", "bleu"
    DELIVERY = "delivery", "Bon de livraison", "truck-delivery", "violet"
    DEPOSIT = "deposit", "Facture d'acompte", "file-invoice", "sarc"
    PROGRESS = "progress", "Facture de situation", "file-invoice", "sarc"
    INVOICE = "invoice", "Facture", "file-invoice", "bleu"
    CREDIT = "credit", "Avoir", "file-minus", "terre"


class DocumentState(LabelEnum):
    DRAFT = "draft", "Brouillon", "pencil", "gris"
    ISSUED = "issued", "Émise", "lock", "bleu"
    CONFIRMED = "confirmed", "Confirmée", "circle-check", "bleu"
    DELIVERED = "delivered", "Livrée", "truck-delivery", "vert"
    DONE = "done", "Terminée", "circle-check", "vert"
    CANCELLED = "cancelled", "Annulée", "ban", "rouge"


class CheckState(LabelEnum):
    """Whether the Factur-X was proved by the Schematron rules; nothing leaves before."""

    NONE = "none", "Sans contrôle", "minus", "gris"
    WAITING = "waiting", "Contrôle en cours", "clock", "gris"
    PASSED = "passed", "Conforme", "shield-check", "vert"
    REFUSED = "refused", "À compléter", "shield-x", "rouge"


class EinvoiceState(LabelEnum):
    """Statuses of the e-invoicing reform (AFNOR XP Z12-012), as the approved platform gives them."""

    NONE = "none", "Hors plateforme", "minus", "gris"
    TO_SEND = "to_send", "À déposer", "upload", "gris"
    DEPOSITED = "deposited", "Déposée", "cloud-upload", "bleu"
    SENT = "sent", "Émise par la plateforme", "send", "bleu"
    RECEIVED = "received", "Reçue par la plateforme", "cloud-check", "bleu"
    AVAILABLE = "available", "Mise à disposition", "inbox", "bleu"
    TAKEN = "taken", "Prise en charge", "hand-stop", "bleu"
    APPROVED = "approved", "Approuvée", "circle-check", "vert"
    PARTLY = "partly", "Approuvée partiellement", "circle-half-2", "ambre"
    DISPUTED = "disputed", "En litige", "message-exclamation", "ambre"
    SUSPENDED = "suspended", "Suspendue", "player-pause", "ambre"
    REFUSED = "refused", "Refusée", "ban", "rouge"
    REJECTED = "rejected", "Rejetée", "alert-triangle", "rouge"
    TRANSFERRED = "transferred", "Paiement transmis", "building-bank", "vert"
    PAID = "paid", "Encaissée", "cash", "vert"


class LineKind(LabelEnum):
    ITEM = "item", "Ligne"
    SECTION = "section", "Titre"
    TEXT = "text", "Texte"


class ScheduleEvent(LabelEnum):
    """What makes an instalment due (C12)."""

    DATE = "date", "À une date"
    SIGNED = "signed", "À la commande"
    STEP = "step", "Une étape faite"
    DELIVERED = "delivered", "À la livraison"
    DONE = "done", "À la fin des travaux"


#: Prefix of the numbers (product.md): deposits, progress and final invoices are invoices.
SERIES: dict[DocumentKind, str] = {
    DocumentKind.ORDER: "C", DocumentKind.DELIVERY: "BL", DocumentKind.DEPOSIT: "F", DocumentKind.PROGRESS: "F",
    DocumentKind.INVOICE: "F", DocumentKind.CREDIT: "A",
}  # fmt: skip
TYPE_CODES: dict[DocumentKind, str] = {
    DocumentKind.DEPOSIT: "386", DocumentKind.PROGRESS: "380", DocumentKind.INVOICE: "380", DocumentKind.CREDIT: "381",
}  # fmt: skip
#: Sealed when they get their number.
ISSUED = frozenset({DocumentKind.DEPOSIT, DocumentKind.PROGRESS, DocumentKind.INVOICE, DocumentKind.CREDIT})

S = DocumentState
DOCUMENTS: Machine[DocumentState] = Machine(
    "document.moved",
    {
        S.DRAFT: (S.ISSUED, S.CONFIRMED, S.DELIVERED, S.CANCELLED),
        S.CONFIRMED: (S.DELIVERED, S.DONE, S.CANCELLED),
        S.DELIVERED: (S.DONE,),
    },
)
C = CheckState
CHECKS: Machine[CheckState] = Machine(
    "document.checked",
    {
        C.NONE: (C.WAITING,),
        C.WAITING: (C.PASSED, C.REFUSED),
        C.REFUSED: (C.WAITING,),
    },
    attribute="check",
)
