"""The member books by himself (A8): in five taps, his own people only, what is free, what comes along, and why not (A9)."""

import re
from datetime import date, timedelta

import pytest

from app.accounts.states import Role
from app.assets.models import Asset, Family
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.settings import change_setting
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.states import FileKind
from app.lending.models import Loan, LoanItem, LoanRequest
from app.lending.states import LoanState, RequestState
from app.members.queries import homes_of
from app.planning.models import Booking, BookingRule
from app.planning.queries import next_open_day
from app.planning.states import BookingState
from tests.cast import Cast
from tests.factories.accounts import a_user
from tests.factories.assets import a_family, a_field, a_fit
from tests.factories.contacts import a_contact
from tests.factories.files import a_photo
from tests.factories.lending import a_loan, a_unit, lent
from tests.factories.members import a_child, a_fee, a_home, a_membership, a_season
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")


def plain(text: str) -> str:
    return re.sub("[\u202f\xa0]", " ", text).replace("\u2019", "'").replace("&#39;", "'")


def days(after: int = 7, length: int = 7) -> tuple[date, date]:
    first = next_open_day(clock.today() + timedelta(days=after))
    return first, next_open_day(first + timedelta(days=length))


def violins(*labels: str, **values: object) -> list[Asset]:
    family = a_family(name="Violon")
    return [a_unit(label, family_id=family.id, **values) for label in labels]


def rule(family_id: int, **values: object) -> None:
    with transaction():
        db.session.add(BookingRule(family_id=family_id, **values))


def free(browser: Browser, person: Contact, family_id: int, first: date, last: date, **more: object) -> str:
    query = {"pour": person.id, "famille": family_id, "du": first.isoformat(), "au": last.isoformat(), **more}
    return plain(browser.get("/portail/reserver", query_string=query).text)


def test_five_taps_from_the_front_page_to_the_reservation(browser: Browser, cast: Cast, lina: Contact) -> None:
    [violin] = violins("Violon 3/4")
    page = browser.as_("client")
    assert "/portail/reserver" in page.get("/portail").text  # 1: Réserver
    who = page.get("/portail/reserver").text
    assert f"pour={lina.id}" in who  # 2: who
    what = page.get("/portail/reserver", query_string={"pour": lina.id}).text
    assert f"famille={violin.family_id}" in what  # 3: what, the days are proposed
    shown = page.get("/portail/reserver", query_string={"pour": lina.id, "famille": violin.family_id}).text
    assert violin.label in plain(shown)
    first, last = re.findall(r'type="date"[^>]*value="([\d-]+)"', shown)
    chosen = page.post("/portail/reserver/choix", unite=violin.id, pour=lina.id, du=first, au=last)  # 4: a free one
    confirm = page.get(chosen.headers["Location"])
    assert "Vérifier et réserver" in confirm.text
    held = db.session.query(Booking).one()
    assert held.state == BookingState.HELD
    db.session.rollback()
    done = page.post("/portail/reserver/confirmer", unite=violin.id, pour=lina.id, du=first, au=last)  # 5: Réserver
    loan = db.session.query(Loan).one()
    assert done.headers["Location"].endswith(f"/portail/prets/{loan.number}")
    assert loan.contact_id == lina.id
    assert loan.state == LoanState.RESERVED
    assert clock.local(loan.starts_at).date().isoformat() == first


def test_a_last_loan_is_proposed_again_with_its_size(browser: Browser, cast: Cast, lina: Contact) -> None:
    family = a_family(name="Violon")
    a_field(family, label="Taille", type="choice", choices=["1/2", "3/4"])
    small, tall = (a_unit(f"Violon {size}", family_id=family.id, custom={"taille": size}) for size in ("1/2", "3/4"))
    a_loan(lina, [tall], "2026-01-05 09:00", "2026-01-20 18:00")
    page = browser.as_("client")
    assert "Comme la dernière fois" in page.get("/portail/reserver").text
    first, last = days()
    same = free(page, lina, family.id, first, last)
    assert tall.label in same
    assert small.label not in same
    assert small.label in free(page, lina, family.id, first, last, taille="toutes")


def test_what_is_taken_is_not_shown_and_nobody_is_named(browser: Browser, cast: Cast, lina: Contact) -> None:
    one, other = violins("Violon A", "Violon B")
    first, last = days()
    a_loan(cast.dan, [one], f"{first} 09:00", f"{last} 18:00")
    page = browser.as_("client")
    shown = free(page, lina, one.family_id, first, last)
    assert other.label in shown
    assert one.label not in shown
    a_loan(cast.dan, [other], f"{first} 09:00", f"{last} 18:00")
    full = free(page, lina, one.family_id, first, last)
    assert "Rien de libre à ces dates" in full
    assert "Lestrange" not in full
    taken = page.post("/portail/reserver/choix", unite=one.id, pour=lina.id, du=first.isoformat(), au=last.isoformat())
    assert taken.status_code == 409
    assert "vient d'être pris" in plain(taken.text)
    assert "Lestrange" not in taken.text


