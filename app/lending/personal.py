"""What lending holds on a person: his loans, what went wrong, his certificates."""

from sqlalchemy import or_, select

from app.core.personal import CONTRACTS, PROSPECTS, Holding, Pending, PersonalData, Since
from app.lending.models import (
    Displacement,
    Incident,
    InsuranceCertificate,
    Loan,
    LoanItem,
    LoanReminder,
    LoanRequest,
    LoanSeries,
)
from app.lending.states import OPEN, IncidentState, RequestState
from app.members.models import Guardian

WAITED = (RequestState.WAITING, RequestState.OFFERED)

PERSONAL = PersonalData(
    "loans",
    "Prêts et incidents",
    "Prêter le matériel, prouver sa remise et son état",
    "Exécution du contrat",
    CONTRACTS,
    (
        Holding(
            Loan,
            lambda person: Loan.contact_id == person.contact_id,
            blank=("notes", "signed_name", "signature_file_id", "contract_file_id"),
            plain=("number",),
        ),
        Holding(LoanItem, lambda person: LoanItem.loan_id.in_(person.of(Loan)), blank=("note_back",)),
        Holding(
            Incident,
            lambda person: or_(Incident.contact_id == person.contact_id, Incident.loan_id.in_(person.of(Loan))),
            blank=("note",),
            put={"words": lambda row, _person: f"Incident n° {row.id}"},
        ),
        Holding(InsuranceCertificate, lambda person: InsuranceCertificate.contact_id == person.contact_id, delete=True),
        Holding(Displacement, lambda person: Displacement.item_id.in_(person.of(LoanItem)), blank=("answered_by",)),
        Holding(
            LoanRequest,
            lambda person: LoanRequest.contact_id == person.contact_id,
            put={"state": lambda row, _person: RequestState.CANCELLED if row.state in WAITED else row.state},
        ),
        Holding(LoanSeries, lambda person: LoanSeries.contact_id == person.contact_id, plain=("weekdays",)),
        Holding(LoanReminder, lambda person: LoanReminder.contact_id == person.contact_id),
    ),
    since=(
        Since(Loan.contact_id, Loan.due_at, CONTRACTS),
        Since(Loan.contact_id, Loan.returned_at, CONTRACTS),
        Since(Guardian.adult_id, Loan.due_at, CONTRACTS, Loan.contact_id == Guardian.child_id),
        Since(Guardian.adult_id, Loan.returned_at, CONTRACTS, Loan.contact_id == Guardian.child_id),
        Since(LoanRequest.contact_id, LoanRequest.created_at, PROSPECTS),
    ),
    pending=(
        Pending(
            lambda: select(Loan.contact_id).where(Loan.state.in_(OPEN)),
            "Un prêt n'est pas terminé : enregistrez son retour, ou annulez-le.",
        ),
        Pending(
            lambda: select(Incident.contact_id).where(Incident.state.in_((IncidentState.OPEN, IncidentState.REPAIR))),
            "Un incident n'est pas réglé : décidez de sa suite.",
        ),
        Pending(
            lambda: (
                select(Guardian.adult_id).join(Loan, Loan.contact_id == Guardian.child_id).where(Loan.state.in_(OPEN))
            ),
            "Un enfant qu'il représente a un prêt en cours : enregistrez son retour, ou annulez-le.",
        ),
    ),
)
