"""Events of the till (a journal after NF525), kinds of sales and closings."""

from app.core.labels import LabelEnum


class SaleKind(LabelEnum):
    SALE = "sale", "Vente", "shopping-cart", "vert"
    REFUND = "refund", "Remboursement", "arrow-back-up", "rouge"
    SETTLEMENT = "settlement", "Règlement de facture", "file-invoice", "bleu"


class Means(LabelEnum):
    """How a ticket is paid. « Mise en compte » is owed by the client, « Pris en charge » by a third party (eco bonus, insurance…);
    « Versé au dépôt » was taken at the intake."""

    CASH = "cash", "Espèces", "cash", "vert"
    CARD = "card", "Carte", "credit-card", "bleu"
    CHEQUE = "cheque", "Chèque", "writing", "sarc"
    TRANSFER = "transfer", "Virement", "transfer", "violet"
    VOUCHER = "voucher", "Bon cadeau", "gift", "terre"
    ACCOUNT = "account", "Mise en compte", "user-dollar", "ambre"
    PREPAID = "prepaid", "Versé au dépôt", "history", "gris"
    THIRD = "third", "Pris en charge par un tiers", "users", "bleu"


class LineKind(LabelEnum):
    """What a line of a ticket is. Only the first is a sale; the others settle or promise, without VAT of their own."""

    ITEM = "item", "Article"
    DOCUMENT = "document", "Facture réglée"
    ACCOUNT = "account", "Règlement du compte"
    VOUCHER = "voucher", "Bon cadeau vendu"


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
    ABANDONED = "abandoned", "Ligne ou vente abandonnée"
    PRINT = "print", "Impression"
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


#: Means that fill the drawer and are counted when it is closed.
COUNTED = (Means.CASH, Means.CARD, Means.CHEQUE, Means.TRANSFER, Means.VOUCHER)
#: Means that a desk may choose; what was paid at the intake comes with its ticket, what a third party pays has its own gesture.
CHOSEN = (Means.CASH, Means.CARD, Means.CHEQUE, Means.TRANSFER, Means.VOUCHER, Means.ACCOUNT)
