"""What came of a back-up."""

from app.core.labels import LabelEnum


class BackupState(LabelEnum):
    """Read from the row: nothing is kept of it."""

    RUNNING = "running", "En cours", "player-play", "bleu"
    DONE = "done", "Faite", "circle-check", "vert"
    FAILED = "failed", "Échouée", "alert-triangle", "rouge"
    REMOVED = "removed", "Retirée", "trash", "gris"


class RehearsalState(LabelEnum):
    """Whether it was put back somewhere to be tried."""

    NONE = "none", "Pas encore répétée", "circle-dashed", "gris"
    GOOD = "good", "Restauration vérifiée", "shield-check", "vert"
    BAD = "bad", "Restauration en défaut", "alert-triangle", "rouge"
