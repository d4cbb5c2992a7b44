"""States of a repair sent out, the levels of a skill, what happens without an answer."""

from app.core.labels import LabelEnum
from app.core.state import Machine
from app.tickets.states import AHEAD, TicketState


class JobState(LabelEnum):
    TO_SHARE = "to_share", "À confier", "users", "ambre"
    PROPOSED = "proposed", "Proposée", "send", "bleu"
    ACCEPTED = "accepted", "Acceptée", "user-check", "vert"
    KEPT = "kept", "Gardée chez nous", "building", "gris"


class Level(LabelEnum):
    """How hard a repair is, how far a repairer goes: compared as numbers."""

    UPKEEP = "1", "Entretien, réglage"
    REPAIR = "2", "Réparation"
    RESTORATION = "3", "Restauration"


class QuoteState(LabelEnum):
    SENT = "sent", "Devis à accepter", "hourglass", "ambre"
    AGREED = "agreed", "Devis accepté", "circle-check", "vert"
    REFUSED = "refused", "Devis refusé", "ban", "rouge"


class Silence(LabelEnum):
    """What happens when a repairer does not answer."""

    TASK = "task", "Une tâche pour l'accueil"
    NEXT = "next", "La réparation est proposée au suivant"


class Tab(LabelEnum):
    """The parts of a repairer's work list."""

    PROPOSED = "proposees", "À accepter", "send"
    ACCEPTED = "acceptees", "À faire", "user-check"
    IN_HAND = "en-cours", "En cours", "tool"
    DONE = "terminees", "Terminées", "circle-check"


J = JobState
#: Somebody has it, or will: what the sharing looks at.
OPEN = (J.TO_SHARE, J.PROPOSED, J.ACCEPTED)
#: Not accepted yet: what « Rééquilibrer » may move.
LOOSE = (J.TO_SHARE, J.PROPOSED)
#: In a repairer's hands, or offered to him.
HELD = (J.PROPOSED, J.ACCEPTED)
#: States of a ticket in which there is still work to give.
WORKING = (*AHEAD, TicketState.QUOTED)
#: The work has not begun: he may still give it back.
NOT_BEGUN = (TicketState.RECEIVED,)

JOBS: Machine[JobState] = Machine(
    "repair_job.moved",
    {
        J.TO_SHARE: (J.PROPOSED, J.KEPT),
        J.PROPOSED: (J.ACCEPTED, J.PROPOSED, J.TO_SHARE, J.KEPT),
        J.ACCEPTED: (J.PROPOSED, J.TO_SHARE, J.KEPT),
        J.KEPT: (J.TO_SHARE,),
    },
)
