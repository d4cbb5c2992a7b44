"""What documents holds on a person: the files attached to his records."""

from app.core.personal import AROUND, CONTRACTS, Holding, PersonalData
from app.documents.models import Attachment

PERSONAL = PersonalData(
    "files",
    "Photos et pièces jointes",
    "Prouver l'état des matériels et garder les pièces des dossiers",
    "Exécution du contrat",
    CONTRACTS,
    (
        Holding(
            Attachment,
            lambda person: person.about(Attachment.subject_kind, Attachment.subject_id),
            delete=True,
            plain=("subject_kind", "point", "topic"),
            step=AROUND,
        ),
    ),
)
