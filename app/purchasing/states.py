"""States of purchase orders and of supplier invoices."""

from app.core.labels import LabelEnum
from app.core.state import Machine


class PurchaseState(LabelEnum):
    BASKET = "basket", "Panier", "shopping-cart", "gris"
    ORDERED = "ordered", "Commandé", "send", "bleu"
    PARTIAL = "partial", "Reçu en partie", "package-import", "ambre"
    RECEIVED = "received", "Reçu", "circle-check", "vert"
    CANCELLED = "cancelled", "Annulé", "ban", "rouge"


class BillState(LabelEnum):
    TO_CHECK = "to_check", "À vérifier", "file-search", "ambre"
    MATCHED = "matched", "Rapprochée", "link", "bleu"
    DISPUTED = "disputed", "En litige", "message-exclamation", "rouge"
    PAID = "paid", "Payée", "cash", "vert"


P = PurchaseState
PURCHASES: Machine[PurchaseState] = Machine(
    "purchase.moved",
    {
        P.BASKET: (P.ORDERED, P.CANCELLED),
        P.ORDERED: (P.PARTIAL, P.RECEIVED, P.CANCELLED),
        P.PARTIAL: (P.RECEIVED, P.CANCELLED),
    },
)
B = BillState
BILLS: Machine[BillState] = Machine(
    "bill.moved",
    {
        B.TO_CHECK: (B.MATCHED, B.DISPUTED, B.PAID),
        B.DISPUTED: (B.MATCHED, B.TO_CHECK),
        B.MATCHED: (B.PAID, B.DISPUTED, B.TO_CHECK),
        B.PAID: (B.MATCHED,),
    },
)
