"""What questionnaires gives the house."""

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.revisions import follow
from app.core.settings_pages import declare_settings_page
from app.questionnaires import views
from app.questionnaires.models import Questionnaire, QuestionnaireItem
from app.questionnaires.personal import PERSONAL


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    follow("questionnaires", Questionnaire, QuestionnaireItem)
    app.register_blueprint(views.bp)
    declare_permissions(Permission(views.RIGHT, "Modifier les questionnaires", "Réglages", ("gerant",)))
    declare_settings_page(
        "questionnaires", "Questionnaires", "Contrôles à l'entrée et à la sortie, questions préalables, satisfaction.",
        "checklist", "questionnaires.index", views.RIGHT, 40, "Métier",
    )  # fmt: skip
    declare_verbs(
        Verb("questionnaire.added", "Questionnaire créé", "plus", "vert"),
        Verb(
            "questionnaire.changed", "Questionnaire modifié", "pencil", "bleu",
            detail=lambda facts: _("version %(version)s, %(n)s questions", version=facts["version"], n=facts["questions"]),
        ),
        Verb("questionnaire.archived", "Questionnaire archivé", "archive"),
        Verb("questionnaire.restored", "Questionnaire restauré", "arrow-back-up", "vert"),
        Verb(
            "questionnaire.answered", "Questionnaire rempli", "checklist", "sarc",
            title=lambda facts: facts["name"],
            detail=lambda facts: _("terminé") if facts["complete"] else _("enregistré, à compléter"),
        ),
    )  # fmt: skip
