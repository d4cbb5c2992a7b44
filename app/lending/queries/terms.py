"""What is agreed when a thing of a family is lent: its terms, or those of the nearest family above it."""

from dataclasses import dataclass

from app.assets.queries.by_family import ByFamily
from app.lending.models import LendingTerms
from app.lending.states import LatePer, RentPer


@dataclass(frozen=True, slots=True)
class Terms:
    """Amounts in cents with tax, grace and renewals in days; see `LendingTerms`. By default nothing is asked."""

    deposit: int = 0
    insurance: bool = False
    rent_article_id: int | None = None
    rent_per: RentPer = RentPer.LOAN
    late_fee: int = 0
    late_per: LatePer = LatePer.DAY
    late_grace: int = 0
    late_cap: int | None = None
    renewals: int = 0
    renewal_days: int = 14


TERMS = ByFamily("lending_terms", LendingTerms, Terms)


def terms_of(family_id: int | None) -> Terms:
    """The terms of a family."""
    return TERMS.of(family_id)
