"""The tourist tax of a stay (CGCT L2333-29 to L2333-31): by adult and night."""

from decimal import Decimal

from app.core.money import round_half_up
from app.statements.models import WHOLE, Stay, TaxTariff


def night_cents(stay: Stay, tariff: TaxTariff) -> int:
    """The tax of one adult for one night, additions of department and region included, in cents.

    A lodging that is not classified pays a share of the night's price by occupant, never more than the town's highest tariff;
    an example of the sources: 700 € for 7 nights and 4 occupants at 5 % is 1,25 € by adult and night.
    """
    if tariff.cents is not None:
        town = Decimal(tariff.cents)
    else:
        occupants = max(stay.adults + stay.children, 1)
        town = Decimal(stay.rent - stay.refund) / stay.nights / occupants * tariff.basis_points / WHOLE
        if tariff.cap is not None:
            town = min(town, Decimal(tariff.cap))
    return round_half_up(Decimal(round_half_up(town)) * (WHOLE + tariff.addition) / WHOLE)


def tax_of(stay: Stay, tariff: TaxTariff) -> int:
    """The tax of the whole stay, in cents: minors pay none."""
    return night_cents(stay, tariff) * stay.adults * stay.nights
