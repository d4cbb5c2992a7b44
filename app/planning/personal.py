"""What planning holds on a person: when something was booked for him."""

from sqlalchemy import select

from app.core import clock
from app.core.personal import CONTRACTS, Holding, Pending, PersonalData, Since
from app.planning.models import Booking
from app.planning.states import OCCUPYING

PERSONAL = PersonalData(
    "bookings",
    "Réservations",
    "Réserver le matériel et les personnes",
    "Exécution du contrat",
    CONTRACTS,
    (
        Holding(
            Booking,
            lambda person: Booking.contact_id == person.contact_id,
            blank=("label",),
            plain=("kind", "resource", "about_kind"),
        ),
    ),
    since=(Since(Booking.contact_id, Booking.ends_at, CONTRACTS),),
    pending=(
        Pending(
            lambda: select(Booking.contact_id).where(Booking.state.in_(OCCUPYING), Booking.ends_at > clock.now()),
            "Une réservation est à venir ou en cours : annulez-la ou attendez sa fin.",
        ),
    ),
)
