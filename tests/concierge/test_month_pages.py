"""The month on the screen: launched, looked at, corrected."""

from dataclasses import replace
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.concierge.jobs import count_month
from app.concierge.models import MonthEntry, OwnerStatement, RentalMonth
from app.concierge.services.counting import count, the_month
from app.concierge.states import StatementState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import JobRun
from app.partners.models import PartnerRun
from app.partners.states import RunState
from app.statements.models import Fixed, Month
from app.statements.states import Per
from tests.concierge.houses import USUAL, a_house, a_stay
from tests.concierge.world_of_stays import an_account
from tests.factories.concierge import a_concierge
from tests.factories.contacts import a_contact
from tests.factories.files import a_pdf
from tests.signing import Browser

pytestmark = [pytest.mark.row("E6"), pytest.mark.row("E1"), pytest.mark.usefixtures("november", "cast")]
PAGE = "/conciergerie/mois/2026-10"


@pytest.fixture
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 3))


def plain(text: str) -> str:
    return unescape(text).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def counted(**values: Any) -> tuple[Contact, str]:
    """An owner with one stay in October, counted; and the address of his statement."""
    owner = a_contact(name="Jeanne Le Goff", **values)
    a_stay(a_house(owner), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    with transaction():
        row = the_month(Month(2026, 10))
        count(row)
    found = db.session.scalars(select(OwnerStatement).where(OwnerStatement.contact_id == owner.id)).one()
    return owner, f"{PAGE}/{found.id}"


def test_the_home_of_the_concierge_is_the_last_month_that_is_over(browser: Browser) -> None:
    assert "Octobre 2026 n'est pas encore compté" in plain(browser.as_("gerant").get("/conciergerie/").text)


def test_a_month_that_nobody_counted_says_how_to_begin(browser: Browser) -> None:
    text = plain(browser.as_("gerant").get(PAGE).text)
    assert "Octobre 2026 n'est pas encore compté" in text
    assert "Lancer octobre 2026" in text


def test_launching_a_month_counts_it_by_a_job_asked_once(browser: Browser) -> None:
    owner = a_contact(name="Jeanne Le Goff")
    a_stay(a_house(owner), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    manager = browser.as_("gerant")
    for _twice in range(2):
        assert manager.post(f"{PAGE}/compter").status_code == 303
    runs = db.session.scalars(select(JobRun).where(JobRun.function == "app.concierge.jobs.count_month")).all()
    assert len(runs) == 1
    assert "se compte" in plain(manager.get(PAGE).text)
    assert count_month(*runs[0].arguments)["statements"] >= 1
    text = plain(manager.get(PAGE).text)
    assert "Jeanne Le Goff" in text
    assert "252,96 €" in text


def test_the_page_that_waits_for_a_count_is_read_again_when_it_is_over(browser: Browser) -> None:
    counted()
    answer = browser.as_("gerant").client.get(PAGE, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].endswith(PAGE)


def test_a_statement_shows_how_each_cent_is_found(browser: Browser) -> None:
    _owner, page = counted()
    text = plain(browser.as_("compta").get(page).text)
    assert (
        "1 240,00 € de loyer − 186,00 € de commission Airbnb (15 %) = 1 054,00 € ; 20 % de 1 054,00 € = 210,80 €"
        in text
    )
    assert "801,04 €" in text
    assert "Nous lui devons cette somme" in text


def test_a_line_with_its_receipt_is_added_and_taken_back(browser: Browser) -> None:
    owner, page = counted()
    manager = browser.as_("gerant")
    told = {"kind": "disbursed", "label": "Plombier", "cents": "80", "mandate_id": ""}
    answer = manager.post(f"{page}/lignes", data=told | {"file": (BytesIO(a_pdf()), "plombier.pdf")})
    assert answer.status_code == 303
    text = plain(manager.get(page).text)
    assert "Plombier" in text
    assert "721,04 €" in text
    entry = db.session.scalars(select(MonthEntry).where(MonthEntry.owner_id == owner.id)).one()
    assert manager.get(f"{page}/lignes/{entry.id}/justificatif").data.startswith(b"%PDF")
    assert manager.post(f"{page}/lignes/{entry.id}/retirer").status_code == 303
    assert "801,04 €" in plain(manager.get(page).text)


def test_a_line_without_an_amount_is_refused_and_what_was_typed_stays(browser: Browser) -> None:
    _owner, page = counted()
    answer = browser.as_("gerant").post(
        f"{page}/lignes", data={"kind": "disbursed", "label": "Plombier", "cents": "douze"}
    )
    assert answer.status_code == 422
    assert 'value="Plombier"' in answer.text
    assert 'value="douze"' in answer.text


def test_an_owner_is_put_aside_with_a_reason_and_taken_back(browser: Browser) -> None:
    owner, page = counted()
    manager = browser.as_("gerant")
    assert manager.post(f"{page}/mettre-de-cote", data={"reason": ""}).status_code == 422
    assert manager.post(f"{page}/mettre-de-cote", data={"reason": "Attend une facture"}).status_code == 303
    assert "Attend une facture" in plain(manager.get(page).text)
    assert manager.post(f"{page}/reprendre").status_code == 303
    db.session.expire_all()
    found = db.session.scalars(select(OwnerStatement).where(OwnerStatement.contact_id == owner.id)).one()
    assert found.state == StatementState.PREVIEW


def test_the_balance_is_paid_out_in_one_click(browser: Browser) -> None:
    _owner, page = counted()
    manager = browser.as_("gerant")
    assert manager.post(f"{page}/verser").status_code == 303
    text = plain(manager.get(page).text)
    assert "Virement du solde" in text
    assert "Le compte est soldé" in text


def test_what_is_odd_stands_first_and_leads_to_its_owners(browser: Browser) -> None:
    counted(email="")
    text = plain(browser.as_("gerant").get(f"{PAGE}?a_regarder=1").text)
    assert "Propriétaire sans adresse de courriel" in text
    assert "1 à regarder" in text


def test_a_balance_below_zero_leads_to_the_statement(browser: Browser) -> None:
    owner = a_contact(name="Jeanne Le Goff")
    terms = replace(USUAL, fixed=(Fixed("Abonnement", 5000, Per.MONTH),))
    a_stay(a_house(owner, terms=terms), date(2026, 10, 3), date(2026, 10, 4), 3000)
    with transaction():
        count(the_month(Month(2026, 10)))
    found = db.session.scalars(select(OwnerStatement).where(OwnerStatement.contact_id == owner.id)).one()
    first = browser.as_("gerant").get(PAGE).text.split("Solde négatif")[1]
    assert first.index(f'href="{PAGE}/{found.id}"') < first.index("Jeanne Le Goff")


@pytest.mark.parametrize("address", ["2026-13", "octobre", "2026-1", "20261-01"])
def test_an_address_that_is_no_month_is_not_found(browser: Browser, address: str) -> None:
    assert browser.as_("gerant").get(f"/conciergerie/mois/{address}").status_code == 404


def test_a_statement_is_found_in_its_own_month_only(browser: Browser) -> None:
    _owner, page = counted()
    assert browser.as_("gerant").get(page.replace("2026-10", "2026-09")).status_code == 404


def test_the_command_shows_a_month_without_writing_it(app: Flask) -> None:
    owner = a_contact(name="Jeanne Le Goff")
    a_stay(a_house(owner), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    runner = app.test_cli_runner()
    told = runner.invoke(args=["statements", "run", "2026-10", "--dry-run"])
    assert "Jeanne Le Goff : honoraires 252,96 €, solde 801,04 €" in plain(told.output)
    assert db.session.scalar(select(RentalMonth.id)) is None
    assert runner.invoke(args=["statements", "run", "2026-10"]).exit_code == 0
    assert db.session.scalar(select(OwnerStatement.id)) is not None
    refused = runner.invoke(args=["statements", "run", "10-2026"])
    assert refused.exit_code == 2
    assert "écrivez par exemple 2026-10" in plain(refused.output)


def test_launching_a_month_reads_the_services_of_stays_first(browser: Browser) -> None:
    a_concierge()
    account = an_account()
    browser.as_("gerant").post(f"{PAGE}/compter")
    runs = db.session.scalars(select(PartnerRun).where(PartnerRun.account_id == account.id)).all()
    waited = db.session.scalars(select(JobRun).where(JobRun.function == "app.concierge.jobs.count_month")).one()
    assert {run.task for run in runs} == {"lodgings", "stays"}
    assert waited.arguments[1] == [run.id for run in runs]


def test_a_month_goes_on_without_a_service_that_cannot_be_read_and_says_so(browser: Browser) -> None:
    a_concierge()
    account = an_account()
    _owner, _page = counted()
    browser.as_("gerant").post(f"{PAGE}/compter")
    waited = db.session.scalars(select(JobRun).where(JobRun.function == "app.concierge.jobs.count_month")).one()
    with transaction():
        for run in db.session.scalars(select(PartnerRun).where(PartnerRun.account_id == account.id)):
            run.state, run.error, run.ended_at = RunState.FAILED, "La clé a expiré.", clock.now()
    count_month(*waited.arguments)
    text = plain(browser.as_("gerant").get(PAGE).text)
    assert "Une connexion n'a pas pu être lue" in text
    assert "252,96 €" in text


def test_approving_from_the_month_freezes_what_was_ticked_and_shows_the_sending(browser: Browser) -> None:
    owner, page = counted(address="1 quai du Port", postcode="56000", town="Vannes")
    manager = browser.as_("gerant")
    answer = manager.post(f"{PAGE}/approuver", data={"ids": [page.rpartition("/")[2]]})
    assert answer.status_code == 303
    found = db.session.scalars(select(OwnerStatement).where(OwnerStatement.contact_id == owner.id)).one()
    assert found.state == StatementState.APPROVED
    assert "0 envoyé sur 1" in plain(manager.get(f"{PAGE}/envoi").text)
    refused = manager.post(
        f"{page}/lignes", data={"kind": "disbursed", "label": "Trop tard", "cents": "80", "mandate_id": ""}
    )
    assert refused.status_code == 422
    assert "il ne change plus" in plain(refused.text)


def test_what_may_not_be_approved_says_what_to_complete(browser: Browser) -> None:
    owner, _page = counted(email="")
    manager = browser.as_("gerant")
    manager.post(f"{PAGE}/approuver?tout=1")
    assert "n'a pas d'adresse de courriel" in plain(manager.get(PAGE).text)
    found = db.session.scalars(select(OwnerStatement).where(OwnerStatement.contact_id == owner.id)).one()
    assert found.state == StatementState.PREVIEW


def test_a_month_waits_until_the_one_before_is_approved(browser: Browser) -> None:
    owner, _page = counted(address="1 quai du Port", postcode="56000", town="Vannes")
    a_stay(a_house(owner), date(2026, 11, 1), date(2026, 11, 2), 10_000)
    with transaction():
        count(the_month(Month(2026, 11)))
    manager = browser.as_("gerant")
    manager.post("/conciergerie/mois/2026-11/approuver?tout=1")
    assert "Approuvez d'abord son relevé précédent (octobre 2026)" in plain(
        manager.get("/conciergerie/mois/2026-11").text
    )


def test_only_who_may_approve_is_offered_it(browser: Browser) -> None:
    _owner, page = counted()
    assert "Tout approuver" in browser.as_("gerant").get(PAGE).text
    assert "Tout approuver" not in browser.as_("compta").get(PAGE).text
    assert browser.as_("compta").post(f"{page}/approuver").status_code == 403
