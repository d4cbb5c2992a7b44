"""Profiles of outside repairers, written by the manager; lead times and absences, by the repairer himself too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError

from app.accounts import services as accounts
from app.accounts.models import User
from app.accounts.queries import allowed, user_by_email
from app.accounts.states import Role
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.planning import services as planning
from app.planning.models import Booking
from app.repairers.models import Repairer, RepairerSkill
from app.repairers.queries.profiles import ABSENCE
from app.repairers.states import Level

LONGEST = 366


@dataclass(frozen=True, slots=True)
class SkillInput:
    """A family that he repairs. `price` in cents with tax, None when by the hour."""

    family_id: int
    level: Level = Level.REPAIR
    lead_days: int = 0
    price: int | None = None


@dataclass(frozen=True, slots=True)
class ProfileInput:
    """What the manager typed. `hours`: minutes by weekday, Monday is "0"; `hourly` in cents with tax; `metres` None: unknown."""

    contact_id: int
    user_id: int
    hours: dict[str, int] = field(default_factory=dict)
    hourly: int = 0
    metres: int | None = None
    notes: str = ""
    skills: Sequence[SkillInput] = ()


def add_repairer(told: ProfileInput, *, by: User | None = None) -> Repairer:
    """A new profile; its contact becomes a supplier. Without an account, who adds him (`by`) invites him at his address.

    Raises DomainError, Conflict when somebody made it meanwhile.
    """
    require_transaction()
    if not told.user_id and by is not None:
        told = replace(told, user_id=_invited(told.contact_id, by))
    contact = _checked(told)
    contact.supplier = True
    repairer = Repairer(contact_id=told.contact_id, contact=contact, user_id=told.user_id, skills=[])
    try:
        with db.session.begin_nested():
            _write(repairer, told)
            db.session.add(repairer)
            db.session.flush()
    except IntegrityError:
        raise Conflict(
            _("Ce fournisseur ou ce compte a déjà un profil de réparateur. Ouvrez-le dans la liste.")
        ) from None
    record(repairer, "repairer.added", name=contact.name)
    return repairer


def _invited(contact_id: int, by: User) -> int:
    contact = db.session.get(Contact, contact_id)
    if contact is None or not allowed(by, "user.manage"):
        raise DomainError(_("Choisissez le compte avec lequel il se connecte."), field="user_id")
    if not contact.email:
        raise DomainError(
            _("Notez d'abord le courriel de %(name)s sur sa fiche : il y reçoit son invitation.", name=contact.name), field="contact_id"
        )  # fmt: skip
    if user_by_email(contact.email) is not None:
        raise DomainError(
            _("L'adresse %(email)s a déjà un compte : choisissez-le.", email=contact.email), field="user_id"
        )
    user, token = accounts.invite(contact.email, contact.name, Role.REPAIRER, by=by)
    accounts.send_invitation(user, token)
    return user.id


def change_repairer(repairer: Repairer, told: ProfileInput) -> None:
    """Correct a profile. Raises DomainError."""
    require_transaction()
    contact = _checked(told)
    repairer.contact_id, repairer.user_id = told.contact_id, told.user_id
    try:
        with db.session.begin_nested():
            _write(repairer, told)
            db.session.flush()
    except IntegrityError:
        raise Conflict(_("Ce fournisseur ou ce compte a déjà un autre profil de réparateur.")) from None
    record(repairer, "repairer.changed", name=contact.name)


def _checked(told: ProfileInput) -> Contact:
    contact = db.session.get(Contact, told.contact_id)
    if contact is None or contact.archived_at is not None:
        raise DomainError(_("Choisissez le fournisseur qui répare."), field="contact_id")
    if db.session.get(User, told.user_id) is None:
        raise DomainError(_("Choisissez le compte avec lequel il se connecte."), field="user_id")
    families = [skill.family_id for skill in told.skills]
    if len(set(families)) < len(families):
        raise DomainError(_("Une famille est donnée deux fois. Retirez l'une des deux lignes."), field="skills")
    return contact


def _write(repairer: Repairer, told: ProfileInput) -> None:
    repairer.hours = {day: minutes for day, minutes in told.hours.items() if minutes > 0}
    repairer.hourly, repairer.metres, repairer.notes = told.hourly, told.metres, told.notes.strip()
    known = {skill.family_id: skill for skill in repairer.skills}
    wanted = []
    for skill in told.skills:
        row = known.get(skill.family_id) or RepairerSkill(family_id=skill.family_id)
        row.level, row.lead_days, row.price = skill.level, skill.lead_days, skill.price
        wanted.append(row)
    repairer.skills = wanted


def archive(repairer: Repairer, *, gone: bool) -> None:
    """He works for us no more, or again. What he has accepted stays his until it is taken back."""
    require_transaction()
    repairer.archived_at = clock.now() if gone else None
    record(repairer, "repairer.gone" if gone else "repairer.back")


def set_leads(repairer: Repairer, days: Mapping[int, int]) -> None:
    """His usual lead time of some of his families ({family: calendar days}), as he says himself."""
    require_transaction()
    changed = [skill for skill in repairer.skills if days.get(skill.family_id, skill.lead_days) != skill.lead_days]
    for skill in changed:
        skill.lead_days = days[skill.family_id]
    if changed:
        said = ", ".join(_("%(family)s %(days)s j", family=one.family.name, days=one.lead_days) for one in changed)
        record(repairer, "repairer.leads", what=said)
        db.session.flush()


def add_absence(repairer: Repairer, first: date, last: date, label: str) -> Booking:
    """Days when he does not work, both included: an absence of the planning. Raises DomainError, Conflict."""
    if last < first:
        raise DomainError(_("Le dernier jour vient avant le premier. Échangez-les."), field="last_day")
    if last < clock.today():
        raise DomainError(_("Ces jours sont passés. Choisissez-en d'autres."), field="first_day")
    if (last - first).days > LONGEST:
        raise DomainError(_("Une absence dure un an au plus. Vérifiez les années."), field="last_day")
    start, end = clock.start_of(first), clock.start_of(last + timedelta(days=1))
    words = label.strip() or _("Fermeture")
    booking = planning.book_user(repairer.user, start, end, kind=ABSENCE, label=words)
    record(repairer, "repairer.closed", when=_days(first, last), label=words)
    return booking


def _days(first: date, last: date) -> str:
    if first == last:
        return clock.card_date(first)
    return _("du %(a)s au %(b)s", a=clock.card_date(first), b=clock.card_date(last))


def drop_absence(repairer: Repairer, booking: Booking) -> None:
    """He works on those days after all."""
    planning.cancel(booking)
    record(repairer, "repairer.open", label=booking.label)
