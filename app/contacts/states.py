"""What a contact may be."""

from app.core.labels import LabelEnum


class ContactKind(LabelEnum):
    PERSON = "person", "Particulier", "user"
    COMPANY = "company", "Société", "building"
    ASSOCIATION = "association", "Association", "users"


class Purpose(LabelEnum):
    """What a person may consent to."""

    REPAIR = "repair", "Suivi de la réparation"
    DEPOSIT = "deposit", "Conditions de dépôt"
    USED_PARTS = "used_parts", "Pièces d'occasion ou reconditionnées"
    NEWS = "news", "Nouvelles de l'organisation"
    DATA_BACKUP = "data_backup", "Sauvegarde des données"
