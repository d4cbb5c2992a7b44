"""What a stay, a month and an owner's statement go through."""

from app.core.labels import LabelEnum
from app.core.state import Machine
from app.statements.states import LineKind


class StayState(LabelEnum):
    """What the platform says of a stay."""

    BOOKED = "booked", "Réservé", "calendar-check", "vert"
    CANCELLED = "cancelled", "Annulé", "circle-x", "rouge"
    BLOCKED = "blocked", "Dates bloquées", "lock", "gris"
    OWNER = "owner", "Séjour du propriétaire", "home", "gris"


#: These occupy their lodging.
OCCUPYING = (StayState.BOOKED, StayState.BLOCKED, StayState.OWNER)


class MonthState(LabelEnum):
    """A month of all owners. It is counted as often as one wants until each statement is approved."""

    OPEN = "open", "À compter", "calendar", "gris"
    COUNTED = "counted", "À vérifier", "eye", "ambre"
    CLOSED = "closed", "Clos", "lock", "vert"


class StatementState(LabelEnum):
    """An owner's part of a month. Nothing is numbered nor leaves before it is approved."""

    PREVIEW = "preview", "À vérifier", "eye", "ambre"
    EXCLUDED = "excluded", "Mis de côté", "player-pause", "gris"
    APPROVED = "approved", "Approuvé", "check", "bleu"
    MADE = "made", "Établi", "file-check", "bleu"
    SENT = "sent", "Envoyé", "send", "vert"


P = StatementState
STATEMENTS: Machine[StatementState] = Machine(
    "statement.moved",
    {
        P.PREVIEW: (P.EXCLUDED, P.APPROVED),
        P.EXCLUDED: (P.PREVIEW,),
        P.APPROVED: (P.MADE,),
        P.MADE: (P.SENT,),
    },
)
M = MonthState
MONTHS: Machine[MonthState] = Machine(
    "month.moved",
    {
        M.OPEN: (M.COUNTED,),
        M.COUNTED: (M.CLOSED,),
        M.CLOSED: (M.COUNTED,),
    },
)
#: Approved or further: its lines are frozen, the database refuses to change them.
FROZEN = (P.APPROVED, P.MADE, P.SENT)


class Notice(LabelEnum):
    """What must be looked at besides what the calculation sees (`statements.states.Oddity`)."""

    PREVIOUS = "previous", "Mois précédent pas encore approuvé", "calendar-exclamation", "rouge"
    BEHIND = "behind", "Une connexion n'a pas pu être lue : des séjours peuvent manquer", "plug-x", "rouge"
    NO_SIGNATURE = "no_signature", "Mandat sans date de signature : rien ne peut être versé", "signature", "rouge"
    NO_EMAIL = "no_email", "Propriétaire sans adresse de courriel", "mail-off", "ambre"
    NO_REGISTRATION = "no_registration", "Logement sans numéro d'enregistrement", "id-off", "ambre"
    CHANGED = "changed", "Séjour modifié depuis un mois clos : corrigé ici", "refresh-alert", "bleu"
    UNREAD = "unread", "Séjour que la connexion n'a pas pu lire", "eye-off", "ambre"


#: What a person may add to a month; the calculation never makes lines of these kinds.
ENTRIES = (LineKind.DISBURSED, LineKind.OTHER, LineKind.SETTLED, LineKind.PAYOUT)


class Invoicing(LabelEnum):
    """Where the invoices of fees are made; `system` is the kind of the connection that is told of them."""

    HERE = "here", "Ici", "home", "bleu"
    PENNYLANE = "pennylane", "Dans Pennylane", "file-invoice", "violet"
    DOLIBARR = "dolibarr", "Dans Dolibarr", "file-invoice", "violet"
    BOTH_PENNYLANE = "both_pennylane", "Ici, et recopiées dans Pennylane", "copy", "violet"
    BOTH_DOLIBARR = "both_dolibarr", "Ici, et recopiées dans Dolibarr", "copy", "violet"

    @property
    def here(self) -> bool:
        """Whether our own numbered and sealed invoice is made."""
        return self is Invoicing.HERE or self.value.startswith("both_")

    @property
    def system(self) -> str:
        """« pennylane », « dolibarr »; "" when nobody else is told."""
        return "" if self is Invoicing.HERE else self.value.removeprefix("both_")
