"""What a rule does to a price."""

from app.core.labels import LabelEnum


class Effect(LabelEnum):
    PRICE = "price", "Fixe le prix"
    DISCOUNT = "discount", "Réduit d'un pourcentage"
    AMOUNT_OFF = "amount_off", "Réduit d'un montant"


class Season(LabelEnum):
    ANY = "any", "Toute l'année"
    SCHOOL_YEAR = "school_year", "Année scolaire"
    SUMMER = "summer", "Été"
