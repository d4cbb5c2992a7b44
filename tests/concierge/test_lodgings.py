"""A lodging is an asset of ours, with its registration number."""

import pytest

from app.concierge import services
from app.concierge.models import Lodging
from app.concierge.services.lodgings import put_away
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from tests.factories.assets import an_asset
from tests.factories.concierge import a_lodging, a_mandate

pytestmark = pytest.mark.row("E1")


def test_a_lodging_makes_its_asset_in_our_family_or_takes_one_that_exists(app: object) -> None:
    with transaction():
        new = services.add_lodging(label="Le Cabanon", town="Cassis")
        again = services.add_lodging(label="La Voilerie")
    assert (new.asset.label, new.asset.ours, new.asset.family_id) == ("Le Cabanon", True, again.asset.family_id)
    asset = an_asset(ours=True)
    taken = a_lodging(asset_id=asset.id)
    assert taken.asset is asset
    with pytest.raises(Conflict, match=asset.label):
        a_lodging(asset_id=asset.id)


@pytest.mark.parametrize(
    ("typed", "kept"), [("13022 000123 ab", "13022000123AB"), ("", ""), ("1302200012345", "1302200012345")]
)
def test_a_registration_number_is_kept_in_its_13_characters(app: object, typed: str, kept: str) -> None:
    assert a_lodging(registration=typed).registration == kept


@pytest.mark.parametrize("typed", ["130220001234", "13022000123456", "13022000123é5"])
def test_a_registration_number_of_another_length_is_refused(app: object, typed: str) -> None:
    with pytest.raises(DomainError) as refused:
        a_lodging(registration=typed)
    assert refused.value.field == "registration"


def test_two_lodgings_never_have_one_registration_number(app: object) -> None:
    first = a_lodging()
    with pytest.raises(DomainError, match=first.asset.label):
        a_lodging(registration=first.registration)


def test_a_lodging_under_mandate_is_not_put_away(app: object) -> None:
    mandate = a_mandate()
    with transaction(), pytest.raises(DomainError, match=mandate.number):
        put_away(mandate.lodging)
    free = a_lodging()
    with transaction():
        put_away(free)
    kept = db.session.get(Lodging, free.id)
    assert kept is not None
    assert kept.archived_at is not None
