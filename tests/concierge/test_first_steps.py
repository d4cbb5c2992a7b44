"""A concierge that begins is told what to do first, until it is done; another trade never is."""

import pytest

from app.setup.queries import remaining
from tests.cast import Cast
from tests.factories.concierge import a_concierge, a_lodging, a_mandate

pytestmark = pytest.mark.row("E1")
OURS = {"lodging", "rental_mandate", "smoobu"}


def left() -> set[str]:
    return {state.step.key for state in remaining() if state.step.shown()} & OURS


def test_the_first_lodging_then_the_first_mandate_are_asked_for_where_lodgings_are_let(cast: Cast) -> None:
    assert left() == set()
    a_concierge()
    assert left() == OURS
    lodging = a_lodging()
    assert left() == {"rental_mandate", "smoobu"}
    a_mandate(lodging)
    assert left() == {"smoobu"}
