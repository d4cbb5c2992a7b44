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
    PARTIAL = "partial", "Payée en partie", "circle-half-2", "ambre"
    PAID = "paid", "Payée", "cash", "vert"


class ExpenseKind(LabelEnum):
    """What an invoice without articles is for: each kind has its account in the chart of accounts."""

    RENT = "rent", "Loyer, location"
    ENERGY = "energy", "Eau, gaz, électricité, carburant"
    EQUIPMENT = "equipment", "Petit équipement, entretien"
    OFFICE = "office", "Fournitures de bureau"
    SUBCONTRACTING = "subcontracting", "Sous-traitance"
    UPKEEP = "upkeep", "Entretien, réparation, maintenance"
    INSURANCE = "insurance", "Assurance"
    FEES = "fees", "Honoraires : comptable, avocat, conseil"
    ADVERTISING = "advertising", "Publicité"
    CARRIAGE = "carriage", "Transport, port"
    TRAVEL = "travel", "Déplacement, repas, réception"
    TELECOM = "telecom", "Téléphone, internet, poste"
    BANK = "bank", "Frais bancaires"
    TAXES = "taxes", "Impôts et taxes"
    OTHER = "other", "Autre charge"


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
        B.TO_CHECK: (B.MATCHED, B.DISPUTED, B.PARTIAL, B.PAID),
        B.DISPUTED: (B.MATCHED, B.TO_CHECK, B.PARTIAL),
        B.MATCHED: (B.PARTIAL, B.PAID, B.DISPUTED, B.TO_CHECK),
        B.PARTIAL: (B.PAID, B.MATCHED, B.DISPUTED),
        B.PAID: (B.PARTIAL, B.MATCHED),
    },
)
