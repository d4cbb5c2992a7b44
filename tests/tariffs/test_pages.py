"""The screens of tariffs (A10): rules, the trial, zones with a typeahead and a pasted list; towns loaded at set-up."""

import json
from pathlib import Path

import pytest
from flask import Flask

from app.core.db import db
from app.tariffs.models import TariffRule, Town, ZoneTown
from app.tariffs.queries import find_towns, zone_of_town
from app.tariffs.services import PACKAGE
from app.tariffs.states import Effect
from tests.cast import Cast
from tests.factories.catalog import an_article
from tests.factories.tariffs import a_rule, a_zone, some_towns
from tests.signing import Browser

pytestmark = pytest.mark.row("A10")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")


def test_a_rule_is_entered_shown_and_applied_to_a_situation(cast: Cast, browser: Browser) -> None:
    zone, article = a_zone("83023", name="Commune"), an_article(price=10_000)
    manager = browser.as_("gerant")
    sent = {"label": "Brignolais", "article_id": article.id, "zone_id": zone.id, "effect": "discount", "share": "12,5"}
    assert manager.post("/tarifs/nouvelle", data=sent).status_code == 303
    page = plain(manager.get("/tarifs").text)
    assert "Brignolais" in page
    assert "zone Commune" in page
    assert "moins 12,5 %" in page
    tried = plain(manager.post("/tarifs/essai", data={"t_article": article.id, "t_town": "83023"}).text)
    assert "87,50 €" in tried
    assert "Règle « Brignolais »" in tried
    elsewhere = plain(manager.post("/tarifs/essai", data={"t_article": article.id, "t_town": "83069"}).text)
    assert "La commune n'est pas dans sa zone." in elsewhere


def test_a_tie_is_refused_with_the_rule_it_clashes_with_and_nothing_typed_is_lost(cast: Cast, browser: Browser) -> None:
    a_rule(label="Tarif élève", purpose="adhésion", member_category="élève")
    manager = browser.as_("gerant")
    sent = {
        "label": "Tarif enfant",
        "purpose": "Adhésion",
        "member_category": "Élève",
        "effect": "price",
        "amount": "55",
    }
    refused = manager.post("/tarifs/nouvelle", data=sent)
    assert refused.status_code == 422
    page = plain(refused.text)
    assert "en même temps que « Tarif élève »" in page
    assert 'value="55"' in page
    assert "en même temps que « Tarif élève »" in plain(
        manager.post("/tarifs/essai", data={**sent, "t_base": "10"}).text
    )
    assert manager.post("/tarifs/nouvelle", data={**sent, "zone_id": a_zone().id}).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"quotient_from": "600", "quotient_below": "300"}, "tranche de quotient est vide"),
        ({"season_from": "31/02"}, "par exemple 01/09"),
        ({"effect": "discount", "share": "120"}, "0,01 à 100 %"),
        ({"days_from": "9", "days_to": "2"}, "durée finit avant"),
        ({"label": ""}, "Donnez un nom à la règle"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_french(
    cast: Cast, browser: Browser, wrong: dict[str, str], says: str
) -> None:
    sent = {"label": "Essai", "purpose": "location", "effect": "price", "amount": "10"} | wrong
    refused = browser.as_("gerant").post("/tarifs/nouvelle", data=sent)
    assert refused.status_code == 422
    assert says in plain(refused.text)


def test_a_rule_is_changed_archived_and_restored(cast: Cast, browser: Browser) -> None:
    rule = a_rule(label="Location courte", quotient_from=30_000, season_from="01/07", season_to="31/08", share=0)
    manager = browser.as_("gerant")
    page = manager.get(f"/tarifs/{rule.id}").text
    assert 'value="01/07"' in page
    assert 'value="300,00"' in page
    assert manager.post(f"/tarifs/{rule.id}/archiver").status_code == 303
    manager.get("/tarifs")  # the toast that says so is seen once
    assert "Location courte" not in manager.get("/tarifs").text
    assert "Location courte" in manager.get("/tarifs?archives=1").text
    assert manager.post(f"/tarifs/{rule.id}/restaurer").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(TariffRule, rule.id).archived_at is None
    assert rule.effect == Effect.PRICE


def test_towns_are_found_by_name_postcode_and_code(cast: Cast) -> None:
    some_towns()
    assert [town.name for town in find_towns("st etienne")] == ["Saint-Étienne"]
    assert [town.insee for town in find_towns("83170")] == ["83023"]
    assert [town.insee for town in find_towns("20090")] == ["2A004"]
    assert find_towns("zzz") == []


def test_a_pasted_list_fills_a_zone_and_says_what_it_could_not_read(cast: Cast, browser: Browser) -> None:
    zone, other = a_zone(name="Agglomération"), a_zone("83023", name="Ville")
    manager = browser.as_("gerant")
    pasted = "Brignoles\n83330 Le Castellet\nVal\n42218\nAtlantide"
    answer = manager.post(f"/tarifs/zones/{zone.id}/communes", data={"list": pasted})
    page = plain(answer.text)
    assert answer.status_code == 422
    assert "« Val » : plusieurs communes" in page
    assert "« Atlantide » : aucune commune" in page
    assert {row.insee for row in db.session.query(ZoneTown).filter_by(zone_id=zone.id)} == {"83023", "83037", "42218"}
    assert db.session.query(ZoneTown).filter_by(zone_id=other.id).count() == 0, "a town is in one zone only"
    assert zone_of_town("83170", "Brignoles") == zone.id
    assert "Brignoles" in manager.get("/tarifs/communes?q=brig").text
    assert manager.post(f"/tarifs/zones/{zone.id}/communes/83023/retirer").status_code == 303
    assert zone_of_town("83170", "Brignoles") is None


def test_a_zone_in_use_is_not_archived(cast: Cast, browser: Browser) -> None:
    zone = a_zone()
    a_rule(label="Résidents", zone_id=zone.id)
    refused = browser.as_("gerant").post(f"/tarifs/zones/{zone.id}/archiver")
    assert refused.status_code == 409
    assert "Résidents" in refused.text


def test_towns_are_loaded_from_the_package_twice_without_doubles(cast: Cast, app: Flask, tmp_path: Path) -> None:
    small = tmp_path / "communes.json"
    rows = [
        {"code": "83023", "nom": "Brignoles", "type": "commune-actuelle", "codesPostaux": ["83170"]},
        {"code": "83999", "nom": "Ancienne", "type": "commune-deleguee"},
    ]
    small.write_text(json.dumps(rows), "utf-8")
    runner = app.test_cli_runner()
    for _each in range(2):
        assert runner.invoke(args=["towns", "load", str(small)]).exit_code == 0
    assert db.session.query(Town).count() == 1
    missing = runner.invoke(args=["towns", "load", str(tmp_path / "none.json")])
    assert missing.exit_code == 1
    assert "npm ci" in missing.output


def test_all_towns_of_france_are_there_after_set_up(cast: Cast, app: Flask) -> None:
    assert PACKAGE.exists(), "npm ci installs it"
    assert app.test_cli_runner().invoke(args=["towns", "load"]).exit_code == 0
    assert db.session.query(Town).count() > 34_000
    assert [town.insee for town in find_towns("Brignoles")] == ["83023"]


def test_who_may_not_set_prices_does_not_see_them(cast: Cast, browser: Browser) -> None:
    assert browser.as_("technicien").get("/tarifs").status_code == 403
