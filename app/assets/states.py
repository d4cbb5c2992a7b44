"""Kinds of custom fields, states of a unit."""

from app.core.labels import LabelEnum


class FieldType(LabelEnum):
    TEXT = "text", "Texte court"
    LONG = "long", "Texte long"
    INTEGER = "integer", "Nombre entier"
    DECIMAL = "decimal", "Nombre décimal"
    AMOUNT = "amount", "Montant"
    DATE = "date", "Date"
    BOOLEAN = "boolean", "Oui ou non"
    CHOICE = "choice", "Choix"


class AssetState(LabelEnum):
    IN_USE = "in_use", "En service", "circle-check", "vert"
    OUT_OF_USE = "out_of_use", "Hors service", "ban", "gris"
    LOST = "lost", "Perdu", "alert-triangle", "rouge"
