"""States of a ticket, its waiting reasons and outcomes, and the legal moves of each of the three paths.

To add a state: a member here and its line in each table below. `make check` names the tables of other floors that lack it.
"""

from typing import NamedTuple

from app.core.labels import LabelEnum
from app.core.state import Machine


class TicketKind(LabelEnum):
    REPAIR = "repair", "Réparation", "tool"
    SOFTWARE = "software", "Logiciel", "device-laptop"
    FLEET = "fleet", "Matériel de l'organisation", "building"


class Group(LabelEnum):
    """The five automatic words of a slip, always readable whatever the states are called."""

    WAITING = "waiting", "En attente d'intervention"
    RUNNING = "running", "En cours d'intervention"
    FINISHED = "finished", "Intervention terminée"
    SHIPPING = "shipping", "En expédition"
    OUT = "out", "Sorti"


class TicketState(LabelEnum):
    RECEIVED = "received", "Reçu", "inbox", "gris"
    DIAGNOSING = "diagnosing", "Diagnostic", "stethoscope", "violet"
    QUOTED = "quoted", "Devis à accepter", "hourglass", "ambre"
    REPAIRING = "repairing", "En réparation", "tool", "bleu"
    CHECKING = "checking", "Contrôle", "checklist", "sarc"
    READY = "ready", "Prêt à remettre", "circle-check", "vert"
    SHIPPING = "shipping", "En expédition", "truck-delivery", "bleu"
    OUT = "out", "Sorti", "archive", "gris"
    OPENED = "opened", "Ouvert", "inbox", "gris"
    IN_PROGRESS = "in_progress", "Pris en charge", "tool", "bleu"
    SOLVED = "solved", "Résolu", "circle-check", "vert"
    CLOSED = "closed", "Fermé", "archive", "gris"


class Waiting(LabelEnum):
    NONE = "none", "Rien : on continue", "player-play", "gris"
    PART = "part", "Attente de pièce", "package", "terre"
    LABOUR = "labour", "Attente de main-d'œuvre", "users", "terre"
    CLIENT = "client", "Attente du client", "message-circle", "terre"
    MAKER = "maker", "Attente du fabricant ou sous-traitant", "building", "terre"


class Outcome(LabelEnum):
    REPAIRED = "repaired", "Réparé", "circle-check", "vert"
    NO_FAULT = "no_fault", "Aucune panne trouvée", "circle-check", "gris"
    NOT_REPAIRABLE = "not_repairable", "Non réparable", "ban", "gris"
    QUOTE_REFUSED = "quote_refused", "Devis refusé", "ban", "rouge"
    ABANDONED = "abandoned", "Abandonné", "archive", "gris"
    REPLACED = "replaced", "Remplacé", "refresh", "gris"
    RETIRED = "retired", "Retiré du parc", "ban", "gris"


class Priority(LabelEnum):
    LOW = "1", "Basse"
    NORMAL = "2", "Normale"
    URGENT = "3", "Urgente"


class Cover(LabelEnum):
    """Who pays the repair."""

    NONE = "none", "Hors garantie", "shield-x", "gris"
    MAKER = "maker", "Sous garantie du fabricant", "shield-check", "vert"
    REPAIR = "repair", "Retour sous garantie de réparation", "shield-check", "ambre"


class LineKind(LabelEnum):
    PART = "part", "Pièce", "package"
    LABOUR = "labour", "Main-d'œuvre", "clock"
    OTHER = "other", "Autre", "tag"


T = TicketState

GROUPS: dict[TicketState, Group] = {
    T.RECEIVED: Group.WAITING,
    T.OPENED: Group.WAITING,
    T.DIAGNOSING: Group.RUNNING,
    T.QUOTED: Group.RUNNING,
    T.REPAIRING: Group.RUNNING,
    T.CHECKING: Group.RUNNING,
    T.IN_PROGRESS: Group.RUNNING,
    T.READY: Group.FINISHED,
    T.SOLVED: Group.FINISHED,
    T.SHIPPING: Group.SHIPPING,
    T.OUT: Group.OUT,
    T.CLOSED: Group.OUT,
}

REPAIR_MOVES = {
    T.RECEIVED: (T.DIAGNOSING, T.READY),
    T.DIAGNOSING: (T.QUOTED, T.REPAIRING, T.READY),
    T.QUOTED: (T.REPAIRING, T.READY, T.DIAGNOSING),
    T.REPAIRING: (T.CHECKING, T.QUOTED, T.READY),
    T.CHECKING: (T.READY, T.REPAIRING),
    T.READY: (T.OUT, T.SHIPPING, T.REPAIRING),
    T.SHIPPING: (T.OUT, T.READY),
}
SOFTWARE_MOVES = {
    T.OPENED: (T.IN_PROGRESS,),
    T.IN_PROGRESS: (T.SOLVED,),
    T.SOLVED: (T.CLOSED, T.IN_PROGRESS),
}

