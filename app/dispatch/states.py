"""What a choice of repairer is weighed by."""

from app.core.labels import LabelEnum


class Criterion(LabelEnum):
    """The five criteria of a choice; skills are no criterion but a rule."""

    LATENESS = "lateness", "Retard", "clock", "rouge"
    LOAD = "load", "Charge", "scale", "orange"
    COST = "cost", "Coût", "coin-euro", "bleu"
    DISTANCE = "distance", "Distance", "map-pin", "violet"
    QUALITY = "quality", "Qualité", "star", "vert"
