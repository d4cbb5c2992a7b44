"""Why things move, and how far a reservation or a count is."""

from app.core.labels import LabelEnum
from app.core.state import Machine


class PlaceKind(LabelEnum):
    SHOP = "shop", "Magasin", "building-store"
    WORKSHOP = "workshop", "Atelier", "tools"
    VAN = "van", "Véhicule", "truck"
    QUARANTINE = "quarantine", "À trier", "alert-triangle"


class MoveKind(LabelEnum):
    RECEIPT = "receipt", "Réception", "package-import", "vert"
    SALE = "sale", "Vente", "shopping-cart", "bleu"
    USE = "use", "Posé sur un dossier", "tool", "violet"
    RETURN = "return", "Retour", "arrow-back-up", "sarc"
    SCRAP = "scrap", "Rebut", "trash", "rouge"
    TRANSFER = "transfer", "Transfert", "transfer", "gris"
    COUNT = "count", "Inventaire", "clipboard-check", "ambre"
    OPENING = "opening", "Stock de départ", "flag", "gris"


class ReservationState(LabelEnum):
    WAITING = "waiting", "À commander", "hourglass", "ambre"
    HELD = "held", "Réservé", "lock", "bleu"
    TAKEN = "taken", "Sorti du stock", "check", "vert"
    RELEASED = "released", "Libéré", "lock-open", "gris"


class CountState(LabelEnum):
    OPEN = "open", "En cours", "clipboard-list", "bleu"
    CLOSED = "closed", "Validé", "clipboard-check", "vert"
    ABANDONED = "abandoned", "Abandonné", "ban", "gris"


R = ReservationState
RESERVATIONS: Machine[ReservationState] = Machine(
    "stock.reservation_moved",
    {R.WAITING: (R.HELD, R.RELEASED), R.HELD: (R.TAKEN, R.RELEASED, R.WAITING), R.TAKEN: (R.RELEASED,)},
)
COUNTS: Machine[CountState] = Machine("stock.count_moved", {CountState.OPEN: (CountState.CLOSED, CountState.ABANDONED)})
