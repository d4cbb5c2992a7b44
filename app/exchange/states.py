"""The life of an import."""

from app.core.labels import LabelEnum
from app.core.state import Machine


class ImportState(LabelEnum):
    MAPPING = "mapping", "À préparer", "columns", "gris"
    CHECKING = "checking", "Vérification", "list-check", "bleu"
    REFUSED = "refused", "Arrêté : lignes à corriger", "alert-triangle", "rouge"
    CHECKED = "checked", "Vérifié, rien d'écrit", "eye-check", "sarc"
    WRITING = "writing", "Écriture", "database-import", "bleu"
    DONE = "done", "Terminé", "circle-check", "vert"


S = ImportState
RUNNING = (S.CHECKING, S.WRITING)

MACHINE: Machine[ImportState] = Machine(
    "import.moved",
    {
        S.MAPPING: (S.CHECKING,),
        S.CHECKING: (S.REFUSED, S.CHECKED, S.WRITING),
        S.REFUSED: (S.CHECKING,),
        S.CHECKED: (S.CHECKING,),
        S.WRITING: (S.DONE,),
    },
)
