"""Means of payment, and states of payments, checkouts, deposits, mandates and bank lines."""

from app.core.labels import LabelEnum
from app.core.state import Machine


class Method(LabelEnum):
    CASH = "cash", "Espèces", "cash"
    CARD = "card", "Carte", "credit-card"
    CHEQUE = "cheque", "Chèque", "writing"
    TRANSFER = "transfer", "Virement", "building-bank"
    DEBIT = "debit", "Prélèvement", "repeat"
    VOUCHER = "voucher", "Bon d'achat", "gift"
    STRIPE = "stripe", "Carte en ligne", "brand-stripe"
    HELLOASSO = "helloasso", "HelloAsso", "heart-handshake"
    ACCOUNT = "account", "Mise en compte", "user-dollar"
    COMPENSATION = "compensation", "Avoir", "file-minus"


class PaymentState(LabelEnum):
    PENDING = "pending", "En cours", "clock", "ambre"
    RECEIVED = "received", "Reçu", "circle-check", "vert"
    REJECTED = "rejected", "Rejeté", "alert-triangle", "rouge"
    CANCELLED = "cancelled", "Annulé", "ban", "gris"


class CheckoutState(LabelEnum):
    OPEN = "open", "En attente du client", "clock", "ambre"
    PAID = "paid", "Payé", "circle-check", "vert"
    EXPIRED = "expired", "Expiré", "calendar-x", "gris"
    DISPUTED = "disputed", "À vérifier", "alert-triangle", "rouge"


class DepositState(LabelEnum):
    ASKED = "asked", "Demandé", "clock", "ambre"
    HELD = "held", "Détenu", "lock", "bleu"
    RETURNED = "returned", "Rendu", "arrow-back-up", "vert"
    KEPT = "kept", "Conservé", "alert-triangle", "rouge"


class MandateState(LabelEnum):
    ACTIVE = "active", "En vigueur", "circle-check", "vert"
    REVOKED = "revoked", "Révoqué", "ban", "gris"


class BankLineState(LabelEnum):
    TO_MATCH = "to_match", "À rapprocher", "help-circle", "ambre"
    MATCHED = "matched", "Rapprochée", "link", "vert"
    IGNORED = "ignored", "Sans suite", "minus", "gris"


P = PaymentState
PAYMENTS: Machine[PaymentState] = Machine(
    "payment.moved",
    {P.PENDING: (P.RECEIVED, P.REJECTED, P.CANCELLED), P.RECEIVED: (P.REJECTED, P.CANCELLED)},
)
D = DepositState
DEPOSITS: Machine[DepositState] = Machine("deposit.moved", {D.ASKED: (D.HELD,), D.HELD: (D.RETURNED, D.KEPT)})
K = CheckoutState
CHECKOUTS: Machine[CheckoutState] = Machine(
    "checkout.moved", {K.OPEN: (K.PAID, K.EXPIRED, K.DISPUTED), K.EXPIRED: (K.PAID, K.DISPUTED), K.DISPUTED: (K.PAID,)}
)
