"""« Messages et appels »: read, call back, do, follow what was sent; accounts entered in the browser."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from app.core.db import db, transaction
from app.core.outbox import MessageState
from app.core.partners import PartnerAccount
from app.core.subject import Subject, subject_of
from app.messaging.queries import counts, thread_of, unread_count
from app.messaging.services import add_task, post_from_client, post_note, post_to_client, tell, write_mail
from app.messaging.states import Direction, TaskState
from app.sandbox import credentials
from tests.cast import Cast
from tests.factories.payments import owed
from tests.messaging.conftest import FACTS, Accounts, SetClock, messages, tasks, the_message
from tests.sandbox_process import Sandbox
from tests.signing import Browser

Work = Callable[[], int]


def karim_writes(cast: Cast, text: str = "Où en êtes-vous ?") -> Subject:
    about = subject_of(cast.karim)
    with transaction():
        post_from_client(about, cast.karim, text)
    return about


@pytest.mark.row("B10")
def test_what_a_client_writes_is_to_read_until_somebody_answers(cast: Cast, browser: Browser, time: SetClock) -> None:
    about = karim_writes(cast)
    nadia = browser.as_("accueil")
    page = nadia.get("/messages").text
    assert "Où en êtes-vous\u202f?" in page
    assert "Karim Benyahia" in page
    answer = nadia.post(
        f"/fils/contact/{cast.karim.id}/messages", body="Prêt demain.", channels="email", channels_shown="1"
    )
    assert answer.status_code == 303
    assert "Tout est lu" in nadia.get("/messages").text
    assert the_message().recipient == "karim@benyahia.example"
    assert "Prêt demain." in the_message().text
    assert "Nadia Belkacem" in the_message().text
    assert [row.direction for row in thread_of(about)] == [Direction.INCOMING, Direction.OUTGOING]


@pytest.mark.row("B10")
def test_an_internal_note_never_reaches_the_client(cast: Cast, browser: Browser, time: SetClock) -> None:
    ines = browser.as_("technicien")
    fragment = ines.post(f"/fils/contact/{cast.karim.id}/messages", htmx=True, body="Client pressé", note="1").text
    assert "Client pressé" in fragment
    assert "Note interne" in fragment
    assert "<html" not in fragment
    assert not messages()
    assert thread_of(subject_of(cast.karim), for_client=True) == []


def test_an_empty_message_is_refused_and_what_was_typed_is_kept(cast: Cast, browser: Browser) -> None:
    nadia = browser.as_("accueil")
    answer = nadia.post(f"/fils/contact/{cast.karim.id}/messages", body="  ", channels="email", channels_shown="1")
    assert answer.status_code == 422
    assert "Écrivez votre message" in answer.text
    answer = nadia.post(f"/fils/contact/{cast.karim.id}/messages", body="Bonjour Karim", channels_shown="1")
    assert answer.status_code == 422
    assert "Choisissez au moins un moyen" in answer.text
    assert "Bonjour Karim" in answer.text
    long = nadia.post(
        f"/fils/contact/{cast.karim.id}/messages", htmx=True, body="😀" * 6001, channels="email", channels_shown="1"
    )
    assert (long.status_code, "6001" in long.text) == (422, True)


def test_reading_is_counted_for_each_side(cast: Cast, browser: Browser, time: SetClock) -> None:
    about = karim_writes(cast)
    assert (unread_count(about), counts().unread) == (1, 1)
    browser.as_("accueil").post(f"/fils/contact/{cast.karim.id}/lu", htmx=True)
    assert (unread_count(about), counts().unread) == (0, 0)
    with transaction():
        post_to_client(about, cast.karim, "Prêt demain.", "Nadia Belkacem")
    assert unread_count(about, for_client=True) == 1
    karim_writes(cast, "Merci")
    assert unread_count(about, for_client=True) == 0


def test_a_thread_belongs_to_who_may_see_its_record(cast: Cast, browser: Browser) -> None:
    nadia = browser.as_("accueil")
    assert nadia.get("/fils/contact/999999").status_code == 404
    assert nadia.get("/fils/inconnu/1").status_code == 404
    claude = browser.as_("compta")
    assert claude.get(f"/fils/contact/{cast.karim.id}").status_code == 200
    assert claude.post(f"/fils/contact/{cast.karim.id}/messages", body="x").status_code == 403
    for who in ("client", "luthier"):
        assert browser.as_(who).get("/messages").status_code == 403


def test_what_a_client_types_is_shown_as_typed(cast: Cast, browser: Browser) -> None:
    karim_writes(cast, "<script>alert(1)</script> 😀 l'été")
    nadia = browser.as_("accueil")
    for url in ("/messages", f"/fils/contact/{cast.karim.id}"):
        text = nadia.get(url).text
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; 😀" in text


def test_a_call_is_noted_postponed_and_done(cast: Cast, browser: Browser, time: SetClock) -> None:
    nadia = browser.as_("accueil")
    assert "Rien à faire ni à rappeler" in nadia.get("/messages/a-faire").text
    answer = nadia.post(
        "/messages/taches/nouvelle", label="Rappeler Karim pour l'acompte", call="y", due_on="2026-11-24",
        assignee_id=str(cast.nadia.id), contact_id=str(cast.karim.id), notes="Il préfère le matin",
    )  # fmt: skip
    assert answer.status_code == 303
    task = tasks()[0]
    page = nadia.get("/messages/a-faire").text
    assert "Rappeler Karim pour l’acompte" in page
    assert "tel:06" in page
    nadia.post(f"/messages/taches/{task.id}/reporter", jour="demain")
    assert tasks()[0].due_on == date(2026, 11, 25)
    nadia.post(f"/messages/taches/{task.id}/reporter", jour="lundi")
    assert tasks()[0].due_on == date(2026, 11, 30)
    nadia.post(f"/messages/taches/{task.id}/fait")
    assert tasks()[0].state == TaskState.DONE
    assert "Rappeler Karim" in nadia.get("/messages/a-faire?voir=faites").text
    nadia.post(f"/messages/taches/{task.id}/rouvrir")
    assert tasks()[0].state == TaskState.OPEN


def test_a_task_without_words_is_refused(cast: Cast, browser: Browser) -> None:
    answer = browser.as_("accueil").post("/messages/taches/nouvelle", label=" ", notes="gardé")
    assert answer.status_code == 422
    assert "Dites ce qu’il y a à faire" in answer.text
    assert "gardé" in answer.text


def test_late_tasks_are_red_in_the_menu_and_first_in_the_list(cast: Cast, browser: Browser, time: SetClock) -> None:
    with transaction():
        add_task("Sans jour")
        add_task("Pour demain", due_on=date(2026, 11, 25))
        add_task("En retard", due_on=date(2026, 11, 20))
    assert (counts().tasks, counts().late) == (3, 1)
    page = browser.as_("accueil").get("/messages/a-faire").text
    assert page.index("En retard</a>") < page.index("Pour demain</a>") < page.index("Sans jour</a>")
    late = browser.as_("accueil").get("/messages/a-faire?voir=retard").text
    assert "Pour demain</a>" not in late


def test_a_task_links_only_to_what_its_reader_may_open(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000)
    with transaction():
        add_task("Encaisser à la pose", about=subject_of(invoice))
    thread = f"/fils/sales_document/{invoice.id}"
    assert thread in browser.as_("accueil").get("/messages/a-faire").text
    shown = browser.as_("technicien").get("/messages/a-faire").text
    assert "Encaisser à la pose" in shown
    assert thread not in shown


def test_a_message_held_is_readable_in_the_outbox(
    cast: Cast, ready: str, browser: Browser, time: SetClock, work: Work
) -> None:
    with transaction():
        tell(cast.karim, ready, about=subject_of(cast.karim), facts=FACTS)
    work()
    nadia = browser.as_("accueil")
    page = nadia.get("/messages/envois").text
    assert "En attente de compte" in page
    assert "Aucun compte n’est en service" in page
    mail = messages()[0]
    detail = nadia.get(f"/messages/envois/{mail.id}").text
    assert "Votre appareil est prêt." in detail
    assert "Appareil prêt" in detail
    frame = nadia.get(f"/messages/envois/{mail.id}/apercu")
    assert "Suivre le dossier" in frame.text
    assert "sandbox" in frame.headers["Content-Security-Policy"]


def test_the_outbox_is_filtered(cast: Cast, ready: str, browser: Browser, time: SetClock) -> None:
    with transaction():
        tell(cast.karim, ready, facts=FACTS)
    nadia = browser.as_("accueil")
    assert "+33671482095" in nadia.get("/messages/envois?canal=sms").text
    assert "karim@benyahia.example" not in nadia.get("/messages/envois?canal=sms").text
    assert "Aucun message ne répond" in nadia.get("/messages/envois?etat=a-traiter").text
    assert nadia.get("/messages/envois?etat=n-importe-quoi&canal=pigeon&page=abc").status_code == 200


def test_a_person_cancels_resends_or_settles(
    cast: Cast, accounts: Accounts, sandbox: Sandbox, browser: Browser, time: SetClock, work: Work
) -> None:
    accounts.smtp()
    with transaction():
        write_mail("inconnu@exemple.example", "Devis", "Bonjour")
    work()
    message = the_message()
    nadia = browser.as_("accueil")
    assert "Renvoyer" in nadia.get(f"/messages/envois/{message.id}").text
    empty = nadia.post(f"/messages/envois/{message.id}/renvoyer", recipient="")
    assert (empty.status_code, "Saisissez l’adresse" in empty.text) == (422, True)
    nadia.post(f"/messages/envois/{message.id}/renvoyer", recipient="karim@benyahia.example")
    work()
    assert the_message().state == MessageState.SENT
    refused = nadia.post(f"/messages/envois/{message.id}/annuler")
    assert refused.status_code == 409
    assert the_message().state == MessageState.SENT


def test_a_message_not_sent_yet_can_be_stopped(
    cast: Cast, ready: str, browser: Browser, time: SetClock, work: Work
) -> None:
    with transaction():
        write_mail(cast.karim, "Devis", "Bonjour")
    browser.as_("accueil").post(f"/messages/envois/{the_message().id}/annuler")
    work()
    assert the_message().state == MessageState.CANCELLED


def test_the_manager_enters_an_account_and_tries_it(
    cast: Cast, ready: str, browser: Browser, sandbox: Sandbox, time: SetClock, work: Work
) -> None:
    with transaction():
        write_mail(cast.karim, "Devis", "Bonjour")
    work()
    camille = browser.as_("gerant")
    assert "OVHcloud SMS" in camille.get("/reglages/connexions/nouvelle").text
    answer = camille.post(
        "/reglages/connexions/nouvelle/smtp", label="Courrier", host="127.0.0.1", port=str(sandbox.smtp_port), security="none",
        user=credentials.MAIL_USER, password="faux", sender=credentials.MAIL_USER,
    )  # fmt: skip
    assert answer.status_code == 303
    account = db.session.scalars(select(PartnerAccount)).one()
    page = camille.get(f"/reglages/connexions/{account.id}").text
    assert "faux" not in page
    tried = camille.post(f"/reglages/connexions/{account.id}/essayer", htmx=True)
    assert "refuse l’identifiant ou le mot de passe" in tried.text
    camille.post(
        f"/reglages/connexions/{account.id}", label="Courrier", host="127.0.0.1", port=str(sandbox.smtp_port), security="none",
        user=credentials.MAIL_USER, password=credentials.MAIL_PASSWORD, sender=credentials.MAIL_USER,
    )  # fmt: skip
    tried = camille.post(f"/reglages/connexions/{account.id}/essayer", htmx=True)
    assert "a accepté la connexion" in tried.text
    # Saved again without the password: it is kept.
    camille.post(
        f"/reglages/connexions/{account.id}", label="Courrier", host="127.0.0.1", port=str(sandbox.smtp_port), security="none",
        user=credentials.MAIL_USER, password="", sender=credentials.MAIL_USER,
    )  # fmt: skip
    work()
    assert len(sandbox.mails()) == 1


@pytest.mark.parametrize("kind", ["smtp", "imap", "ovh_sms", "smsmode"])
def test_a_missing_field_is_asked_for_by_its_name(cast: Cast, browser: Browser, kind: str) -> None:
    camille = browser.as_("gerant")
    assert camille.get(f"/reglages/connexions/nouvelle/{kind}").status_code == 200
    answer = camille.post(f"/reglages/connexions/nouvelle/{kind}", label="Essai", port="0")
    assert answer.status_code == 422
    assert "Remplissez «" in answer.text
    assert db.session.scalars(select(PartnerAccount)).all() == []


def test_an_sms_account_tells_its_credits_and_its_calls(cast: Cast, accounts: Accounts, browser: Browser) -> None:
    ovh, mode = accounts.ovh(), accounts.smsmode()
    camille = browser.as_("gerant")
    for account in (ovh, mode):
        tried = camille.post(f"/reglages/connexions/{account.id}/essayer", htmx=True).text
        assert "il reste" in tried
        assert "GET" in tried
        assert credentials.OVH_APPLICATION_SECRET not in tried


def test_an_account_is_stopped_and_removed_with_its_secrets(cast: Cast, accounts: Accounts, browser: Browser) -> None:
    account = accounts.smtp()
    camille = browser.as_("gerant")
    camille.post(f"/reglages/connexions/{account.id}/service", active="0")
    assert "En pause" in camille.get("/reglages/connexions").text
    camille.post(f"/reglages/connexions/{account.id}/retirer")
    found = db.session.scalars(select(PartnerAccount).execution_options(populate_existing=True)).one()
    assert found.secrets == {}
    assert camille.get(f"/reglages/connexions/{account.id}").status_code == 404
    for who in ("accueil", "technicien", "compta"):
        assert browser.as_(who).get("/reglages/connexions").status_code == 403


@pytest.mark.parametrize("url", ["/messages", "/messages/a-faire", "/messages/envois"])
def test_lists_ask_the_database_a_constant_number_of_questions(
    cast: Cast, ready: str, browser: Browser, queries: list[str], time: SetClock, url: str
) -> None:
    def add(count: int) -> None:
        for n in range(count):
            with transaction():
                post_from_client(Subject("contact", cast.dan.id + 1000 + n), cast.karim, f"Message {n}")
                post_note(subject_of(cast.karim), "note", "Nadia")
                add_task(
                    f"Tâche {n}",
                    about=Subject("contact", cast.karim.id + n),
                    contact_id=cast.karim.id,
                    assignee_id=cast.nadia.id,
                )
                tell(cast.karim, ready, facts=FACTS)

    nadia = browser.as_("accueil")
    add(13)
    nadia.get(url)
    queries.clear()
    nadia.get(url)
    few = len(queries)
    add(5)
    nadia.get(url)
    queries.clear()
    nadia.get(url)
    assert len(queries) == few <= 12, "\n".join(queries)


def test_the_contact_of_a_task_is_chosen_not_only_typed(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    assert 'data-combo="/contacts/suggestions"' in desk.get("/messages/a-faire").text
    refused = desk.post("/messages/taches/nouvelle", label="Demander le code", contact_id="", contact_id_text="Karim")
    assert refused.status_code == 422
    assert "Choisissez le contact dans la liste" in refused.text
    assert 'value="Karim"' in refused.text
    desk.post(
        "/messages/taches/nouvelle", label="Demander le code", contact_id=str(cast.karim.id), contact_id_text="Karim"
    )
    assert [task.contact_id for task in tasks()] == [cast.karim.id]
