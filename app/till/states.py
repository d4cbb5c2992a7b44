"""Events of the till (a journal after NF525), kinds of sales and closings."""

from app.core.labels import LabelEnum


class SaleKind(LabelEnum):
    SALE = "sale", "Vente", "shopping-cart", "vert"
    REFUND = "refund", "Remboursement", "arrow-back-up", "rouge"
    SETTLEMENT = "settlement", "Règlement de facture", "file-invoice", "bleu"


class Period(LabelEnum):
    DAY = "day", "Journée"
    MONTH = "month", "Mois"
    YEAR = "year", "Exercice"


class EventKind(LabelEnum):
    START = "start", "Mise en service"
    OPENED = "opened", "Ouverture de caisse"
    SIGNED_IN = "signed_in", "Changement d'opérateur"
    SALE = "sale", "Ticket"
    DRAWER = "drawer", "Ouverture du tiroir sans vente"
    CASH_IN = "cash_in", "Apport d'espèces"
    CASH_OUT = "cash_out", "Retrait d'espèces"
    SUSPENDED = "suspended", "Vente mise en attente"
    ABANDONED = "abandoned", "Vente abandonnée"
    REPRINT = "reprint", "Duplicata"
    COUNT = "count", "Comptage du tiroir"
    CLOSING = "closing", "Clôture"
    ARCHIVE = "archive", "Archive"
    TRAINING_ON = "training_on", "Mode école : début"
    TRAINING_OFF = "training_off", "Mode école : fin"
    SETTINGS = "settings", "Réglage modifié"
    CLOCK = "clock", "Horloge reculée"
    CHECK_FAILED = "check_failed", "Contrôle de la chaîne en échec"
    EXPORT = "export", "Export pour l'administration"


class SessionState(LabelEnum):
    OPEN = "open", "Ouverte", "lock-open", "vert"
    CLOSED = "closed", "Clôturée", "lock", "gris"
