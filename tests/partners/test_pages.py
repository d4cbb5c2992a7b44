"""« Connexions »: entered and tried in the browser, followed, relaunched; nobody else looks."""

import pytest
from sqlalchemy import select

from app.core.db import db, transaction
from app.core.partners import PartnerAccount
from app.partners.models import PartnerRun
from app.partners.queries import card_of
from app.partners.queries.health import told_counts
from app.partners.services import PartnerTask, add_account, declare_task, switch_account
from app.partners.states import Health
from app.sandbox import credentials
from tests.cast import Cast
from tests.partners.conftest import SECRETS, SetClock, account_again, begin, bookings, runs, watch, work
from tests.partners.reading import READING
from tests.sandbox_process import Sandbox
from tests.signing import Browser

PAGE = "/reglages/connexions"


def test_every_sort_of_connection_is_offered_under_what_it_is_for(cast: Cast, browser: Browser) -> None:
    camille = browser.as_("gerant")
    assert "Aucune connexion</h3>" in camille.get(PAGE).text
    page = camille.get(f"{PAGE}/nouvelle").text
    places = [page.index(f"<h2>{name}") for name in ("Messages", "Paiements", "Facturation électronique", "Locations")]
    assert places == sorted(places)
    for name in (
        "Serveur SMTP",
        "smsmode",
        "Stripe",
        "HelloAsso",
        "Plateforme agréée",
        "Smoobu",
        "Pennylane",
        "Dolibarr",
    ):
        assert name in page


@pytest.mark.row("E2")
@pytest.mark.parametrize(
    ("kind", "fields", "secrets", "said"),
    [
        ("smoobu", {}, SECRETS, "Conciergerie du Bac à sable"),
        ("pennylane", {}, {"token": credentials.PENNYLANE_TOKEN}, "Conciergerie du Bac à sable"),
        ("dolibarr", {}, {"key": credentials.DOLIBARR_KEY}, "Dolibarr"),
    ],
)
def test_a_connection_is_entered_and_tried_and_its_codes_are_never_shown(
    cast: Cast,
    browser: Browser,
    sandbox: Sandbox,
    kind: str,
    fields: dict[str, str],
    secrets: dict[str, str],
    said: str,
) -> None:
    camille = browser.as_("gerant")
    address = f"{sandbox.url}/{kind}"
    camille.post(f"{PAGE}/nouvelle/{kind}", label="Essai", base_url=address, **dict.fromkeys(secrets, "perime"))
    account = db.session.scalars(select(PartnerAccount)).one()
    tried = camille.post(f"{PAGE}/{account.id}/essayer", htmx=True).text
    assert "refuse" in tried
    assert "al rouge" in tried
    camille.post(f"{PAGE}/{account.id}", label="Essai", base_url=address, **secrets)
    tried = camille.post(f"{PAGE}/{account.id}/essayer", htmx=True).text
    assert said in tried
    assert "al vert" in tried
    for page in (tried, camille.get(f"{PAGE}/{account.id}").text, camille.get(PAGE).text):
        assert not any(secret in page for secret in (*secrets.values(), "perime"))


def test_a_missing_code_is_asked_for_and_what_was_typed_is_kept(cast: Cast, browser: Browser) -> None:
    answer = browser.as_("gerant").post(f"{PAGE}/nouvelle/smoobu", label="Mes gîtes", base_url="http://exemple.example")
    assert answer.status_code == 422
    assert "Remplissez « Clé d’API »" in answer.text.replace("\u00a0", " ")
    assert "Mes gîtes" in answer.text


@pytest.mark.row("E2")
def test_the_list_tells_how_each_connection_fares(
    cast: Cast, smoobu: PartnerAccount, browser: Browser, sandbox: Sandbox, time: SetClock
) -> None:
    camille = browser.as_("gerant")

    def health() -> Health:
        return card_of(account_again(smoobu)).health

    assert health() == Health.UNTRIED
    assert "Jamais essayée" in camille.get(PAGE).text
    bookings(sandbox, 3)
    watch()
    work()
    page = camille.get(PAGE).text
    assert "3 séjours lus, 3 nouveaux" in page
    assert health() == Health.WORKS
    assert told_counts(READING, PartnerRun(pages=1, counts={"read": 1, "new": 0})) == "1 séjour lu"
    time.pass_(minutes=15)
    sandbox.fail("smoobu", "500")
    watch()
    work()
    assert health() == Health.WAITS
    assert "Smoobu est en panne" in camille.get(PAGE).text
    time.pass_(minutes=1)
    sandbox.fail("smoobu", "401")
    work()
    assert health() == Health.REFUSED
    page = camille.get(PAGE).text
    assert "Smoobu refuse la clé ou le secret" in page
    assert "depuis le mardi 24 novembre 2026 à 10" in page
    assert "arrêté jusqu’à correction" in page
    with transaction():
        switch_account(account_again(smoobu), active=False)
    assert health() == Health.PAUSED


