"""Journals."""

from app.core.labels import LabelEnum


class Journal(LabelEnum):
    SALES = "VT", "Ventes"
    PURCHASES = "AC", "Achats"
    BANK = "BQ", "Banque"
    CASH = "CA", "Caisse"
    MISC = "OD", "Opérations diverses"
    OPENING = "AN", "À-nouveaux"
