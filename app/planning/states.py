"""States of a booking; those that occupy, and the legal moves."""

from app.core.labels import LabelEnum
from app.core.state import Machine


class BookingState(LabelEnum):
    HELD = "held", "Retenu", "clock", "gris"
    OPTION = "option", "Option", "help-circle", "bleu"
    CONFIRMED = "confirmed", "Réservé", "calendar-check", "sarc"
    OUT = "out", "Sorti", "arrows-exchange", "bleu"
    OVERDUE = "overdue", "En retard", "clock-exclamation", "rouge"
    MAINTENANCE = "maintenance", "En réparation", "tool", "terre"
    AT_RISK = "at_risk", "Menacé", "alert-triangle", "rouge"
    CANCELLED = "cancelled", "Annulé", "ban", "gris"
    RETURNED = "returned", "Rendu", "arrow-back-up", "gris"


B = BookingState
OCCUPYING = (B.HELD, B.OPTION, B.CONFIRMED, B.OUT, B.OVERDUE, B.MAINTENANCE)

MOVES = {
    B.HELD: (B.OPTION, B.CONFIRMED, B.CANCELLED),
    B.OPTION: (B.CONFIRMED, B.CANCELLED),
    B.CONFIRMED: (B.OUT, B.AT_RISK, B.CANCELLED),
    B.AT_RISK: (B.CONFIRMED, B.CANCELLED),
    B.OUT: (B.RETURNED, B.OVERDUE),
    B.OVERDUE: (B.RETURNED,),
    B.MAINTENANCE: (B.RETURNED, B.CANCELLED),
}
MACHINE: Machine[BookingState] = Machine("booking.moved", MOVES)
