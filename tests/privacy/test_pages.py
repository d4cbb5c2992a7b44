"""The pages: the manager alone; preview, requests within a month, export by a link that dies, the client's own page."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.contacts.models import Consent, Contact
from app.contacts.services import give_consent
from app.contacts.states import Purpose
from app.core import clock
from app.core.db import db, transaction
from app.documents.models import StoredFile
from app.messaging.models import Task
from app.messaging.states import TaskState
from app.privacy import queries
from app.privacy.jobs import keep_rules
from app.privacy.models import Erasure, PrivacyRequest
from app.privacy.services import add_request, drop_old_exports, export_token, make_export
from app.privacy.states import Channel, RequestKind
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.tickets import a_ticket
from tests.privacy.test_retention import aged
from tests.signing import Browser

HOME = "/reglages/donnees-personnelles"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


@pytest.mark.parametrize("who", ["accueil", "commercial", "technicien", "compta", "client"])
def test_only_the_manager_opens_them(cast: Cast, browser: Browser, who: str) -> None:
    browser.as_(who)
    for url in (
        HOME,
        f"{HOME}/demandes",
        f"{HOME}/registre",
        f"{HOME}/journal",
        f"/contacts/{cast.karim.id}/donnees-personnelles",
    ):
        assert browser.get(url).status_code in (403, 404)


def test_the_preview_lists_who_goes_and_one_is_kept_aside(cast: Cast, browser: Browser) -> None:
    aged(cast.dan, 40)
    browser.as_("gerant")
    shown = browser.get(HOME)
    assert "Dan Lestrange" in shown.text
    assert "Rien n'est effacé tant que" in plain(shown.text)
    browser.post(f"{HOME}/ecarts/{cast.dan.id}", reason="Garantie en cours")
    shown = browser.get(HOME)
    assert "Garantie en cours" in shown.text
    assert "Personne n'est à effacer" in plain(shown.text)


def test_nights_are_agreed_to_for_the_months_that_were_shown(cast: Cast, browser: Browser) -> None:
    old = aged(cast.dan, 30)
    browser.as_("gerant")
    shown = plain(browser.get(HOME).text)
    assert "Personne n'est à effacer" in shown
    seen = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seen
    law = "/reglages/montants-legaux/privacy.prospect_months"
    assert browser.post(law, since=clock.today().strftime("%d/%m/%Y"), value="0", source="Essai").status_code == 422
    browser.post(law, since=clock.today().strftime("%d/%m/%Y"), value="24", source="Décision du bureau")
    stale = browser.post(f"{HOME}/nuits", seen=seen[1])
    assert stale.status_code == 409
    assert "relisez la liste" in plain(stale.text)
    assert "Dan Lestrange" in stale.text
    keep_rules()
    assert queries.erasure_of(old.id) is None
    browser.post(f"{HOME}/nuits", seen=queries.periods())
    assert "Activé" in browser.get(HOME).text
    browser.post(law, since=clock.today().strftime("%d/%m/%Y"), value="18", source="Décision du bureau")
    assert "Les durées ont changé" in browser.get(HOME).text
    keep_rules()
    assert queries.erasure_of(old.id) is None
    browser.post(f"{HOME}/nuits", seen=queries.periods())
    keep_rules()
    assert queries.erasure_of(old.id) is not None
    browser.post(f"{HOME}/nuits", seen="")
    assert "Rien n'est effacé tant que" in plain(browser.get(HOME).text)


def test_the_register_names_what_is_held_and_is_a_file_too(cast: Cast, browser: Browser) -> None:
    browser.as_("gerant")
    shown = plain(browser.get(f"{HOME}/registre").text)
    for words in ("Dossiers de réparation", "Prêts et incidents", "L123-22", "Panne signalée"):
        assert words in shown
    table = browser.get(f"{HOME}/registre.csv")
    assert "Devis, commandes et factures" in plain(table.text)


def test_an_export_is_a_zip_behind_a_link_that_dies(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_ticket(contact=cast.karim, dropped_by="Sa sœur Leïla")
    browser.as_("gerant")
    browser.post(f"/contacts/{cast.karim.id}/donnees-personnelles/export")
    request = db.session.scalars(select(PrivacyRequest)).one()
    make_export(request.id)
    make_export(request.id)
    assert "Télécharger le ZIP" in browser.get(f"/contacts/{cast.karim.id}/donnees-personnelles").text
    token = export_token(db.session.get_one(PrivacyRequest, request.id))
    stranger = Browser(browser.app)
    with zipfile.ZipFile(io.BytesIO(stranger.get(f"/mes-donnees/{token}").data)) as archive:
        assert "Sa sœur Leïla" in archive.read("donnees.json").decode()
    assert stranger.get(f"/mes-donnees/{token}x").status_code == 404
    first = db.session.get_one(PrivacyRequest, request.id).file_id
    browser.post(f"/contacts/{cast.karim.id}/donnees-personnelles/export")
    assert db.session.get(StoredFile, first) is None  # made again, the older one is not kept
    make_export(request.id)
    token = export_token(db.session.get_one(PrivacyRequest, request.id))
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert stranger.get(f"/mes-donnees/{token}").status_code == 410
    kept = db.session.get_one(PrivacyRequest, request.id).file_id
    assert drop_old_exports() == 1
    assert db.session.get(StoredFile, kept) is None


def test_a_request_has_a_month_and_a_task_before(cast: Cast, browser: Browser) -> None:
    browser.as_("gerant")
    page = f"/contacts/{cast.karim.id}/donnees-personnelles"
    answer = browser.post(
        f"{page}/demandes", kind="rectify", channel="letter", received_on=str(clock.today() + timedelta(days=1))
    )
    assert answer.status_code == 422
    browser.post(f"{page}/demandes", kind="rectify", channel="letter", received_on=str(clock.today()))
    request = db.session.scalars(select(PrivacyRequest)).one()
    assert 28 <= (request.due_on - request.received_on).days <= 31
    task = db.session.scalars(select(Task)).one()
    assert task.due_on == request.due_on - timedelta(days=7)
    assert task.state == TaskState.OPEN
    assert "Karim Benyahia" in browser.get(f"{HOME}/demandes").text
    browser.post(f"{HOME}/demandes/{request.id}", answer="Adresse corrigée")
    db.session.expire_all()
    assert db.session.get_one(Task, task.id).state == TaskState.DONE
    assert "Adresse corrigée" in browser.get(f"{HOME}/demandes").text


def test_erasing_asks_for_the_word_and_says_what_stays(cast: Cast, browser: Browser) -> None:
    browser.as_("gerant")
    page = f"/contacts/{cast.dan.id}/donnees-personnelles"
    assert "tapez EFFACER" not in browser.get(page).text
    preview = plain(browser.get(f"{page}?apercu=1").text)
    assert "tapez EFFACER" in preview
    assert "Identité, coordonnées et consentements" in preview
    assert browser.post(f"{page}/effacement", word="oui").status_code == 422
    assert not db.session.scalars(select(Erasure)).all()
    browser.post(f"{page}/effacement", word="effacer")
    assert db.session.get_one(Contact, cast.dan.id).name.startswith("Personne effacée")
    assert "Dan Lestrange" not in browser.get(page).text + browser.get(f"{HOME}/journal").text
    assert "À sa demande" in plain(browser.get(f"{HOME}/journal").text)


def test_erasing_is_refused_while_a_ticket_is_open(cast: Cast, browser: Browser) -> None:
    a_ticket(contact=cast.dan)
    browser.as_("gerant")
    page = f"/contacts/{cast.dan.id}/donnees-personnelles"
    assert "Un dossier est en cours" in browser.get(page).text
    answer = browser.post(f"{page}/effacement", word="EFFACER")
    assert answer.status_code == 409
    assert "On ne peut pas encore effacer" in plain(answer.text)


def test_proofs_show_every_consent_its_version_and_its_withdrawal(cast: Cast, browser: Browser) -> None:
    with transaction():
        for wording, given in (("Texte d'avril", True), ("Texte d'avril", False), ("Texte de mai", True)):
            give_consent(cast.karim, Purpose.NEWS, given, wording=wording, source="au comptoir")
    browser.as_("gerant")
    shown = plain(browser.get(f"/contacts/{cast.karim.id}/donnees-personnelles").text)
    assert shown.count("version 1") == 2
    assert shown.count("version 2") == 1
    assert "Noter le retrait" in shown


def test_what_a_parent_allowed_for_his_child_is_among_the_proofs(cast: Cast, browser: Browser) -> None:
    child = a_contact(name="Lina Benyahia")
    with transaction():
        give_consent(cast.karim, Purpose.PHOTOS, True, wording="Photos du concert", source="espace client", about=child)
    browser.as_("gerant")
    shown = plain(browser.get(f"/contacts/{cast.karim.id}/donnees-personnelles").text)
    assert "pour Lina Benyahia" in shown
    assert "Noter le retrait" not in shown


def test_a_client_takes_his_data_withdraws_and_asks_to_be_forgotten(cast: Cast, browser: Browser, app: Flask) -> None:
    with transaction():
        give_consent(cast.karim, Purpose.NEWS, True, wording="Nouvelles", source="au comptoir")
    browser.as_("client")
    assert "/portail/mes-donnees" in browser.get("/portail").text
    browser.post("/portail/mes-donnees/export")
    make_export(db.session.scalars(select(PrivacyRequest.id)).one())
    assert "Télécharger mes données" in plain(browser.get("/portail/mes-donnees").text)
    browser.post("/portail/mes-donnees/consentement", purpose="news", given="0")
    assert [row.given for row in db.session.scalars(select(Consent).order_by(Consent.id))] == [True, False]
    for _again in range(2):
        browser.post("/portail/mes-donnees/effacement")
    asked = db.session.scalars(select(PrivacyRequest).where(PrivacyRequest.kind == RequestKind.ERASE)).all()
    assert [(one.contact_id, one.channel) for one in asked] == [(cast.karim.id, Channel.PORTAL)]


def test_answered_requests_stay_in_the_list(cast: Cast) -> None:
    with transaction():
        request = add_request(cast.dan, RequestKind.OBJECT, Channel.PHONE, clock.today())
    assert request.answered_on is None
