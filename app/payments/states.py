"""Means of payment, and states of payments, checkouts, online refunds, deposits, mandates and bank lines."""

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
    RETAINED = "retained", "Retenue sur les loyers", "home-dollar"


#: The means whose money a partner takes for us.
ONLINE = frozenset({Method.STRIPE, Method.HELLOASSO})


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


class RefundState(LabelEnum):
    """A refund asked of the partner by whom the client paid. `BY_HAND`: the partner lets only a person do it, on its own site."""

    ASKED = "asked", "Demandé", "clock", "ambre"
    BY_HAND = "by_hand", "À faire à la main", "hand-stop", "ambre"
    PENDING = "pending", "En cours", "clock", "bleu"
    DONE = "done", "Remboursé", "circle-check", "vert"
    FAILED = "failed", "Échoué", "alert-triangle", "rouge"
    REFUSED = "refused", "Refusé", "ban", "rouge"


class DepositState(LabelEnum):
    ASKED = "asked", "Demandé", "clock", "ambre"
    HELD = "held", "Détenu", "lock", "bleu"
    RETURNED = "returned", "Rendu", "arrow-back-up", "vert"
    KEPT = "kept", "Conservé", "alert-triangle", "rouge"
    DROPPED = "dropped", "Plus demandé", "ban", "gris"


class MandateState(LabelEnum):
    ACTIVE = "active", "En vigueur", "circle-check", "vert"
    SPENT = "spent", "Utilisé", "check", "gris"
    LAPSED = "lapsed", "Caduc", "calendar-x", "ambre"
    REVOKED = "revoked", "Révoqué", "ban", "gris"


class SignedHow(LabelEnum):
    SCREEN = "screen", "À l'écran", "writing-sign"
    PAPER = "paper", "Sur papier", "file-text"


class SequenceType(LabelEnum):
    """The sequence types of a SEPA direct debit (EPC016)."""

    FIRST = "FRST", "Premier"
    RECURRENT = "RCUR", "Récurrent"
    ONE_OFF = "OOFF", "Unique"


class BatchState(LabelEnum):
    PREPARED = "prepared", "Préparée", "pencil", "ambre"
    SENT = "sent", "Remise à la banque", "send", "bleu"
    SETTLED = "settled", "Encaissée", "circle-check", "vert"
    CANCELLED = "cancelled", "Abandonnée", "ban", "gris"


class DebitState(LabelEnum):
    PLANNED = "planned", "Prévu", "clock", "ambre"
    SENT = "sent", "Remis à la banque", "send", "bleu"
    SETTLED = "settled", "Encaissé", "circle-check", "vert"
    REJECTED = "rejected", "Rejeté", "alert-triangle", "rouge"
    REMOVED = "removed", "Retiré", "ban", "gris"


class StatementState(LabelEnum):
    MAPPING = "mapping", "Colonnes à vérifier", "table", "ambre"
    READ = "read", "Lu", "circle-check", "vert"


class BankLineState(LabelEnum):
    TO_MATCH = "to_match", "À rapprocher", "help-circle", "ambre"
    DOUBTFUL = "doubtful", "Peut-être déjà lue", "copy", "ambre"
    MATCHED = "matched", "Rapprochée", "link", "vert"
    IGNORED = "ignored", "Sans suite", "minus", "gris"


class RemittanceState(LabelEnum):
    DEPOSITED = "deposited", "Remise en banque", "building-bank", "bleu"
    CREDITED = "credited", "Créditée", "circle-check", "vert"
    CANCELLED = "cancelled", "Annulée", "ban", "gris"


P = PaymentState
PAYMENTS: Machine[PaymentState] = Machine(
    "payment.moved",
    {P.PENDING: (P.RECEIVED, P.REJECTED, P.CANCELLED), P.RECEIVED: (P.REJECTED, P.CANCELLED)},
)
D = DepositState
#: Held, then asked for again: its payment was undone.
DEPOSITS: Machine[DepositState] = Machine(
    "deposit.moved", {D.ASKED: (D.HELD, D.DROPPED), D.HELD: (D.RETURNED, D.KEPT, D.ASKED)}
)
K = CheckoutState
CHECKOUTS: Machine[CheckoutState] = Machine(
    "checkout.moved",
    {K.OPEN: (K.PAID, K.EXPIRED, K.DISPUTED), K.EXPIRED: (K.PAID, K.DISPUTED), K.DISPUTED: (K.PAID, K.EXPIRED)},
)
F = RefundState
ONLINE_REFUNDS: Machine[RefundState] = Machine(
    "online_refund.moved",
    {
        F.ASKED: (F.PENDING, F.DONE, F.BY_HAND, F.REFUSED),
        F.BY_HAND: (F.PENDING, F.DONE, F.REFUSED),
        F.PENDING: (F.DONE, F.FAILED),
        F.DONE: (F.FAILED,),
        F.REFUSED: (F.PENDING, F.DONE),
    },
)
M = MandateState
MANDATES: Machine[MandateState] = Machine("mandate.moved", {M.ACTIVE: (M.SPENT, M.LAPSED, M.REVOKED)})
B = BatchState
BATCHES: Machine[BatchState] = Machine("debit_batch.moved", {B.PREPARED: (B.SENT, B.CANCELLED), B.SENT: (B.SETTLED,)})
T = DebitState
DEBITS: Machine[DebitState] = Machine(
    "debit.moved", {T.PLANNED: (T.SENT, T.REMOVED), T.SENT: (T.SETTLED, T.REJECTED), T.SETTLED: (T.REJECTED,)}
)
L = BankLineState
BANK_LINES: Machine[BankLineState] = Machine(
    "bank_line.moved",
    {
        L.DOUBTFUL: (L.TO_MATCH, L.IGNORED),
        L.TO_MATCH: (L.MATCHED, L.IGNORED),
        L.MATCHED: (L.TO_MATCH,),
        L.IGNORED: (L.TO_MATCH,),
    },
)
R = RemittanceState
REMITTANCES: Machine[RemittanceState] = Machine(
    "remittance.moved", {R.DEPOSITED: (R.CREDITED, R.CANCELLED), R.CREDITED: (R.DEPOSITED,)}
)