def test_the_page_of_a_connection_tells_each_time_and_relaunches(
    cast: Cast, smoobu: PartnerAccount, browser: Browser, sandbox: Sandbox
) -> None:
    bookings(sandbox, 3)
    begin(smoobu)
    work()
    camille = browser.as_("gerant")
    page = camille.get(f"{PAGE}/{smoobu.id}").text
    assert "3 séjours lus, 3 nouveaux" in page
    assert "À la main" in page
    bookings(sandbox, 1, first=4)
    assert camille.post(f"{PAGE}/{smoobu.id}/travaux/reading/relancer").status_code == 303
    work()
    assert camille.post(f"{PAGE}/{smoobu.id}/travaux/reading/reprendre").status_code == 303
    work()
    assert [run.counts for run in runs()] == [
        {"read": 3, "new": 3}, {"read": 4, "new": 1}, {"read": 4, "new": 0},
    ]  # fmt: skip
    page = camille.get(f"{PAGE}/{smoobu.id}").text
    assert "Repris depuis le début" in page
    assert camille.post(f"{PAGE}/{smoobu.id}/travaux/inconnu/relancer").status_code == 404


def test_a_task_under_way_is_not_started_again(cast: Cast, smoobu: PartnerAccount, browser: Browser) -> None:
    begin(smoobu)
    answer = browser.as_("gerant").post(f"{PAGE}/{smoobu.id}/travaux/reading/relancer")
    assert answer.status_code == 409
    assert "déjà en cours" in answer.text


def test_a_task_of_which_there_is_no_use_is_not_started(cast: Cast, smoobu: PartnerAccount) -> None:
    declare_task(
        "smoobu",
        PartnerTask("reading", "Relever", READING.every, READING.fetch, READING.keep, wanted=lambda _account: False),
    )
    assert watch() == 0


def test_trying_from_the_list_comes_back_to_it(cast: Cast, smoobu: PartnerAccount, browser: Browser) -> None:
    answer = browser.as_("gerant").post(f"{PAGE}/{smoobu.id}/essayer", list="1", follow=True)
    assert "Smoobu répond" in answer.text
    assert "Jamais essayée" not in answer.text


@pytest.mark.parametrize(
    ("former", "now"),
    [("", ""), ("/nouveau/smoobu", "/nouvelle/smoobu"), ("/{id}", "/{id}")],
)
def test_bookmarks_of_the_former_page_go_on(
    cast: Cast, smoobu: PartnerAccount, browser: Browser, former: str, now: str
) -> None:
    answer = browser.as_("gerant").get("/reglages/comptes" + former.format(id=smoobu.id), follow=False)
    assert answer.headers["Location"] == PAGE + now.format(id=smoobu.id)


def test_only_who_may_looks_at_connections(cast: Cast, smoobu: PartnerAccount, browser: Browser) -> None:
    for who in ("accueil", "technicien", "commercial", "compta"):
        person = browser.as_(who)
        assert person.get(PAGE).status_code == 403
        assert person.get(f"{PAGE}/{smoobu.id}").status_code == 403
        assert person.post(f"{PAGE}/{smoobu.id}/travaux/reading/relancer").status_code == 403
    assert runs() == []


def test_the_list_asks_the_database_a_constant_number_of_questions(
    cast: Cast, smoobu: PartnerAccount, browser: Browser, queries: list[str]
) -> None:
    camille = browser.as_("gerant")
    camille.get(PAGE)
    counts = []
    for _round in range(2):
        queries.clear()
        assert camille.get(PAGE).status_code == 200
        counts.append(len(queries))
        with transaction():
            for number in range(5):
                begun = add_account("smoobu", f"Compte {number}", {"base_url": "http://127.0.0.1:9"}, SECRETS)
        begin(begun)
    assert counts[0] == counts[1] <= 12, queries