def test_nothing_free_leads_to_the_waiting_list_and_out_of_it(browser: Browser, cast: Cast, lina: Contact) -> None:
    [violin] = violins("Violon 3/4")
    first, last = days()
    a_loan(cast.dan, [violin], f"{first} 09:00", f"{last} 18:00")
    page, key = browser.as_("client"), f"family:{violin.family_id}"
    assert f'value="{key}"' in free(page, lina, violin.family_id, first, last)
    page.post("/portail/reserver/attente", pour=lina.id, attente=key, du=first.isoformat(), au=last.isoformat())
    row = db.session.query(LoanRequest).one()
    assert row.contact_id == lina.id
    assert "rang 1" in plain(page.get("/portail/prets").text)
    assert browser.as_("dan").post(f"/portail/attente/{row.id}/retirer").status_code == 404
    page = browser.as_("client")
    page.post(f"/portail/attente/{row.id}/retirer")
    db.session.rollback()
    assert db.session.query(LoanRequest).one().state == RequestState.CANCELLED


def test_somebody_who_comes_second_is_told_without_a_name(browser: Browser, cast: Cast, lina: Contact) -> None:
    [violin] = violins("Violon 3/4")
    first, last = days()
    page = browser.as_("client")
    page.post("/portail/reserver/choix", unite=violin.id, pour=lina.id, du=first.isoformat(), au=last.isoformat())
    with transaction():
        db.session.query(Booking).delete()
    a_loan(cast.dan, [violin], f"{first} 09:00", f"{last} 18:00")
    late = page.post(
        "/portail/reserver/confirmer", unite=violin.id, pour=lina.id, du=first.isoformat(), au=last.isoformat()
    )
    assert late.status_code == 409
    assert "vient d'être pris" in plain(late.text)
    assert "Lestrange" not in late.text
    assert db.session.query(Loan).count() == 1


def test_what_comes_along_is_shown_and_reserved_with_it(browser: Browser, cast: Cast, lina: Contact) -> None:
    [violin] = violins("Violon 3/4")
    bow, stand = a_unit("Archet 3/4"), a_unit("Pupitre")
    for unit, compulsory in ((bow, True), (stand, False)):
        a_fit(
            db.session.get_one(Family, violin.family_id),
            db.session.get_one(Family, unit.family_id),
            compulsory=compulsory,
        )
    first, last = days()
    wish = {"unite": violin.id, "pour": lina.id, "du": first.isoformat(), "au": last.isoformat()}
    page = browser.as_("client")
    shown = page.get("/portail/reserver/confirmer", query_string=wish).text
    assert bow.label in plain(shown)
    assert "vient avec" in shown
    assert "Prendre aussi" in shown
    page.post("/portail/reserver/confirmer", **wish, avec=stand.id)
    assert {item.asset_id for item in db.session.query(LoanItem)} == {violin.id, bow.id, stand.id}


def test_a_stranger_s_child_and_what_members_do_not_book_do_not_exist(
    browser: Browser, cast: Cast, lina: Contact
) -> None:
    [violin] = violins("Violon 3/4")
    kept = a_unit("Piano à queue")
    rule(kept.family_id, by_member=False)
    other = a_child("Zoé Lestrange")
    a_home(cast.dan, other)
    first, last = days()
    page = browser.as_("client")
    for who, what in ((other.id, violin.family_id), (cast.dan.id, violin.family_id), (lina.id, kept.family_id)):
        assert page.get("/portail/reserver", query_string={"pour": who, "famille": what}).status_code == 404
    assert "Piano" not in page.get("/portail/reserver", query_string={"pour": lina.id}).text
    assert page.get("/portail/disponibilites", query_string={"famille": kept.family_id}).status_code == 404
    wish = {"unite": violin.id, "pour": other.id, "du": first.isoformat(), "au": last.isoformat()}
    assert page.post("/portail/reserver/confirmer", **wish).status_code == 404
    page.post("/portail/reserver/confirmer", **(wish | {"unite": kept.id, "pour": lina.id}))
    assert db.session.query(Loan).count() == 0


def test_the_rules_of_the_family_hold_for_a_member(browser: Browser, cast: Cast, lina: Contact) -> None:
    [violin] = violins("Violon 3/4")
    rule(violin.family_id, notice_hours=72, ahead_days=60, longest_days=10)
    page = browser.as_("client")
    today = clock.today()
    for first, last, words in (
        (today - timedelta(days=2), today + timedelta(days=3), "Ce jour est passé"),
        (today + timedelta(days=1), today + timedelta(days=3), "un peu de temps"),
        (today + timedelta(days=90), today + timedelta(days=95), "au plus tard"),
        (today + timedelta(days=20), today + timedelta(days=45), "10 jours au plus"),
        (today + timedelta(days=20), today + timedelta(days=18), "après la remise"),
    ):
        assert words in free(page, lina, violin.family_id, first, last)
        wish = {"unite": violin.id, "pour": lina.id, "du": first.isoformat(), "au": last.isoformat()}
        assert page.post("/portail/reserver/confirmer", **wish).status_code in (409, 422)
    assert db.session.query(Loan).count() == 0
    for odd in ("9999-12-31", "0001-01-01", "demain"):
        query = {"pour": lina.id, "famille": violin.family_id, "du": odd, "au": odd}
        assert page.get("/portail/reserver", query_string=query).status_code == 200


