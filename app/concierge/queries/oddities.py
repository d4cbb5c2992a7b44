"""What a month's last count found to look at, with what it is about. Reads only."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from app.assets.models import Asset
from app.concierge.models import Lodging, OwnerStatement, RentalMonth, StatementLine, Stay
from app.contacts.models import Contact
from app.core.db import db


@dataclass(frozen=True, slots=True)
class Odd:
    """An oddity with what it is about: a stay or an owner."""

    what: str
    stay: Any
    lodging: str
    owner: Any


def odd_things(row: RentalMonth) -> dict[str, list[Odd]]:
    """What must be looked at, by kind, in the order of the count."""
    stays = {
        one.id: one for one in db.session.execute(_odd_stays({each["stay"] for each in row.oddities if each["stay"]}))
    }
    ids = {each["owner"] for each in row.oddities if each["owner"]}
    owners = {one.id: one for one in db.session.execute(_odd_owners(row.id, ids))}
    found: dict[str, list[Odd]] = defaultdict(list)
    for each in row.oddities:
        stay = stays.get(each["stay"] or 0)
        found[each["what"]].append(
            Odd(each["what"], stay, (stay.label if stay else "") or "", owners.get(each["owner"] or 0))
        )
    return dict(found)


def _odd_stays(ids: set[int]) -> Select[Any]:
    query: Any = select(Stay.id, Stay.arrival, Stay.departure, Stay.guest, Stay.channel, Asset.label)
    placed: Select[Any] = query.outerjoin(Lodging, Lodging.id == Stay.lodging_id).outerjoin(
        Asset, Asset.id == Lodging.asset_id
    )
    return placed.where(Stay.id.in_(ids))


def _odd_owners(month_id: int, ids: set[int]) -> Select[Any]:
    """With the statement of the month that each has, if any."""
    query: Any = select(Contact.id, Contact.name, OwnerStatement.id.label("statement_id"))
    his = (OwnerStatement.contact_id == Contact.id) & (OwnerStatement.month_id == month_id)
    told: Select[Any] = query.outerjoin(OwnerStatement, his).where(Contact.id.in_(ids))
    return told


def odd_owners(row: RentalMonth) -> Counter[int]:
    """How many oddities stand in each owner's way: his own, and those of the stays that his statement counts."""
    found = Counter(each["owner"] for each in row.oddities if each["owner"])
    ids = [each["stay"] for each in row.oddities if each["stay"]]
    query = (
        select(OwnerStatement.contact_id, func.count(StatementLine.stay_id.distinct()))
        .join(StatementLine, StatementLine.statement_id == OwnerStatement.id)
        .where(OwnerStatement.month_id == row.id, StatementLine.stay_id.in_(ids))
        .group_by(OwnerStatement.contact_id)
    )
    found.update({row[0]: row[1] for row in db.session.execute(query)})
    return found
