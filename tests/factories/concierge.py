"""Lodgings, their owners, their mandates and terms by version."""

from datetime import date
from typing import Any

from app.concierge import services
from app.concierge.models import Lodging, MandateTerms, RentalMandate
from app.concierge.queries.mandates import mandate_by_id
from app.concierge.services import MandateInput, OwnerInput
from app.contacts.models import Contact
from app.core.db import transaction
from app.core.settings import change_setting
from app.statements.models import Terms
from tests.factories.assets import a_family
from tests.factories.base import serial
from tests.factories.contacts import a_contact

START = date(2026, 1, 1)


def a_concierge() -> None:
    """A house that lets for owners."""
    with transaction():
        change_setting("concierge.active", True)


def an_owner(**values: Any) -> Contact:
    """Somebody who entrusts us with a lodging."""
    return a_contact(**{"name": f"Propriétaire {serial()}"} | values)


def a_lodging(**values: Any) -> Lodging:
    """A flat with its registration number, without a mandate."""
    number = serial()
    known: dict[str, Any] = {
        "label": f"Le Cabanon {number}", "town": "Cassis", "postcode": "13260", "address": f"{number} rue du Port",
        "registration": f"13022{number:08d}", "sleeps": 4,
    }  # fmt: skip
    if not values.get("asset_id") and not values.get("family_id"):
        known["family_id"] = a_family(name=f"Appartement {number}").id
    with transaction():
        return services.add_lodging(**known | values)


def a_mandate(
    lodging: Lodging | None = None,
    *owners: Contact | tuple[Contact, int],
    since: date = START,
    terms: Terms | None = None,
    **values: Any,
) -> RentalMandate:
    """A mandate from the first of 2026, 20 % of the rent; `owners` alone, or (owner, share in basis points)."""
    given = owners or (an_owner(),)
    shares = [OwnerInput(one.id) if isinstance(one, Contact) else OwnerInput(one[0].id, one[1]) for one in given]
    told = MandateInput(
        since, shares, terms or Terms(since, rate=2000), signed_on=values.pop("signed_on", since), **values
    )
    let = lodging or a_lodging()
    with transaction():
        mandate = services.add_mandate(let, told)
    found = mandate_by_id(mandate.id)
    assert found is not None
    return found


def a_version(mandate: RentalMandate, terms: Terms, reason: str = "") -> MandateTerms:
    """Other terms from their day on."""
    with transaction():
        return services.add_version(mandate, terms, reason)
