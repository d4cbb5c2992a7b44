"""States of a loan and their legal moves. Lateness is no state: it is said beside « Prêté »."""

from app.core.labels import LabelEnum
from app.core.state import Machine


class LoanState(LabelEnum):
    OPTION = "option", "Option", "help-circle", "bleu"
    RESERVED = "reserved", "Réservé", "calendar-check", "sarc"
    OUT = "out", "Prêté", "arrows-exchange", "bleu"
    RETURNED = "returned", "Rendu", "arrow-back-up", "gris"
    CANCELLED = "cancelled", "Annulé", "ban", "gris"


L = LoanState
OPEN = (L.OPTION, L.RESERVED, L.OUT)
TO_HAND_OVER = (L.OPTION, L.RESERVED)
MACHINE: Machine[LoanState] = Machine(
    "loan.moved",
    {
        L.OPTION: (L.RESERVED, L.OUT, L.CANCELLED),
        L.RESERVED: (L.OUT, L.CANCELLED),
        L.OUT: (L.RETURNED,),
    },
)


class Tab(LabelEnum):
    """The parts of the page of loans."""

    DAY = "jour", "Aujourd'hui", "calendar-event"
    COMING = "a-venir", "À venir", "calendar-time"
    OUT = "sortis", "Prêtés", "arrows-exchange"
    LATE = "retards", "En retard", "clock-exclamation"
    DONE = "termines", "Terminés", "archive"


class IncidentState(LabelEnum):
    """What was decided."""

    OPEN = "open", "À trier", "alert-triangle", "rouge"
    REPAIR = "repair", "En réparation", "tool", "bleu"
    REPLACED = "replaced", "Remplacé", "refresh", "vert"
    LOST = "lost", "Perdu", "help-circle", "ambre"
    NOTHING = "nothing", "Sans suite", "circle-check", "gris"


I = IncidentState  # noqa: E741  named as the states above
INCIDENTS: Machine[IncidentState] = Machine(
    "incident.moved",
    {
        I.OPEN: (I.REPAIR, I.REPLACED, I.LOST, I.NOTHING),
        I.REPAIR: (I.REPLACED, I.LOST, I.NOTHING),
        I.LOST: (I.REPAIR, I.NOTHING),
    },
)


class Teller(LabelEnum):
    """Who or what told an incident."""

    DESK = "desk", "Accueil", "building", "gris"
    BORROWER = "borrower", "Emprunteur", "user", "bleu"
    STATES = "states", "États comparés", "arrows-diff", "ambre"


class RentPer(LabelEnum):
    """What the price of a rental article is for."""

    LOAN = "loan", "Prêt"
    DAY = "day", "Jour"
    WEEK = "week", "Semaine"
    MONTH = "month", "Mois"


class LatePer(LabelEnum):
    """What a late fee is for; what has begun counts whole."""

    DAY = "day", "Jour de retard"
    WEEK = "week", "Semaine de retard"


class ChargeKind(LabelEnum):
    """What a borrower owes for a thing."""

    RENT = "rent", "Loyer", "calendar-dollar"
    LATE = "late", "Retard", "clock-exclamation"
    DAMAGE = "damage", "Dégât", "tool"
    LOSS = "loss", "Perte", "help-circle"


class OfferState(LabelEnum):
    """What became of a loan whose thing a delay took."""

    ASKED = "asked", "Sans réponse", "hourglass", "ambre"
    WAITING = "waiting", "Attend", "clock", "bleu"
    SWITCHED = "switched", "Autre matériel", "switch-horizontal", "vert"
    DROPPED = "dropped", "Annulé", "ban", "gris"
    RESTORED = "restored", "Rétabli", "circle-check", "vert"


O = OfferState  # noqa: E741  named as the states above
OFFER_OPEN = (O.ASKED, O.WAITING)
OFFERS: Machine[OfferState] = Machine(
    "displacement.moved",
    {
        O.ASKED: (O.WAITING, O.SWITCHED, O.DROPPED, O.RESTORED),
        O.WAITING: (O.SWITCHED, O.DROPPED, O.RESTORED),
    },
)


class Answer(LabelEnum):
    """What a borrower may answer."""

    SWITCH = "prendre", "Prendre l'autre matériel", "switch-horizontal"
    WAIT = "attendre", "Attendre", "clock"
    DROP = "annuler", "Annuler", "ban"


RESULTS = {Answer.SWITCH: O.SWITCHED, Answer.WAIT: O.WAITING, Answer.DROP: O.DROPPED}


class RequestState(LabelEnum):
    """What became of something asked for that was not free."""

    REFUSED = "refused", "Refusée", "calendar-off", "gris"
    WAITING = "waiting", "En attente", "hourglass", "ambre"
    OFFERED = "offered", "Proposé", "bell", "bleu"
    ACCEPTED = "accepted", "Accepté", "circle-check", "vert"
    PASSED = "passed", "Décliné", "ban", "gris"
    LAPSED = "lapsed", "Sans suite", "clock-off", "gris"
    CANCELLED = "cancelled", "Retirée", "ban", "gris"


R = RequestState
IN_LINE = (R.WAITING, R.OFFERED)
REQUESTS: Machine[RequestState] = Machine(
    "loan_request.moved",
    {
        R.REFUSED: (R.WAITING,),
        R.WAITING: (R.OFFERED, R.LAPSED, R.CANCELLED),
        R.OFFERED: (R.ACCEPTED, R.PASSED, R.LAPSED, R.CANCELLED),
    },
)


class Every(LabelEnum):
    """How often a series comes back."""

    WEEK = "week", "Chaque semaine"
    FORTNIGHT = "fortnight", "Toutes les deux semaines"
    MONTH = "month", "Chaque mois, à la même date"
    MONTH_DAY = "month_day", "Chaque mois, le même jour de la semaine"


class Scope(LabelEnum):
    """Which dates of a series a change is for: those that have not left yet."""

    ONE = "une", "Cette date seulement"
    NEXT = "suivantes", "Cette date et les suivantes"
    ALL = "toutes", "Toute la série"
