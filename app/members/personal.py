"""What members holds on a person: his profile, his homes, his memberships, his proofs."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.personal import CONTRACTS, Holding, Pending, Person, PersonalData, Since
from app.members.models import Guardian, Household, HouseholdMember, Member, Membership, Proof, Season
from app.members.states import MembershipState


def _home(row: Household, _person: Person) -> str:
    return f"Foyer n° {row.id}"


def _unless_another_pays(name: str) -> Callable[[Household, Person], str]:
    """A home whose payer is somebody else keeps its address: it is his too."""

    def emptied(row: Household, person: Person) -> str:
        return "" if row.payer_id in (None, person.contact_id) else str(getattr(row, name))

    return emptied


_mate = aliased(HouseholdMember)
OF_HIS_CHILD = Membership.contact_id == Guardian.child_id
OF_HIS_HOME = (_mate.household_id == HouseholdMember.household_id) & (Membership.contact_id == _mate.contact_id)
RUNNING = (MembershipState.ASKED, MembershipState.TO_PAY, MembershipState.ACTIVE)


def _in_force() -> ColumnElement[bool]:
    seasons = select(Season.id).where(Season.last_day >= clock.today())
    return Membership.state.in_(RUNNING) & Membership.season_id.in_(seasons)


PERSONAL = PersonalData(
    "members",
    "Adhérents, foyers et justificatifs",
    "Tenir les adhésions, joindre les familles, appliquer les tarifs",
    "Exécution du contrat",
    CONTRACTS,
    (
        Holding(
            Member,
            lambda person: Member.contact_id == person.contact_id,
            blank=("category", "born_on", "suspended_until", "suspension"),
        ),
        Holding(
            Household,
            lambda person: or_(
                Household.payer_id == person.contact_id,
                Household.id.in_(
                    select(HouseholdMember.household_id).where(HouseholdMember.contact_id == person.contact_id)
                ),
            ),
            put={
                "name": _home,
                "address": _unless_another_pays("address"),
                "postcode": _unless_another_pays("postcode"),
                "town": _unless_another_pays("town"),
            },
        ),
        Holding(HouseholdMember, lambda person: HouseholdMember.contact_id == person.contact_id, delete=True),
        Holding(
            Guardian,
            lambda person: or_(Guardian.child_id == person.contact_id, Guardian.adult_id == person.contact_id),
            delete=True,
        ),
        Holding(
            Membership,
            lambda person: or_(Membership.contact_id == person.contact_id, Membership.payer_id == person.contact_id),
            blank=("why",),
        ),
        Holding(
            Proof,
            lambda person: Proof.contact_id == person.contact_id,
            blank=("file_id", "reason", "bracket_from", "bracket_below"),
            plain=("checked_by",),
        ),
    ),
    since=(
        Since(Membership.contact_id, Season.last_day, CONTRACTS, Membership.season_id == Season.id),
        Since(Membership.payer_id, Season.last_day, CONTRACTS, Membership.season_id == Season.id),
        Since(Guardian.adult_id, Season.last_day, CONTRACTS, OF_HIS_CHILD & (Membership.season_id == Season.id)),
        Since(
            HouseholdMember.contact_id, Season.last_day, CONTRACTS, OF_HIS_HOME & (Membership.season_id == Season.id)
        ),
    ),
    pending=(
        Pending(
            lambda: select(Membership.contact_id).where(_in_force()),
            "Une adhésion est en cours : annulez-la, ou attendez la fin de la saison.",
        ),
        Pending(
            lambda: select(Membership.payer_id).where(_in_force()),
            "Il paie une adhésion en cours : annulez-la, ou attendez la fin de la saison.",
        ),
        Pending(
            lambda: select(Guardian.adult_id).where(OF_HIS_CHILD, _in_force()),
            "Il représente un enfant inscrit cette saison : désignez un autre représentant et retirez-le, ou annulez l'adhésion.",
        ),
        Pending(
            lambda: select(Household.payer_id).where(
                Household.archived_at.is_(None),
                Household.id == HouseholdMember.household_id,
                HouseholdMember.contact_id != Household.payer_id,
            ),
            "Il paie pour un foyer où vivent d'autres personnes : désignez un autre payeur, ou retirez-les du foyer.",
        ),
    ),
)
