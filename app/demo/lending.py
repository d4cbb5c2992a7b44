"""What happens to a school's loans: terms and reminders, things broken, a luthier who is late, people who wait, papers kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.states import Role
from app.assets.models import Family
from app.assets.queries import family_named
from app.assets.services import add_asset, add_family
from app.catalog.services import add_article, families_at
from app.catalog.states import ArticleKind
from app.contacts.models import Contact
from app.core import clock
from app.core.actor import Actor, acting_as
from app.core.db import db
from app.core.revisions import forget_all
from app.core.subject import subject_of
from app.demo.luthiers import free_unit
from app.demo.plan import Plan
from app.demo.stage import THEIRS
from app.documents import services as files
from app.documents.states import FileKind
from app.lending import services
from app.lending.models import Loan
from app.lending.queries.one import WHOLE
from app.lending.queries.repeating import Rule
from app.lending.queries.series import preview
from app.lending.queries.terms import Terms
from app.lending.services import incidents, insurance, line, reminders, series
from app.lending.services.terms import set_terms
from app.lending.states import Every, IncidentState, LatePer, LoanState, RentPer, Teller
from app.members.models import Membership
from app.members.queries import enabled
from app.members.queries.people import wards_of
from app.members.states import MembershipState
from app.payments.services import deposits
from app.payments.states import Method
from app.repairers import services as luthiers
from app.repairers.models import Repairer
from app.repairers.queries import job_of
from app.repairers.states import Level
from app.tickets import services as tickets
from app.tickets.services import DeviceInput, IntakeInput
from app.tickets.states import TicketKind, TicketState

DESK = Actor("system", None, "Nadia Belkacem")
TOLD = 12  # recipients of this morning
DEPOSIT, LATE_FEE, LATE_CAP, RENT = 30_000, 200, 3_000, 1_250
HARP, WAITING, REFUSED = "Harpe celtique", 2, (150, 92, 61, 40, 12)
HARP_OUT = ((880, 190), (660, 150), (480, 160), (300, 270))  # days ago when it left, and for how many
WORKSHOP, WEDNESDAY, DATES = "Atelier du mercredi", 2, 8
BROKEN = "La corde de la a cassé et le chevalet a bougé."
WORN = "Tampon qui colle, le si bémol ne sort plus."
MISSING = "Boîte ouverte, bec manquant."
REASON = "La colle n'a pas pris, je dois refaire le serrage."


def write(plan: Plan) -> None:
    """All of it, in the caller's transaction, once loans, members and luthiers are written; nothing where nobody is a member."""
    if not enabled():
        return
    now = plan.now
    with acting_as(DESK):
        _terms()
        family = add_family(name=HARP, icon="music")
        forget_all()  # what this transaction wrote counts for others at its end only
        people = _people(plan)
        _harp(family, people, now)
        _series(people[3], now)
        _offered(people[6], now)
        _late_repair(people[7], now)
        _incidents(now)
        _papers(now)
        _remind(now)


