"""Memberships: asked for, invoiced to the payer, in order once paid, over with the season; renewed once and only once."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.services import change_organisation
from app.contacts.models import Contact
from app.core import clock, links
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.jobs import JobRun
from app.core.jobs import run as run_job
from app.core.outbox import OutboxMessage
from app.core.subject import subject_of
from app.members import services
from app.members.jobs import keep_time, renew
from app.members.models import Membership
from app.members.queries import open_season
from app.members.services import campaign
from app.members.states import MembershipState
from app.payments.services import reverse
from app.sales.jobs import render_and_check, send_document
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.states import DocumentKind, DocumentState
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.members import a_child, a_fee, a_home, a_membership, a_season, members_on
from tests.factories.payments import paid
from tests.signing import Browser

pytestmark = [pytest.mark.row("A9"), pytest.mark.usefixtures("cast")]
M = MembershipState


def again(row: Membership) -> Membership:
    db.session.rollback()
    return db.session.get_one(Membership, row.id, populate_existing=True)


def invoice_of(row: Membership) -> SalesDocument:
    return db.session.get_one(SalesDocument, again(row).document_id)


@pytest.mark.row("A7")
def test_a_child_s_membership_is_invoiced_to_the_payer_and_in_order_once_he_has_paid(app: Flask) -> None:
    members_on()
    parent, child = a_contact(name="Nour Rey"), a_child("Lina Rey")
    row = a_membership(child, a_season(), a_home(parent, child))
    invoice = invoice_of(row)
    assert again(row).state == M.TO_PAY
    assert (invoice.contact_id, invoice.payer_id, invoice.due) == (child.id, parent.id, 4000)
    paid(parent, 1000, invoice)
    assert again(row).state == M.TO_PAY
    payment = paid(parent, 3000, invoice)
    assert again(row).state == M.ACTIVE
    with transaction():
        reverse(payment, "Chèque impayé")
    assert again(row).state == M.TO_PAY


@pytest.mark.parametrize(
    ("when", "states"),
    [("whole", [M.TO_PAY, M.TO_PAY]), ("started", [M.TO_PAY, M.ACTIVE]), ("not_late", [M.ACTIVE, M.ACTIVE])],
)
def test_what_puts_a_membership_in_order_is_a_setting(app: Flask, when: str, states: list[M]) -> None:
    members_on(active_when=when)
    adult = a_contact()
    row = a_membership(adult, a_season())
    assert again(row).state == states[0]
    paid(adult, 1000, invoice_of(row))
    assert again(row).state == states[1]


def test_with_due_dates_it_leaves_the_order_the_day_after_one_is_missed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    members_on(active_when="not_late")
    row = a_membership(a_contact(), a_season(last=clock.today() + timedelta(days=400)))
    due = invoice_of(row).due_on
    monkeypatch.setattr(clock, "today", lambda: due)
    assert keep_time() == 0
    monkeypatch.setattr(clock, "today", lambda: due + timedelta(days=1))
    assert keep_time() == 1
    assert again(row).state == M.TO_PAY
    assert keep_time() == 0


def test_a_free_membership_is_in_order_at_once(app: Flask) -> None:
    members_on()
    fee = a_fee()
    with transaction():
        fee = db.session.merge(fee)
        fee.price = fee.price_gross = 0
    row = a_membership(a_contact(), a_season())
    assert (again(row).state, again(row).document_id) == (M.ACTIVE, None)


def test_an_invoice_credited_whole_ends_its_membership(app: Flask) -> None:
    members_on()
    row = a_membership(a_contact(), a_season())
    invoice_id = again(row).document_id
    with transaction():
        documents.credit(documents.locked(invoice_id), reason="Départ")
    assert again(row).state == M.CANCELLED


def test_one_membership_a_season_and_a_cancelled_one_may_be_asked_again(app: Flask) -> None:
    members_on()
    adult, season = a_contact(), a_season()
    row = a_membership(adult, season, issue=False)
    with pytest.raises(Conflict, match="déjà une adhésion"):
        a_membership(adult, season)
    db.session.rollback()
    with transaction():
        services.cancel(db.session.get_one(Membership, row.id), "Part à l'étranger")
    assert a_membership(adult, season).id == row.id
    assert again(row).state == M.TO_PAY


def test_a_household_that_is_not_his_may_not_pay(app: Flask) -> None:
    members_on()
    home, stranger, season = a_home(a_contact()), a_contact(), a_season()
    with pytest.raises(DomainError, match="foyer de cette personne"):
        a_membership(stranger, season, home)
    db.session.rollback()


def test_a_membership_ends_with_its_season_over_the_new_year(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    members_on()
    season = a_season("2026-2027", date(2026, 9, 1), date(2027, 8, 31))
    row = a_membership(a_contact(), season)
    monkeypatch.setattr(clock, "today", lambda: date(2027, 8, 31))
    keep_time()
    assert again(row).state == M.TO_PAY
    monkeypatch.setattr(clock, "today", lambda: date(2027, 9, 1))
    keep_time()
    assert again(row).state == M.ENDED


# --- campaigns --------------------------------------------------------------------------------------------------------


def two_families(cast: Cast) -> tuple[Membership, ...]:
    """Last season: two children of Nour, one of Dan, who has no e-mail."""
    last = a_season("2024-2025", date(2024, 9, 1), date(2025, 8, 31))
    nour, silent = a_contact(name="Nour Rey", email="nour@rey.example"), a_contact(name="Alix Sourd", email="")
    elder, younger, other = a_child("Lina Rey", date(2012, 5, 1)), a_child("Sami Rey", date(2015, 2, 1)), a_child("Zoé")
    home, second = a_home(nour, younger, elder), a_home(silent, other)
    rows = [a_membership(elder, last, home), a_membership(younger, last, home), a_membership(other, last, second)]
    for row in rows:
        document = db.session.get_one(SalesDocument, again(row).document_id)
        paid(nour if row is not rows[2] else silent, document.due, document)
    return tuple(rows)


def test_a_campaign_run_twice_invoices_each_payer_once(app: Flask, cast: Cast) -> None:
    members_on()
    two_families(cast)
    season = a_season("2025-2026", date(2025, 9, 1), date(2026, 8, 31))
    lines = campaign.plan(season)
    assert [(line.name, line.payer, line.fee.gross) for line in lines] == [
        ("Zoé", "Alix Sourd", 4000), ("Lina Rey", "Nour Rey", 4000), ("Sami Rey", "Nour Rey", 4000),
    ]  # fmt: skip
    ids, before = [line.contact_id for line in lines], db.session.scalar(select(func.count(SalesDocument.id)))
    db.session.rollback()
    first = renew(season.id, ids, issue=True)
    assert (first["people"], first["invoices"], first["unsent"], first["gross"]) == (3, 2, 1, 12000)
    second = renew(season.id, ids, issue=True)
    assert (second["people"], second["invoices"], second["already"]) == (0, 0, 3)
    assert db.session.scalar(select(func.count(SalesDocument.id))) == before + 2
    states = db.session.scalars(select(Membership.state).where(Membership.season_id == season.id)).all()
    assert states == [M.TO_PAY] * 3


def test_a_campaign_stopped_half_way_goes_on_where_it_was(app: Flask, cast: Cast) -> None:
    members_on()
    two_families(cast)
    season = a_season("2025-2026", date(2025, 9, 1), date(2026, 8, 31))
    ids = [line.contact_id for line in campaign.plan(season)]
    payer = campaign.plan(season)[0].payer_id
    with transaction():
        campaign.renew(season, payer, ids, issue=False)
    rest = renew(season.id, ids, issue=False)
    assert (rest["people"], rest["invoices"], rest["already"]) == (2, 1, 1)
    drafts = db.session.scalars(
        select(SalesDocument).where(
            SalesDocument.state == DocumentState.DRAFT, SalesDocument.kind == DocumentKind.INVOICE
        )
    ).all()
    assert sorted(document.due for document in drafts) == [4000, 8000]


def test_the_desk_previews_a_campaign_then_sees_how_far_it_is(browser: Browser, cast: Cast) -> None:
    members_on()
    two_families(cast)
    season = a_season("2025-2026", date(2025, 9, 1), date(2026, 8, 31))
    boss = browser.as_("gerant")
    preview = boss.get(f"/adherents/campagne?saison={season.id}").text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "3 adhésions" in preview
    assert "120,00 €" in preview
    assert "payeur sans courriel" in preview
    none = boss.post("/adherents/campagne", data={"saison": season.id})
    assert none.status_code == 422
    assert "Cochez de 1" in none.text
    ids = [line.contact_id for line in campaign.plan(season)]
    db.session.rollback()
    answer = boss.post("/adherents/campagne", data={"saison": season.id, "ids": ids, "issue": "y"})
    assert answer.status_code == 303
    run_job(int(answer.location.rpartition("/")[2]))
    page = boss.get(answer.location).text
    assert "3 adhésions créées" in page.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Tout le monde est renouvelé" in boss.get(f"/adherents/campagne?saison={season.id}").text


def many_of_last_season(count: int) -> None:
    """So many adults who paid the last season."""
    last, fee = a_season("2024-2025", date(2024, 9, 1), date(2025, 8, 31)), a_fee()
    with transaction():
        people = [Contact(name=f"Adhérent {number:04d}", email=f"a{number}@exemple.fr") for number in range(count)]
        db.session.add_all(people)
        db.session.flush()
        db.session.add_all(
            Membership(contact_id=one.id, season_id=last.id, payer_id=one.id, article_id=fee.id, state=M.ACTIVE)
            for one in people
        )


def test_a_large_campaign_is_read_by_pages_and_what_is_ticked_is_kept_from_one_to_the_next(
    browser: Browser, cast: Cast
) -> None:
    members_on()
    many_of_last_season(130)
    season = a_season("2025-2026", date(2025, 9, 1), date(2026, 8, 31))
    boss, address = browser.as_("gerant"), "/adherents/campagne"

    def read(text: str) -> dict[str, list[str]]:
        return {name: re.findall(rf'name="{name}" value="(\d+)"', text) for name in ("ids", "vu", "sans", "avec")}

    first = boss.get(f"{address}?saison={season.id}")
    shown = read(first.text)
    assert (len(shown["ids"]), len(first.data) < 150_000) == (100, True)
    assert "130 adhésions" in first.text.replace("\u00a0", " ")
    left_out = shown["ids"][0]
    sent = {"saison": season.id, "vu": shown["vu"], "ids": shown["ids"][1:]}
    second = boss.post(address, data={**sent, "page": "2"})
    assert second.status_code == 200
    shown = read(second.text)
    assert (len(shown["ids"]), shown["sans"]) == (30, [left_out])
    assert "129 adhésions" in second.text.replace("\u00a0", " ")
    done = boss.post(address, data={"saison": season.id, "issue": "y", **shown})
    assert done.status_code == 303
    asked = db.session.get_one(JobRun, int(done.location.rpartition("/")[2])).arguments[1]
    assert len(asked) == 129
    assert int(left_out) not in asked


def test_the_invoice_leaves_by_e_mail_with_its_link_once_it_is_checked(app: Flask, cast: Cast) -> None:
    members_on()
    parent = a_contact(name="Nour Rey", email="nour@rey.example")
    row = a_membership(parent, a_season())
    with transaction():
        assert services.send(db.session.get_one(SalesDocument, again(row).document_id))
    render_and_check(again(row).document_id)
    send_document(again(row).document_id)
    message = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert message is not None
    assert message.recipient == "nour@rey.example"
    assert links.token_of("invoice", subject_of(invoice_of(row))) in message.text


def test_a_new_school_is_told_once_what_to_complete_before_its_first_invoice(browser: Browser, cast: Cast) -> None:
    members_on()
    a_season()
    fee, pupil = a_fee(), a_contact()
    with transaction():
        change_organisation(siret="", registration="", address="")
    sent = {"season_id": open_season().id, "article_id": fee.id, "household_id": "", "do": "facturer"}
    refused = browser.as_("gerant").post(f"/adherents/personnes/{pupil.id}/adhesion", **sent)
    assert refused.status_code == 422
    assert refused.text.count("Complétez le SIRET") == 1
    assert refused.text.count("Complétez l’adresse de l’organisation") == 1
