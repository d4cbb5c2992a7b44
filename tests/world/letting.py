"""A stay that an unmapped lodging of a partner has, for the pages of the concierge; what an owner reads."""

from datetime import timedelta

from app.concierge.models import StaySourceLodging
from app.concierge.services.hooks import token_of
from app.concierge.states import StayState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.statements.states import LineKind
from tests.concierge.houses import a_stay
from tests.concierge.world_of_stays import an_account, hear, stay_of, told
from tests.factories.concierge import a_concierge
from tests.factories.rentals import a_named_house, a_statement
from tests.world.values import World


def stays(world: World) -> None:
    """One stay, and where it comes from."""
    account = an_account()
    hear(account, told())
    source = db.session.query(StaySourceLodging).filter_by(account_id=account.id).one()
    world.values |= {"stay_id": stay_of(account).id, "source_id": source.id, "stay_hooks.token": token_of(account.id)}


def owned(world: World, owner: Contact) -> None:
    """A lodging that we let for him, dates that he keeps there, a statement."""
    let = a_named_house("Villa Garance", owner)
    arrival = clock.today() + timedelta(days=30)
    stay = a_stay(let, arrival, arrival + timedelta(days=3), 0, state=StayState.OWNER, told={"owner": owner.id})
    statement = a_statement(owner, 2026, 3, [(let, LineKind.RENT, 90_000)])
    a_concierge()
    known = {"lodging_id": let.lodging_id, "stay_id": stay.id, "statement_id": statement.id}
    world.values |= {f"portal.{name}": value for name, value in known.items()}
