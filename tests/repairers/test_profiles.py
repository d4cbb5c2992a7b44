"""A repairer is added from a contact: the account is made and its invitation leaves by itself."""

from html import unescape

import pytest

from app.accounts.models import User
from app.accounts.states import Role
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.repairers.models import Repairer
from app.setup.queries import remaining
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.contacts import a_contact
from tests.factories.repairers import repairs_sent_out
from tests.signing import Browser

pytestmark = pytest.mark.row("A11")


def plain(text: str) -> str:
    return unescape(text).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def test_any_contact_becomes_a_repairer_and_is_invited_at_his_address(browser: Browser, cast: Cast) -> None:
    repairs_sent_out()
    violin, maker = a_family(name="Violon").id, a_contact(name="Lutherie Vernier", email="vernier@lutherie.example").id
    db.session.expunge_all()  # the page fetches him itself
    manager = browser.as_("gerant")
    assert "repairer" in {state.step.key for state in remaining()}
    answer = manager.post(
        "/reparateurs/nouveau",
        data={
            "contact_id": maker,
            "contact_id_text": "Lutherie Vernier",
            "user_id": "",
            "h0": "4",
            f"level{violin}": "2",
        },
    )
    assert answer.status_code == 303, plain(answer.text)
    repairer = db.session.query(Repairer).one()
    user = db.session.get_one(User, repairer.user_id)
    assert (user.email, user.role, user.password_hash) == ("vernier@lutherie.example", Role.REPAIRER, "")
    assert db.session.get_one(Contact, maker).supplier
    assert [mail.recipient for mail in db.session.query(OutboxMessage)] == ["vernier@lutherie.example"]
    assert "repairer" not in {state.step.key for state in remaining()}


def test_without_an_address_or_with_one_that_is_known_the_form_says_what_to_do(browser: Browser, cast: Cast) -> None:
    repairs_sent_out()
    silent, known = a_contact(name="Lutherie Muette", email=""), a_contact(name="Autre", email=cast.hugo.email)
    manager = browser.as_("gerant")
    bare = manager.post("/reparateurs/nouveau", contact_id=silent.id, contact_id_text=silent.name, hourly="45")
    assert bare.status_code == 422
    assert "Notez d'abord le courriel de Lutherie Muette" in plain(bare.text)
    assert 'value="Lutherie Muette"' in bare.text
    assert 'value="45' in bare.text
    twice = manager.post("/reparateurs/nouveau", contact_id=known.id, contact_id_text=known.name)
    assert twice.status_code == 422
    assert "a déjà un compte : choisissez-le" in plain(twice.text)
    with transaction():
        assert db.session.query(Repairer).count() == 0
