"""States of a quote and its legal moves."""

from app.core.labels import LabelEnum
from app.core.state import Machine


class QuoteState(LabelEnum):
    DRAFT = "draft", "Brouillon", "pencil", "gris"
    SENT = "sent", "Envoyé", "send", "bleu"
    ACCEPTED = "accepted", "Accepté", "writing-sign", "vert"
    REFUSED = "refused", "Refusé", "ban", "rouge"
    EXPIRED = "expired", "Expiré", "calendar-x", "gris"
    REPLACED = "replaced", "Remplacé", "refresh", "gris"


Q = QuoteState

QUOTE_MOVES = {
    Q.DRAFT: (Q.SENT, Q.REPLACED),
    Q.SENT: (Q.ACCEPTED, Q.REFUSED, Q.EXPIRED, Q.REPLACED),
    Q.REFUSED: (Q.REPLACED,),
    Q.EXPIRED: (Q.REPLACED,),
}
QUOTES: Machine[QuoteState] = Machine("quote.moved", QUOTE_MOVES)
