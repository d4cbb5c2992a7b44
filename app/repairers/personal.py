"""What repairers holds on a person: the profile of one who repairs for us, and what was written about the repairs of a client."""

from sqlalchemy import select

from app.core.personal import CONTRACTS, Holding, Pending, PersonalData
from app.repairers.models import Repairer, RepairJob
from app.repairers.states import JobState
from app.tickets.models import Ticket
from app.tickets.states import FINAL

PERSONAL = PersonalData(
    "repairers",
    "Réparateurs extérieurs",
    "Confier les réparations et suivre leurs délais",
    "Exécution du contrat",
    CONTRACTS,
    (
        Holding(Repairer, lambda person: Repairer.contact_id == person.contact_id, blank=("notes",), plain=("hours",)),
        Holding(
            RepairJob,
            lambda person: RepairJob.ticket_id.in_(person.of(Ticket)),
            blank=("quote_note",),
            plain=("why", "refused"),
        ),
    ),
    pending=(
        Pending(
            lambda: (
                select(Repairer.contact_id)
                .join(RepairJob, RepairJob.repairer_id == Repairer.id)
                .join(Ticket, Ticket.id == RepairJob.ticket_id)
                .where(RepairJob.state.in_((JobState.PROPOSED, JobState.ACCEPTED)), Ticket.state.not_in(FINAL))
            ),
            "Une réparation lui est confiée : reprenez-la, ou attendez sa fin.",
        ),
    ),
)
