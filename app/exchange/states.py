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


class PriceMode(LabelEnum):
    """What a new purchase price does to the selling price."""

    KEEP_MARGIN = "margin", "Garder la marge", "percentage", "bleu"
    KEEP_PRICE = "price", "Garder le prix de vente", "lock", "gris"


class PriceVerdict(LabelEnum):
    """What a line of a supplier's list does."""

    UP = "up", "En hausse", "trending-up", "ambre"
    DOWN = "down", "En baisse", "trending-down", "vert"
    SAME = "same", "Inchangé", "equal", "gris"
    UNKNOWN = "unknown", "Pas au catalogue", "help-circle", "gris"
    REFUSED = "refused", "Illisible", "alert-triangle", "rouge"
    LEFT = "left", "Laissé : modifié depuis", "user-edit", "rouge"


CHANGING = (PriceVerdict.UP, PriceVerdict.DOWN)


class PriceState(LabelEnum):
    """The life of a supplier's price list."""

    MAPPING = "mapping", "À préparer", "columns", "gris"
    COMPARING = "comparing", "Comparaison", "list-check", "bleu"
    COMPARED = "compared", "Comparé, rien d'écrit", "eye-check", "sarc"
    APPLYING = "applying", "Mise à jour", "database-import", "bleu"
    DONE = "done", "Terminé", "circle-check", "vert"


P = PriceState
PRICES_RUNNING = (P.COMPARING, P.APPLYING)

PRICES: Machine[PriceState] = Machine(
    "prices.moved",
    {
        P.MAPPING: (P.COMPARING,),
        P.COMPARING: (P.COMPARED, P.MAPPING),
        P.COMPARED: (P.COMPARING, P.APPLYING),
        P.APPLYING: (P.DONE,),
    },
)