MACHINES: dict[TicketKind, Machine[TicketState]] = {
    TicketKind.REPAIR: Machine("ticket.moved", REPAIR_MOVES),
    TicketKind.FLEET: Machine("ticket.moved", REPAIR_MOVES),
    TicketKind.SOFTWARE: Machine("ticket.moved", SOFTWARE_MOVES),
}
FIRST_STATE = {
    TicketKind.REPAIR: T.RECEIVED,
    TicketKind.FLEET: T.RECEIVED,
    TicketKind.SOFTWARE: T.OPENED,
}
FINAL = (T.OUT, T.CLOSED)
#: Repairs that the team still has before it, while they wait for nobody: they push the promised dates.
AHEAD = (T.RECEIVED, T.DIAGNOSING, T.REPAIRING, T.CHECKING)
# In somebody's hands: the planning shows them on his row.
IN_HAND = (T.DIAGNOSING, T.REPAIRING, T.CHECKING)
#: The client may still decide: a quote may be sent and answered here, and a late answer is asked for.
UNDECIDED = (T.DIAGNOSING, T.QUOTED, T.REPAIRING)
#: States in which « Facturer » is proposed.
BILLABLE = (T.CHECKING, T.READY, T.SHIPPING, T.OUT)
MAY_WAIT = (T.DIAGNOSING, T.REPAIRING, T.IN_PROGRESS)
WAITING_FOR: dict[TicketKind, tuple[Waiting, ...]] = {
    TicketKind.REPAIR: tuple(Waiting),
    TicketKind.FLEET: tuple(Waiting),
    TicketKind.SOFTWARE: (Waiting.NONE, Waiting.CLIENT, Waiting.MAKER),
}

# The right each arrival asks for, beyond seeing the ticket; `ticket.work` for the others.
MOVE_RIGHTS: dict[TicketState, str] = {
    T.SHIPPING: "ticket.ship",
    T.OUT: "ticket.hand_over",
    T.CLOSED: "ticket.hand_over",
}


class NextMove(NamedTuple):
    """The filled button of a ticket's page: the most natural move of its state."""

    to: TicketState
    words: str
    icon: str


NEXT_MOVES: dict[TicketState, NextMove] = {
    T.RECEIVED: NextMove(T.DIAGNOSING, "Commencer le diagnostic", "stethoscope"),
    T.DIAGNOSING: NextMove(T.REPAIRING, "Commencer la réparation", "tool"),
    T.REPAIRING: NextMove(T.CHECKING, "Passer au contrôle", "checklist"),
    T.CHECKING: NextMove(T.READY, "Déclarer prêt", "circle-check"),
    T.READY: NextMove(T.OUT, "Remettre", "circle-check"),
    T.SHIPPING: NextMove(T.OUT, "Confirmer la remise", "circle-check"),
    T.OPENED: NextMove(T.IN_PROGRESS, "Prendre en charge", "tool"),
    T.IN_PROGRESS: NextMove(T.SOLVED, "Déclarer résolu", "circle-check"),
    T.SOLVED: NextMove(T.CLOSED, "Fermer", "archive"),
}


def _as(state: TicketState) -> tuple[str, str, str, str]:
    return state.value, state.label, state.icon, state.colour


class BoardColumn(LabelEnum):
    """Columns of the board; « En attente » gathers whatever waits, the others only what does not."""

    RECEIVED = _as(T.RECEIVED)
    DIAGNOSING = _as(T.DIAGNOSING)
    QUOTED = _as(T.QUOTED)
    WAITING = "waiting", "En attente", "package", "terre"
    REPAIRING = _as(T.REPAIRING)
    CHECKING = _as(T.CHECKING)
    READY = _as(T.READY)


COLUMN_STATES: dict[BoardColumn, tuple[TicketState, ...]] = {
    BoardColumn.RECEIVED: (T.RECEIVED, T.OPENED),
    BoardColumn.DIAGNOSING: (T.DIAGNOSING,),
    BoardColumn.QUOTED: (T.QUOTED,),
    BoardColumn.WAITING: MAY_WAIT,
    BoardColumn.REPAIRING: (T.REPAIRING, T.IN_PROGRESS),
    BoardColumn.CHECKING: (T.CHECKING,),
    BoardColumn.READY: (T.READY, T.SOLVED),
}
