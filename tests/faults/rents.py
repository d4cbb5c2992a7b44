"""What a killed process was doing to a month of rents: `python -m tests.faults.rents VERB [COUNT]`."""

import sys
from datetime import date

from sqlalchemy import select

from app.concierge.jobs import help_statements, make_statements
from app.concierge.models import OwnerStatement
from app.concierge.services.approving import approve
from app.concierge.services.counting import count, the_month
from app.contacts.services import add_contact
from app.core.db import db, transaction
from app.core.jobs import RetryLater
from app.factory import create_app
from app.statements.models import Month
from tests.concierge.houses import a_house, a_stay

OCTOBER = Month(2026, 10)


def month(owners: int) -> None:
    """So many owners of a lodging let twice, their month counted and approved."""
    for rank in range(owners):
        with transaction():
            owner = add_contact(
                name=f"Rose {rank}", last_name=f"Rose {rank}", email=f"rose{rank}@loyers.example", address="3 rue du Port",
                postcode="56000", town="Vannes",
            )  # fmt: skip
        house = a_house(owner)
        for first in (3, 17):
            a_stay(house, date(2026, 10, first), date(2026, 10, first + 7), 62_000 + rank, cleaning=6_000)
    with transaction():
        count(the_month(OCTOBER))
        approve(list(db.session.scalars(select(OwnerStatement.id))))


def make(_count: int) -> None:
    """The job of the batch."""
    ids = list(db.session.scalars(select(OwnerStatement.id).order_by(OwnerStatement.id)))
    db.session.rollback()
    try:
        make_statements(ids)
    except RetryLater:
        return


def aid(_count: int) -> None:
    """Its helper, from the end."""
    ids = list(db.session.scalars(select(OwnerStatement.id).order_by(OwnerStatement.id)))
    db.session.rollback()
    help_statements(ids)


if __name__ == "__main__":
    verb, number = sys.argv[1], int(sys.argv[2])
    with create_app().app_context():
        {"month": month, "make": make, "aid": aid}[verb](number)
