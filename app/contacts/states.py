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
    FETCH = "fetch", "Retirer et rendre pour l'enfant"
    SIGN = "sign", "Signer pour l'enfant"
    TOLD = "told", "Être prévenu pour l'enfant"
    PHOTOS = "photos", "Photos et vidéos de l'enfant"


#: Given by a person for himself; the others, by a legal representative about a child.
FOR_ONESELF = (Purpose.REPAIR, Purpose.DEPOSIT, Purpose.USED_PARTS, Purpose.NEWS, Purpose.DATA_BACKUP)
