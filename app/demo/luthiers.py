"""Three luthiers and a dozen repairs of our instruments: to share, proposed, accepted, in hand, done and billed."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.services import add_user
from app.accounts.states import Role
from app.assets.models import Asset, Family
from app.assets.states import AssetState
from app.contacts.services import add_contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.db import db
from app.demo.team import DOMAIN
from app.planning.queries.bookings import taken
from app.purchasing.services import BillInput, add_bill
from app.purchasing.states import ExpenseKind
from app.repairers import services
from app.repairers.models import Repairer, RepairJob
from app.repairers.queries import active, job_of
from app.repairers.services import ProfileInput, SkillInput
from app.repairers.states import Level
from app.tickets import services as tickets
from app.tickets.models import Ticket
from app.tickets.services import Arrival, DeviceInput, IntakeInput
from app.tickets.states import Outcome, Priority, TicketKind, TicketState

WINDS = ("Clarinette", "Saxophone", "Flûte traversière", "Trompette")
STRINGS = ("Violon", "Alto", "Violoncelle", "Guitare")
# workshop, town, account, name, hours a day, price of an hour in cents, metres, (families, level, days)
LUTHIERS = (
    ("Lutherie Lemoine", "Brignoles", "luthier", "Hugo Lemoine", (5, 5, 0, 5, 5), 4800, 1_500, (STRINGS, Level.REPAIR, 6)),
    ("Atelier Vauban", "Toulon", "luthier2", "Anouk Vauban", (7, 7, 7, 7, 4), 5500, 48_000, (STRINGS, Level.RESTORATION, 10)),
    ("Vents du Sud", "Aix-en-Provence", "luthier3", "Paul Achard", (6, 6, 6, 6, 6), 5200, 57_000, (WINDS, Level.REPAIR, 8)),
)  # fmt: skip
# family, fault, hours, days ago, how far it went, urgent
REPAIRS = (
    ("Violon", "Cheville qui glisse, ne tient plus l'accord", 1, 12, "billed", False),
    ("Clarinette", "Tampons à changer, fuit dans le grave", 4, 10, "billed", False),
    ("Violoncelle", "Âme tombée, chevalet déplacé", 3, 6, "hand", False),
    ("Violon", "Décollement de la table près de la mentonnière", 5, 5, "hand", True),
    ("Saxophone", "Clé de sol dièse tordue après une chute", 3, 5, "hand", False),
    ("Alto", "Touche usée, cordes qui frisent", 4, 3, "accepted", False),
    ("Flûte traversière", "Tampon du do décollé", 1, 3, "accepted", False),
    ("Violon", "Manche démis", 6, 2, "proposed", True),
    ("Guitare", "Frette haute, la corde de mi frise", 2, 1, "proposed", False),
    ("Trompette", "Deuxième piston bloqué", 1, 1, "proposed", False),
    ("Violoncelle", "Pique qui ne se serre plus", 1, 0, "to_share", False),
    ("Accordéon", "Deux notes muettes à la main droite", 3, 0, "to_share", False),
)


def write() -> None:
    """Where repairs are sent out: nothing elsewhere. In a transaction; the clock is told back, nothing is in the future."""
    if not active():
        return
    families = {name: key for key, name in db.session.execute(select(Family.id, Family.name))}
    for luthier in LUTHIERS:
        _luthier(luthier, families)
    desk = db.session.scalars(select(User).where(User.role == Role.DESK).order_by(User.id)).first()
    if desk is None:
        return
    now = clock.now()
    for rank, repair in enumerate(REPAIRS):
        _repair(rank, repair, families, desk, now)


def _luthier(told: tuple, families: dict[str, int]) -> Repairer | None:  # type: ignore[type-arg]
    shop, town, login, name, hours, hourly, metres, (known, level, days) = told
    user = db.session.scalars(select(User).where(User.email == f"{login}@{DOMAIN}")).first()
    if user is None:
        like = db.session.scalars(select(User.password_hash).where(User.email == f"luthier@{DOMAIN}")).first() or ""
        user = add_user(f"{login}@{DOMAIN}", name, Role.REPAIRER, password_hash=like, hours_per_week=sum(hours))
    contact = add_contact(kind=ContactKind.COMPANY, name=shop, email=f"{login}@lutherie.example", town=town)
    skills = [SkillInput(families[one], level, days) for one in known if one in families]
    week = {str(day): 60 * count for day, count in enumerate(hours)}
    return (
        services.add_repairer(ProfileInput(contact.id, user.id, week, hourly, metres, "", skills)) if skills else None
    )


def _repair(rank: int, told: tuple, families: dict[str, int], desk: User, now: datetime) -> None:  # type: ignore[type-arg]
    family, fault, hours, days, how_far, urgent = told
    unit = free_unit(families.get(family, 0), now)
    if unit is None:
        return
    with clock.told_at(now - timedelta(days=days, hours=3)):
        ticket, _new = tickets.take_in(
            IntakeInput(
                form_key=f"demo-luthier-{rank}", kind=TicketKind.FLEET, device=DeviceInput(asset_id=unit.id), fault=fault,
                priority=Priority.URGENT if urgent else Priority.NORMAL,
            ), desk,
        )  # fmt: skip
        job = job_of(ticket.id)
        if job is None:
            return
        services.set_terms(job, ticket, minutes=60 * hours, level=Level.UPKEEP, earliest=None)
        if how_far != "to_share" and job.suggested_id:
            services.entrust(job, ticket, job.suggested_id, by_itself=True)
    _go_on(job, ticket, how_far, now, days)


def _go_on(job: RepairJob, ticket: Ticket, how_far: str, now: datetime, days: int) -> None:
    if how_far not in ("accepted", "hand", "billed") or job.repairer_id is None:
        return
    with clock.told_at(now - timedelta(days=max(days - 1, 0), hours=2)):
        services.accept(job, ticket)
    if how_far in ("hand", "billed"):
        with clock.told_at(now - timedelta(days=max(days - 2, 0), hours=1)):
            tickets.move(ticket, TicketState.DIAGNOSING)
            tickets.move(ticket, TicketState.REPAIRING)
    if how_far == "billed":
        with clock.told_at(now - timedelta(days=2)):
            tickets.move(ticket, TicketState.READY, Arrival(outcome=Outcome.NO_FAULT))
            tickets.move(ticket, TicketState.OUT, Arrival())
            _bill(job, ticket)


def _bill(job: RepairJob, ticket: Ticket) -> None:
    """His invoice, without a file: nobody sends one in a demonstration."""
    repairer = db.session.get_one(Repairer, job.repairer_id)
    gross = repairer.hourly * (ticket.estimated_minutes or 60) // 60
    told = BillInput(
        repairer.contact_id, f"{ticket.number}-F", clock.today(), gross, 0, gross, due_on=clock.today() + timedelta(days=30),
        expense=ExpenseKind.UPKEEP,
    )  # fmt: skip
    job.bill_id, job.cost = add_bill(told).id, gross
    db.session.flush()


def free_unit(family_id: int, now: datetime, until: int = 12) -> Asset | None:
    """A unit of the family that nobody has or is to have from a fortnight ago to so many days from now."""
    span = taken(now - timedelta(days=15), now + timedelta(days=until))
    query = select(Asset).where(Asset.ours, Asset.family_id == family_id, Asset.state == AssetState.IN_USE, ~span)
    return db.session.scalars(query.order_by(Asset.id)).first()
