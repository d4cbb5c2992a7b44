"""What tickets holds on a person: what he said, what was found, his signatures."""

from sqlalchemy import select

from app.core.personal import CONTRACTS, Holding, Pending, PersonalData, Since
from app.tickets.models import Ticket, TicketLine
from app.tickets.states import FINAL

PERSONAL = PersonalData(
    "tickets",
    "Dossiers de réparation",
    "Réparer, prévenir, prouver la remise et la garantie",
    "Exécution du contrat",
    CONTRACTS,
    (
        Holding(
            Ticket,
            lambda person: Ticket.contact_id == person.contact_id,
            blank=(
                "waiting_note", "dropped_by", "person_to_contact", "accessories", "fault", "extra_work", "diagnosis", "report",
                "external_ref", "tracking", "return_tracking", "ship_to", "signed_name", "exit_signed_name", "facts",
                "form_key", "source_ref", "signature_file_id", "exit_signature_file_id",
            ),
            put={"title": lambda row, _person: f"Dossier {row.number}"},
            plain=("number", "paid_by", "shelf", "carrier", "board_rank"),
        ),
        Holding(
            TicketLine,
            lambda person: TicketLine.ticket_id.in_(person.of(Ticket)),
            put={"label": lambda row, _person: row.kind.label},
            plain=("reference", "unit", "origin"),
        ),
    ),
    since=(Since(Ticket.contact_id, Ticket.touched_at, CONTRACTS),),
    pending=(
        Pending(
            lambda: select(Ticket.contact_id).where(Ticket.state.not_in(FINAL)),
            "Un dossier est en cours : terminez-le ou annulez-le.",
        ),
    ),
)  # fmt: skip