def _terms() -> None:
    """Rent by the month; a deposit and a certificate for violins and cellos."""
    family = families_at({"Musique > Location"})
    rent = add_article(
        kind=ArticleKind.SERVICE, family_id=next(iter(family.values())), vat_code="normal", reference="LOCATION", label="Location d'un instrument",
        unit="mois", price=RENT,
    )  # fmt: skip
    plain = Terms(
        rent_article_id=rent.id, rent_per=RentPer.MONTH, late_fee=LATE_FEE, late_per=LatePer.DAY, late_grace=2, late_cap=LATE_CAP,
        renewals=1, renewal_days=28,
    )  # fmt: skip
    set_terms(None, plain)
    for name, terms in (
        ("Violoncelle", replace(plain, deposit=DEPOSIT, insurance=True)), ("Violon", replace(plain, deposit=DEPOSIT // 2, insurance=True)),
        ("Archet", Terms(renewals=1, renewal_days=28)), ("Étui", Terms(renewals=1, renewal_days=28)),
    ):  # fmt: skip
        known = family_named(name)
        if known is not None:
            set_terms(known.id, terms)


def _people(plan: Plan) -> Sequence[Contact]:
    """Adults in order who have nothing out: they may book."""
    theirs = {row["contact_id"] for row in plan.tables["loan"] if row["state"] != LoanState.RETURNED}
    query = (
        select(Contact)
        .join(Membership, Membership.contact_id == Contact.id)
        .where(Membership.state == MembershipState.ACTIVE, Contact.email != "", Contact.id.not_in(_first(plan)))
        .order_by(Contact.id)
    )
    return [contact for contact in db.session.scalars(query.limit(200)) if contact.id not in theirs][:8]


def _first(plan: Plan) -> list[int]:
    """Accounts of the sign-in page, and those whose invoices may be late."""
    return [row["id"] for row in plan.tables["contact"][:20]]


# --- more wanted than there is ------------------------------------------------------------------------------------------


def _harp(family: Family, people: Sequence[Contact], now: datetime) -> None:
    """One harp: lent, waited for, refused many times over the year."""
    unit = add_asset(
        family_id=family.id, label=f"{HARP} n° H001", brand="Sourgue", ours=True, inventory_number="H001", value=240_000,
        shelf="D1", bought_on=(now - timedelta(days=900)).date(),
    )  # fmt: skip
    today = clock.local(now).date()
    for contact, (ago, days) in zip(people, HARP_OUT, strict=False):
        with clock.told_at(now - timedelta(days=ago)):
            loan = services.lend_now(
                contact, [unit], clock.at(today + timedelta(days=days - ago), 18), despite=WORKSHOP
            )
        with clock.told_at(clock.at(today + timedelta(days=days - ago), 16)):
            services.take_back(loan, loan.items)
    with clock.told_at(now - timedelta(days=20)):
        services.lend_now(people[0], [unit], clock.at(today + timedelta(days=45), 18))
    for rank, days in enumerate(REFUSED):
        with clock.told_at(now - timedelta(days=days)):
            line.note_refusal(family.id, clock.now() + timedelta(days=2), clock.now() + timedelta(days=20 + rank))
    for rank, contact in enumerate(people[1 : 1 + WAITING]):
        with clock.told_at(now - timedelta(days=6 - 3 * rank)):
            line.join(
                contact, family.id, clock.at(today + timedelta(days=8), 9), clock.at(today + timedelta(days=36), 18)
            )


def _series(contact: Contact, now: datetime) -> None:
    """The same sound system every Wednesday afternoon, eight times."""
    desk = db.session.scalars(select(User).where(User.role == Role.DESK).order_by(User.id)).first()
    family = family_named("Sonorisation")
    unit = free_unit(family.id, now, until=7 * (DATES + 1)) if family is not None else None
    if unit is None or desk is None:
        return
    today = clock.local(now).date()
    first = today + timedelta(days=1 + (WEDNESDAY - 1 - today.weekday()) % 7)
    rule = Rule(Every.WEEK, (WEDNESDAY,), times=DATES)
    with clock.told_at(now - timedelta(days=3)):
        dates = preview([unit], series.periods(rule, clock.at(first, 14), clock.at(first, 18), [unit]))
        kept = series.Kept([(slot, slot.units) for slot in dates if slot.bookable and not slot.closed])
        series.reserve_series(contact, services.Wish([unit], despite=WORKSHOP), kept, rule, desk, notes=WORKSHOP)


def _offered(contact: Contact, now: datetime) -> None:
    """One who waited for a clarinet is offered one since this morning."""
    family, today = family_named("Clarinette"), clock.local(now).date()
    if family is not None:
        with clock.told_at(now - timedelta(hours=2)):
            asked = line.join(
                contact, family.id, clock.at(today + timedelta(days=5), 9), clock.at(today + timedelta(days=19), 18)
            )
            line.look_at(asked)


# --- broken -----------------------------------------------------------------------------------------------------------


def _late_repair(contact: Contact, now: datetime) -> None:
    """A violin at a luthier who says he is late: who was to have it is offered another one, and has not answered."""
    desk = db.session.scalars(select(User).where(User.role == Role.DESK).order_by(User.id)).first()
    repairer = db.session.scalars(select(Repairer).order_by(Repairer.id)).first()
    family = family_named("Violon")
    unit = free_unit(family.id, now, until=24) if family is not None else None
    if desk is None or repairer is None or unit is None:
        return
    today = clock.local(now).date()
    with clock.told_at(now - timedelta(days=6)):
        told = IntakeInput(
            form_key="demo-late", kind=TicketKind.FLEET, device=DeviceInput(asset_id=unit.id), fault=BROKEN
        )
        ticket, _new = tickets.take_in(told, desk)
        job = job_of(ticket.id)
        if job is None:
            return
        luthiers.set_terms(job, ticket, minutes=180, level=Level.REPAIR, earliest=None)
        luthiers.entrust(job, ticket, repairer.id, by_itself=True)
    with clock.told_at(now - timedelta(days=5)):
        luthiers.accept(job, ticket, today + timedelta(days=2))
        tickets.move(ticket, TicketState.DIAGNOSING)
        tickets.move(ticket, TicketState.REPAIRING)
    with clock.told_at(now - timedelta(days=4)):
        services.reserve(
            contact, [unit], clock.at(today + timedelta(days=4), 16), clock.at(today + timedelta(days=22), 18)
        )
    with clock.told_at(now - timedelta(hours=1)):
        luthiers.announce_delay(job, ticket, today + timedelta(days=9), REASON)


def _incidents(now: datetime) -> None:
    """One told by its borrower last night, one decided, one that was nothing."""
    desk = db.session.scalars(select(User).where(User.role == Role.DESK).order_by(User.id)).first()
    out = _loan_of(THEIRS[2][0], LoanState.OUT)
    if out is not None:
        with clock.told_at(now - timedelta(hours=15)):
            incidents.tell(out.items[0].asset, BROKEN, Teller.BORROWER, item=out.items[0], loan=out)
    family = family_named("Clarinette")
    unit = free_unit(family.id, now) if family is not None else None
    if unit is None or desk is None:
        return
    with clock.told_at(now - timedelta(days=30)):
        nothing = incidents.tell(unit, MISSING, Teller.DESK)
        incidents.decide(nothing, IncidentState.NOTHING, desk, note="Retrouvée sur l'étagère.")
    with clock.told_at(now - timedelta(hours=4)):
        incidents.decide(incidents.tell(unit, WORN, Teller.DESK), IncidentState.REPAIR, desk)


def _loan_of(contact_id: int, state: LoanState) -> Loan | None:
    """The newest of somebody, or of a child he represents, whole."""
    ids = [row[0] for row in wards_of(contact_id)]
    query = select(Loan).where(Loan.contact_id.in_(ids), Loan.state == state).order_by(Loan.id.desc())
    return db.session.scalars(query.options(*WHOLE)).unique().first()


# --- papers and messages ----------------------------------------------------------------------------------------------


def _papers(now: datetime) -> None:
    """What the first family gave for its violin: a cheque and the certificate of its insurance."""
    loan = _loan_of(THEIRS[0][0], LoanState.OUT)
    if loan is None:
        return
    payer = db.session.get_one(Contact, THEIRS[0][0])
    with clock.told_at(loan.starts_at):
        deposit = deposits.ask(payer, DEPOSIT // 2, Method.CHEQUE, about=subject_of(loan))
        deposits.hold(deposit, clock.today(), "0098124")
        ready = files.prepare(_certificate(payer.name), "attestation.pdf", FileKind.DOCUMENT)
        file = files.keep(ready, by=payer.name)
        insurance.give_certificate(loan, file, clock.local(now).date() + timedelta(days=200))


def _certificate(name: str) -> bytes:
    page = Image.new("RGB", (827, 1169), "white")
    draw = ImageDraw.Draw(page)
    for rank, text in enumerate(
        ("Attestation d'assurance", "Responsabilité civile et instruments", name, "Modèle de démonstration")
    ):
        draw.text((90, 120 + rank * 70), text, fill="black", font=ImageFont.load_default(36 if rank == 0 else 26))
    out = BytesIO()
    page.save(out, "PDF")
    return out.getvalue()


def _remind(now: datetime) -> None:
    """This morning's first reminders have left; the job sends the others."""
    today = clock.local(now).date()
    with clock.told_at(min(now, clock.at(today, 8))):
        reminders.send(reminders.planned(today)[:TOLD], today)
