"""The words of a contract: how an owner's stays are counted."""

from app.core.labels import LabelEnum


class Mode(LabelEnum):
    """Who holds the money (French law « Hoguet »: holding it asks for a numbered mandate)."""

    SERVICE = "service", "Prestation : le propriétaire encaisse, nous facturons", "file-invoice", "bleu"
    MANDATE = "mandate", "Mandat : nous encaissons pour lui", "building-bank", "violet"


class Across(LabelEnum):
    """The month of a stay that covers two."""

    ARRIVAL = "arrival", "Le mois de l'arrivée", "login", "bleu"
    DEPARTURE = "departure", "Le mois du départ", "logout", "bleu"
    NIGHTS = "nights", "Chaque mois pour ses nuits", "moon", "bleu"


class Service(LabelEnum):
    """How cleaning, or linen, is counted."""

    OWNER = "owner", "Le propriétaire s'en charge et garde ce que paie le voyageur", "home", "gris"
    GUEST = "guest", "Facturé au prix payé par le voyageur", "user", "bleu"
    CONTRACT = "contract", "Facturé au prix du contrat", "file-text", "bleu"
    ACTUAL = "actual", "Facturé à son coût réel", "receipt", "ambre"


class TouristTax(LabelEnum):
    """Who hands the tourist tax to the town."""

    PLATFORM = "platform", "La plateforme", "world", "gris"
    OWNER = "owner", "Le propriétaire", "home", "gris"
    CONCIERGE = "concierge", "Nous", "building-community", "bleu"


class Per(LabelEnum):
    """What a fixed fee is counted by."""

    STAY = "stay", "par séjour", "calendar", "bleu"
    NIGHT = "night", "par nuit", "moon", "bleu"
    MONTH = "month", "par mois", "calendar-month", "bleu"


class StayKind(LabelEnum):
    """What a stay is."""

    GUEST = "guest", "Voyageur", "user", "vert"
    OWNER = "owner", "Séjour du propriétaire", "home", "gris"
    CANCELLED = "cancelled", "Annulé", "circle-x", "rouge"


class LineKind(LabelEnum):
    """A line of a statement; the part of the account it moves is `ACCOUNT`."""

    RENT = "rent", "Loyer", "home-dollar", "vert"
    CLEANING_PAID = "cleaning_paid", "Ménage payé par le voyageur", "spray", "vert"
    LINEN_PAID = "linen_paid", "Linge payé par le voyageur", "shirt", "vert"
    TAX_PAID = "tax_paid", "Taxe de séjour encaissée", "building-community", "vert"
    DEPOSIT_KEPT = "deposit_kept", "Caution retenue", "shield", "vert"
    SETTLED = "settled", "Règlement reçu", "cash", "vert"
    PLATFORM = "platform", "Commission de la plateforme", "world", "gris"
    TAX_DUE = "tax_due", "Taxe de séjour à reverser", "building-community", "gris"
    DISBURSED = "disbursed", "Débours", "receipt", "gris"
    COMMISSION = "commission", "Commission de gestion", "percentage", "bleu"
    MINIMUM = "minimum", "Complément au minimum du mois", "arrow-up", "bleu"
    CLEANING = "cleaning", "Ménage", "spray", "bleu"
    LINEN = "linen", "Linge", "shirt", "bleu"
    FIXED = "fixed", "Frais fixes", "receipt-2", "bleu"
    OWNER_STAY = "owner_stay", "Séjour du propriétaire", "home", "bleu"
    OTHER = "other", "Autre prestation", "pencil", "bleu"
    VAT = "vat", "TVA", "percentage", "bleu"
    PAYOUT = "payout", "Virement au propriétaire", "building-bank", "orange"


class Account(LabelEnum):
    """The four moves of an owner's account: opening + receipts - expenses - fees - payouts = closing."""

    RECEIPT = "receipt", "Encaissements", "arrow-down-left", "vert"
    EXPENSE = "expense", "Dépenses", "arrow-up-right", "gris"
    FEE = "fee", "Honoraires", "file-invoice", "bleu"
    PAYOUT = "payout", "Virements", "building-bank", "orange"


class Oddity(LabelEnum):
    """Why a stay or an owner is shown first."""

    NO_PROPERTY = "no_property", "Logement non rattaché", "home-question", "rouge"
    NO_TERMS = "no_terms", "Aucun contrat à cette date", "file-off", "rouge"
    NO_PRICE = "no_price", "Prix manquant", "currency-euro-off", "rouge"
    NO_CHANNEL = "no_channel", "Plateforme inconnue du contrat", "world-question", "ambre"
    OVERLAP = "overlap", "Deux séjours aux mêmes dates", "calendar-exclamation", "ambre"
    BELOW_ZERO = "below_zero", "Solde négatif", "trending-down", "ambre"


_RECEIPTS = ("rent", "cleaning_paid", "linen_paid", "tax_paid", "deposit_kept", "settled")
_EXPENSES = ("platform", "tax_due", "disbursed")

ACCOUNT: dict[LineKind, Account] = {
    kind: Account.RECEIPT if kind.value in _RECEIPTS
    else Account.EXPENSE if kind.value in _EXPENSES
    else Account.PAYOUT if kind is LineKind.PAYOUT
    else Account.FEE
    for kind in LineKind
}  # fmt: skip
