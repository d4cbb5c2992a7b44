"""What questionnaires holds on a person: his answers, and those noted about his things."""

from app.core.personal import ABOUT, CONTRACTS, Holding, PersonalData
from app.questionnaires.models import Response

PERSONAL = PersonalData(
    "answers",
    "Réponses aux questionnaires",
    "Contrôler les matériels et connaître la satisfaction",
    "Exécution du contrat",
    CONTRACTS,
    (
        Holding(
            Response,
            lambda person: person.about(Response.subject_kind, Response.subject_id),
            blank=("answers", "by"),
            plain=("subject_kind", "form"),
            step=ABOUT,
        ),
    ),
)
