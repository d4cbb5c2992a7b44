"""A stay that an unmapped lodging of a partner has, for the pages of the concierge."""

from app.concierge.models import StaySourceLodging
from app.core.db import db
from tests.concierge.world_of_stays import an_account, hear, stay_of, told
from tests.world.values import World


def stays(world: World) -> None:
    """One stay, and where it comes from."""
    account = an_account()
    hear(account, told())
    source = db.session.query(StaySourceLodging).filter_by(account_id=account.id).one()
    world.values |= {"stay_id": stay_of(account).id, "source_id": source.id}
