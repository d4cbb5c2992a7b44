"""Questionnaires."""

from typing import Any

from app.core.db import transaction
from app.questionnaires.items import item_from
from app.questionnaires.models import Questionnaire
from app.questionnaires.services import add_questionnaire
from app.questionnaires.states import Use

EVERY_TYPE: tuple[dict[str, Any], ...] = (
    {"code": "allume", "label": "S'allume", "type": "tristate", "compulsory": True, "bad_answer": "non"},
    {"code": "fuite", "label": "Fuite visible", "type": "tristate", "bad_answer": "oui"},
    {
        "code": "broyeur",
        "label": "Broyeur",
        "type": "choice",
        "choices": ["Normal", "Bruit anormal"],
        "bad_answer": "Bruit anormal",
    },
    {
        "code": "terre",
        "label": "Continuité de terre",
        "type": "measure",
        "unit": "Ω",
        "maximum": "0,3",
        "compulsory": True,
    },
    {"code": "rayures", "label": "Rayures", "type": "text"},
    {"code": "plaque", "label": "Plaque signalétique", "type": "photo", "compulsory": True},
    {"code": "accord", "label": "Accord du client", "type": "signature"},
)


def a_questionnaire(
    *items: dict[str, Any], use: Use = Use.CHECK_IN, name: str = "Contrôle d'une machine à café"
) -> Questionnaire:
    """A questionnaire with these questions, one of each type by default."""
    with transaction():
        return add_questionnaire(name, use, items=[item_from(item) for item in items or EVERY_TYPE])
