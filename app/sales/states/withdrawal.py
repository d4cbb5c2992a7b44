"""Where a contract with a consumer is concluded, and what takes his right to withdraw away (C. conso. art. L221-1, L221-28)."""

from app.core.labels import LabelEnum


class Concluded(LabelEnum):
    """Only the last two open a right of withdrawal."""

    PREMISES = "premises", "Chez nous, au comptoir", "building-store"
    DISTANCE = "distance", "À distance : en ligne, par courriel, par téléphone", "device-mobile"
    OFF_PREMISES = "off", "Hors de nos locaux : chez le client, sur un salon", "home"


class Exempt(LabelEnum):
    """Why there is none all the same."""

    NONE = "none", "Aucune"
    URGENT = "urgent", "Dépannage urgent à domicile, demandé par le client"
    CUSTOM = "custom", "Bien fait sur mesure ou nettement personnalisé"
