"""What people may ask, how, and why somebody was erased."""

from app.core.labels import LabelEnum


class RequestKind(LabelEnum):
    """GDPR articles 15 to 21."""

    ACCESS = "access", "Accès à ses données", "download", "bleu"
    ERASE = "erase", "Effacement", "eraser", "rouge"
    RECTIFY = "rectify", "Rectification", "pencil", "ambre"
    OBJECT = "object", "Opposition ou limitation", "ban", "violet"


class Channel(LabelEnum):
    """How the request came."""

    DESK = "desk", "Sur place", "building-store"
    PHONE = "phone", "Téléphone", "phone"
    EMAIL = "email", "Courriel", "mail"
    LETTER = "letter", "Courrier", "mailbox"
    PORTAL = "portal", "Espace client", "device-mobile"


class Rule(LabelEnum):
    """Why somebody was erased."""

    REQUEST = "request", "À sa demande", "user", "bleu"
    PROSPECT = "prospect", "Sans contact de sa part", "clock", "gris"
    CLIENT = "client", "Contrats terminés", "calendar-x", "gris"