@pytest.mark.row("A9")
def test_what_is_not_paid_says_why_and_leads_to_its_payment(browser: Browser, cast: Cast, lina: Contact) -> None:
    [violin] = violins("Violon 3/4")
    a_fee()
    season = a_season()
    with transaction():
        change_setting("members.block_membership", True)
    first, last = days(1, 2)
    wish = {"unite": violin.id, "pour": lina.id, "du": first.isoformat(), "au": last.isoformat()}
    page = browser.as_("client")
    shown = page.get("/portail/reserver", query_string={"pour": lina.id}).text
    assert f"/portail/adhesion/{lina.id}" in shown
    row = a_membership(lina, season, homes_of(lina.id)[0].household)
    shown = page.get("/portail/reserver/confirmer", query_string=wish).text
    assert "Régler" in shown
    assert f"/portail/factures/{row.document_id}/payer" in shown
    assert page.post("/portail/reserver/choix", **wish).status_code == 422
    assert db.session.query(Booking).count() == 0
    refused = page.post("/portail/reserver/confirmer", **wish)
    assert refused.status_code == 422
    assert db.session.query(Loan).count() == 0
    assert "Adhésion à régler" in page.get("/portail").text
    paying = page.post(f"/portail/factures/{row.document_id}/payer")
    assert paying.headers["Location"].startswith("/payer/")


@pytest.mark.row("A9")
def test_what_the_other_household_owes_is_not_told_in_amounts(browser: Browser, cast: Cast, lina: Contact) -> None:
    violins("Violon 3/4")
    home = a_home(cast.dan, lina)
    with transaction():
        change_setting("members.block_membership", True)
    row = a_membership(lina, a_season(), home)
    shown = plain(browser.as_("client").get("/portail/reserver", query_string={"pour": lina.id}).text)
    assert "un autre payeur" in shown
    assert f"/portail/factures/{row.document_id}/payer" not in shown


def test_the_calendar_tells_how_many_are_free_and_nobody_s_name(browser: Browser, cast: Cast, lina: Contact) -> None:
    one, other = violins("Violon A", "Violon B")
    first, _last = days(20, 0)
    a_loan(cast.dan, [one], f"{first} 08:00", f"{first} 19:00")
    page = browser.as_("client")
    query = {"famille": one.family_id, "mois": first.isoformat()[:7]}
    shown = page.get("/portail/disponibilites", query_string=query).text
    assert "1 libre" in plain(shown)
    assert f"du={first.isoformat()}" in shown
    assert "Lestrange" not in shown
    a_loan(cast.dan, [other], f"{first} 08:00", f"{first} 19:00")
    full = page.get("/portail/disponibilites", query_string=query).text
    assert "complet" in full
    assert f"du={first.isoformat()}" not in full


def test_a_picture_is_shown_once_it_is_opened_to_clients(browser: Browser, cast: Cast, lina: Contact) -> None:
    [violin] = violins("Violon 3/4")
    with transaction():
        files.attach(files.store(a_photo(), "dos.jpg", FileKind.PHOTO, by="Nadia"), subject_of(violin))
    page, address = browser.as_("client"), f"/portail/materiel/{violin.id}/photo"
    assert page.get(address).status_code == 404
    with transaction():
        files.attach(
            files.store(a_photo(), "face.jpg", FileKind.PHOTO, by="Nadia"), subject_of(violin), for_client=True
        )
    assert page.get(address).mimetype.startswith("image/")
    assert address in free(page, lina, violin.family_id, *days())


def test_without_members_there_is_nothing_of_it(browser: Browser, cast: Cast) -> None:
    violins("Violon 3/4")
    page = browser.as_("client")
    assert "Réserver" not in page.get("/portail").text
    assert page.get("/portail/reserver", follow=False).headers["Location"].endswith("/portail")
    assert page.get(f"/portail/adhesion/{cast.karim.id}").status_code == 404


def test_both_parents_of_two_households_see_the_child_s_loans_and_nobody_else(
    browser: Browser, cast: Cast, lina: Contact
) -> None:
    mother = a_contact(name="Salma Haddad", user_id=a_user(Role.CLIENT, email="salma@demo.example", name="Salma").id)
    a_home(mother, lina)
    loan = lent(lina, a_unit())
    for who in ("client", "salma"):
        page = browser.as_(who)
        assert loan.number in page.get("/portail/prets").text
        assert page.get(f"/portail/prets/{loan.number}").status_code == 200
        assert page.get(f"/portail/prets/{loan.number}/contrat.pdf").data.startswith(b"%PDF")
    stranger = browser.as_("dan")
    assert loan.number not in stranger.get("/portail/prets").text
    for rest in ("", "/contrat.pdf", "/probleme"):
        assert stranger.get(f"/portail/prets/{loan.number}{rest}").status_code == 404
    for verb in ("prolongation", "annulation", "probleme"):
        assert stranger.post(f"/portail/prets/{loan.number}/{verb}").status_code == 404
