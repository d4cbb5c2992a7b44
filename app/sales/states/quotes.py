"""States of a quote and its legal moves; how an answer reached us."""

from app.core.labels import LabelEnum
from app.core.state import Machine


class QuoteState(LabelEnum):
    DRAFT = "draft", "Brouillon", "pencil", "gris"
    SENT = "sent", "Envoyé", "send", "bleu"
    ACCEPTED = "accepted", "Accepté", "writing-sign", "vert"
    REFUSED = "refused", "Refusé", "ban", "rouge"
    EXPIRED = "expired", "Expiré", "calendar-x", "gris"
    REPLACED = "replaced", "Remplacé", "refresh", "gris"
    WITHDRAWN = "withdrawn", "Rétracté", "arrow-back-up", "rouge"


class Means(LabelEnum):
    """How the client answered. A plain e-mail is none of them: it joins the thread."""

    LINK = "link", "en ligne, par le lien reçu", "link"
    PORTAL = "portal", "en ligne, depuis son espace", "user"
    PHONE = "phone", "par téléphone", "phone"
    PAPER = "paper", "sur papier, au comptoir", "writing-sign"


class RefusalReason(LabelEnum):
    """Why a client refuses."""

    PRICE = "price", "Le prix est trop élevé"
    NEW = "new", "Je préfère acheter un autre appareil"
    ELSEWHERE = "elsewhere", "Je fais réparer ailleurs"
    DELAY = "delay", "Le délai est trop long"
    OTHER = "other", "Une autre raison"


Q = QuoteState

QUOTE_MOVES = {
    Q.DRAFT: (Q.SENT,),
    Q.SENT: (Q.ACCEPTED, Q.REFUSED, Q.EXPIRED, Q.REPLACED),
    Q.ACCEPTED: (Q.WITHDRAWN,),
}
QUOTES: Machine[QuoteState] = Machine("quote.moved", QUOTE_MOVES)
