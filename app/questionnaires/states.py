"""Kinds of questions."""

from app.core.labels import LabelEnum


class ItemType(LabelEnum):
    TRISTATE = "tristate", "Oui / Non / Sans objet", "checklist"
    CHOICE = "choice", "Choix", "list"
    MEASURE = "measure", "Mesure avec unité", "ruler"
    TEXT = "text", "Texte", "forms"
    PHOTO = "photo", "Photo", "camera"
    SIGNATURE = "signature", "Signature", "writing-sign"


class Use(LabelEnum):
    """What a questionnaire serves for."""

    PRELIMINARY = "preliminary", "Questions préalables"
    CHECK_IN = "check_in", "Contrôle à l'entrée"
    CHECK_OUT = "check_out", "Contrôle à la sortie"
    SATISFACTION = "satisfaction", "Satisfaction"
    REPORT = "report", "Rapport"
    LOAN_OUT = "loan_out", "État d'un prêt, à la remise"
    LOAN_BACK = "loan_back", "État d'un prêt, au retour"
