"""States of an exchange with a partner, and what made it start."""

from app.core.labels import LabelEnum


class RunState(LabelEnum):
    RUNNING = "running", "En cours", "player-play", "bleu"
    WAITING = "waiting", "En attente", "clock", "ambre"
    DONE = "done", "Terminé", "circle-check", "vert"
    FAILED = "failed", "Arrêté", "alert-triangle", "rouge"


#: Of these there is at most one for an account and a task: the database sees to it.
LIVE = (RunState.RUNNING, RunState.WAITING)


class Origin(LabelEnum):
    RHYTHM = "rhythm", "À son heure", "clock"
    HAND = "hand", "À la main", "hand-click"
    REPLAY = "replay", "Repris depuis le début", "rewind-backward-5"
    MENDED = "mended", "Connexion corrigée", "plug-connected"


class Health(LabelEnum):
    """How a connection fares, as its card says."""

    WORKS = "works", "Fonctionne", "circle-check", "vert"
    WAITS = "waits", "Nouvel essai prévu", "clock", "ambre"
    REFUSED = "refused", "Refusée", "alert-triangle", "rouge"
    UNTRIED = "untried", "Jamais essayée", "circle-dashed", "gris"
    PAUSED = "paused", "En pause", "player-pause", "gris"
