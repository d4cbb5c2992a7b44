"""Fees follow the town, the quotient, the rank and the category; with two households, whose address counts decides."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.contacts.models import Contact
from app.contacts.services import add_contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.settings import change_setting
from app.documents.models import StoredFile
from app.documents.services import prepare
from app.documents.states import FileKind
from app.members import services
from app.members.models import Household, Membership, Proof, Season
from app.members.queries import Asked
from app.members.queries.proofs import brackets
from app.members.services.proofs import accept, bring, refuse
from app.members.states import ProofKind, ProofState
from app.tariffs.queries import rules_in_force
from app.tariffs.services import offer
from app.tariffs.states import Effect
from tests.factories.contacts import a_contact
from tests.factories.files import a_png
from tests.factories.members import (
    a_checked_quotient,
    a_child,
    a_fee,
    a_home,
    a_membership,
    a_season,
    members_on,
)
from tests.factories.tariffs import a_rule, a_zone
from tests.signing import Browser

pytestmark = [pytest.mark.row("A10"), pytest.mark.usefixtures("cast")]
HERE, AWAY = {"postcode": "83170", "town": "Brignoles"}, {"postcode": "83400", "town": "Hyères"}


def here_pays_less() -> int:
    """Brignoles pays 30 € instead of 40 €; returns the article."""
    fee, zone = a_fee(), a_zone("83023", name="Secteur")
    a_rule(label="Commune du secteur", purpose="", article_id=fee.id, zone_id=zone.id, amount=3000)
    return fee.id


def two_homes() -> tuple[Contact, Household, Household]:
    """A child of a mother at Brignoles (the main home) and a father at Hyères."""
    mother, father, child = a_contact(**HERE), a_contact(**AWAY), a_child()
    return child, a_home(mother, child), a_home(father, child)


def price(child: Contact, home: Household | None, season: Season, article: int) -> int:
    return services.fee(Asked(child.id, home.id if home else None), article, season).gross


@pytest.mark.row("A7")
def test_the_payer_s_town_makes_the_price_of_a_child_of_two_homes(app: Flask) -> None:
    members_on(address="payer")
    article, season, (child, near, far) = here_pays_less(), a_season(), two_homes()
    assert (price(child, near, season, article), price(child, far, season, article)) == (3000, 4000)


@pytest.mark.row("A7")
def test_the_pupil_s_town_makes_it_the_same_whoever_pays(app: Flask) -> None:
    members_on(address="pupil")
    article, season, (child, near, far) = here_pays_less(), a_season(), two_homes()
    assert (price(child, near, season, article), price(child, far, season, article)) == (3000, 3000)
    with transaction():
        db.session.get_one(Contact, child.id).postcode, db.session.get_one(Contact, child.id).town = AWAY.values()
    assert price(child, near, season, article) == 4000


TOWN = st.sampled_from([HERE, AWAY, {"postcode": "", "town": ""}])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(own=TOWN, first=TOWN, second=TOWN, home=TOWN, whose=st.sampled_from(["payer", "pupil"]), pays=st.integers(0, 1))
def test_whatever_the_addresses_only_the_one_that_counts_decides(
    app: Flask,
    own: dict[str, str],
    first: dict[str, str],
    second: dict[str, str],
    home: dict[str, str],
    whose: str,
    pays: int,
) -> None:
    members_on(address=whose)
    fee = a_fee()
    article = fee.id if _ruled(fee.id) else here_pays_less()
    child = a_child(**own)
    parents = [a_contact(**first), a_contact(**second)]
    homes = [a_home(parents[0], child, **home), a_home(parents[1], child)]
    counted = [home if any(home.values()) else first, second]
    expected = counted[pays] if whose == "payer" else own if any(own.values()) else counted[0]
    found = services.fee(Asked(child.id, homes[pays].id), article, a_season())
    assert found.gross == (3000 if expected == HERE else 4000)
    assert found.payer_id == parents[pays].id


def _ruled(article: int) -> bool:
    return any(rule.article_id == article for rule in rules_in_force())


def test_brothers_and_sisters_of_the_home_that_pays_make_the_rank(app: Flask) -> None:
    members_on()
    article, season = a_fee().id, a_season()
    a_rule(
        label="Deuxième enfant",
        purpose="",
        article_id=article,
        sibling_rank=2,
        effect=Effect.DISCOUNT,
        amount=0,
        share=2500,
    )
    parent, elder, younger = a_contact(), a_child(), a_child()
    home = a_home(parent, elder, younger)
    assert price(elder, home, season, article) == price(younger, home, season, article) == 4000
    a_membership(elder, season, home)
    assert price(younger, home, season, article) == 3000
    assert price(younger, None, season, article) == 4000
    other = a_home(a_contact(), younger)
    assert price(younger, other, season, article) == 4000
    assert price(parent, home, season, article) == 4000


def test_the_category_of_the_member_may_make_it(app: Flask) -> None:
    members_on()
    article, season, adult = a_fee().id, a_season(), a_contact()
    a_rule(label="Enseignants", purpose="", article_id=article, member_category="Enseignant", amount=1000)
    assert price(adult, None, season, article) == 4000
    with transaction():
        services.put_profile(adult, category="enseignant", born_on=None)
    assert price(adult, None, season, article) == 1000


# --- proofs -----------------------------------------------------------------------------------------------------------


def quotient_rule() -> int:
    article = a_fee().id
    a_rule(label="Petit quotient", purpose="", article_id=article, quotient_below=60_000, amount=1500)
    return article


def test_a_quotient_counts_while_it_is_valid_and_never_after(app: Flask) -> None:
    members_on()
    article, parent = quotient_rule(), a_contact()
    today = clock.today()
    season, later = a_season(), a_season("Plus tard", today + timedelta(days=300), today + timedelta(days=500))
    child = a_child()
    home = a_home(parent, child)
    assert brackets() == [(0, 60_000), (60_000, None)]
    assert price(child, home, season, article) == 4000
    a_checked_quotient(parent, (0, 60_000), today + timedelta(days=200))
    assert price(child, home, season, article) == 1500
    assert price(child, home, later, article) == 4000


def test_a_paper_checked_leaves_no_file_only_the_bracket(app: Flask) -> None:
    quotient_rule()
    ready = prepare(a_png(), "qf.png", FileKind.DOCUMENT)
    with transaction():
        proof = bring(a_contact_in(), ProofKind.QUOTIENT, ready)
        key = db.session.get_one(StoredFile, proof.file_id).id
    with pytest.raises(DomainError, match="tranche"), transaction():
        accept(db.session.get_one(Proof, proof.id), clock.today(), (0, 1))
    with transaction():
        accept(db.session.get_one(Proof, proof.id), clock.today() + timedelta(days=90), (0, 60_000))
    row = db.session.get_one(Proof, proof.id)
    assert (row.state, row.file_id, row.bracket_from, row.bracket_below) == (ProofState.ACCEPTED, None, 0, 60_000)
    assert db.session.get(StoredFile, key) is None
    with pytest.raises(Conflict), transaction():
        refuse(db.session.get_one(Proof, proof.id), "Illisible")
    db.session.rollback()


def a_contact_in() -> Contact:
    """A contact made in the present transaction."""
    return add_contact(name="Nour Rey")


def test_the_desk_checks_a_paper_shown_at_the_counter(browser: Browser) -> None:
    members_on()
    quotient_rule()
    parent, desk = a_contact(), browser.as_("accueil")
    made = desk.post(f"/adherents/personnes/{parent.id}/justificatif", data={"kind": "quotient"})
    assert made.status_code == 303
    missing = desk.post(made.location, data={"do": "valider", "bracket": "0"})
    assert missing.status_code == 422
    assert "Saisissez jusqu" in missing.text
    until = (clock.today() + timedelta(days=100)).isoformat()
    assert desk.post(made.location, data={"do": "valider", "bracket": "0", "valid_until": until}).status_code == 303
    shown = desk.get(f"/adherents/personnes/{parent.id}").text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "vérifié le" in shown
    assert "Nadia Belkacem" in shown
    assert "moins de 600,00 €" in shown


def test_a_town_without_its_proof_does_not_count_when_it_is_asked_for(app: Flask) -> None:
    members_on(proof_needed=True)
    article, season, adult = here_pays_less(), a_season(), a_contact(**HERE)
    assert price(adult, None, season, article) == 4000
    with transaction():
        accept(bring(adult, ProofKind.ADDRESS), clock.today() + timedelta(days=365))
    assert price(adult, None, season, article) == 3000


# --- other sales, reasons ---------------------------------------------------------------------------------------------


def test_what_else_is_sold_to_a_pupil_follows_the_home_of_his_membership(app: Flask) -> None:
    members_on(address="payer")
    article, season, (child, _near, far) = here_pays_less(), a_season(), two_homes()
    before = offer(article, child.id)
    assert before is not None
    assert before.gross == 3000
    a_membership(child, season, far)
    after = offer(article, child.id)
    assert after is not None
    assert after.gross == 4000


def test_where_there_are_no_members_prices_are_those_of_the_contact(app: Flask) -> None:
    members_on()
    article, (child, _near, _far) = here_pays_less(), two_homes()
    with transaction():
        change_setting("members.enabled", False)
    found = offer(article, child.id)
    assert found is not None
    assert found.gross == 4000


def test_why_this_price_is_kept_with_the_membership(browser: Browser) -> None:
    members_on(address="payer")
    here_pays_less()
    season, (child, near, _far) = a_season(), two_homes()
    row = a_membership(child, season, near, issue=False)
    page = browser.as_("accueil").get(f"/adherents/adhesions/{row.id}").text
    for words in ("Pourquoi ce prix", "Commune du secteur", "Brignoles"):
        assert words in page
    assert db.session.get_one(Membership, row.id).why["rule"] == "Commune du secteur"
